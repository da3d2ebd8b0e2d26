// SPDX-License-Identifier: Apache-2.0
import type { PdfDocument } from '@signet/documents/pdf';
import { changedObjects, isReplacedObjectStream } from './changed-objects.ts';
import type { DocumentChange } from './document-change.ts';
import type { SignaturePermissions } from './permissions.ts';
import { RevisionComparison } from './revision-comparison.ts';

/**
 * What later revisions changed in a document that a signature covers, judged by what the signature permits (ISO 32000-2
 * §12.8.2.2, §12.8.2.4). Whatever is not understood is not allowed: each object that can be reached from the trailer has
 * to be the same as it was, but for a short list of places where something may be added or filled in. A change of an
 * object that nothing reaches is of no consequence and left out.
 *
 * @param pdf the document as it is now
 * @param revision index of the newest revision that the signature covers
 * @param permissions what the signature permits; without DocMDP, what permission 2 does
 * @throws SignetError `pdf.*` where a later revision cannot be read
 */
export function differences(
  pdf: PdfDocument,
  revision: number,
  permissions: SignaturePermissions,
): readonly DocumentChange[] {
  const before = pdf.at(revision);
  const changed = changedObjects(pdf, before, revision);
  const comparison = new RevisionComparison(before, pdf, changed, permissions);
  for (const [num, values] of changed) {
    if (isReplacedObjectStream(values)) comparison.undefinedChange(num, 'an object stream was replaced');
  }
  return comparison.run();
}
