// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { PdfDocument } from './document.ts';
import { PdfArray, PdfString } from './syntax/values.ts';

/** Length of a file identifier that we make; also what everybody else's has. */
const identifierBytes = 16;

/**
 * The /ID of the next revision (ISO 32000-2 §14.4): its first element stays, the second is new for the new contents. It is a
 * digest of the identifier before and of what was written, so the same update of the same file gives the same bytes. A file
 * without one gets both elements: PDF 2.0 and PDF/A demand it, and no reader minds.
 *
 * @param written the objects of the update
 * @param placeholders stretches of `written` that do not count, since nothing is in them yet
 */
export function nextIdentifier(
  document: PdfDocument,
  written: Uint8Array,
  placeholders: Iterable<{ readonly at: number; readonly length: number }>,
): PdfArray {
  const before = document.id;
  const hash = createHash('sha256').update(`${document.source.length} ${document.startXref}`);
  if (before !== undefined) hash.update(before[1]);
  let from = 0;
  for (const { at, length } of placeholders) {
    hash.update(written.subarray(from, at));
    from = at + length;
  }
  const changed = PdfString.of(
    hash.update(written.subarray(from)).digest().subarray(0, identifierBytes),
    true,
  );
  return new PdfArray([before === undefined ? changed : PdfString.of(before[0], true), changed]);
}
