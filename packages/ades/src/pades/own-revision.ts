// SPDX-License-Identifier: Apache-2.0
import { PdfArray, PdfDict, type PdfDocument, PdfRef, type PdfValue } from '@signet/documents/pdf';
import { type ChangedObject, changedObjects } from './changed-objects.ts';
import { differingKeys, sameValue } from './equality.ts';

/**
 * Looks at what the newest revision did to objects that were there: sealing adds one item to the lists of annotations and
 * fields and makes or marks the form, and nothing else. Cheap, for it reads no other object; whether earlier signatures
 * permit it is judged by `differences`.
 *
 * @param pdf a document whose newest revision was made by `preparePdf`
 * @returns what else was changed, in words; undefined if nothing was
 */
export function unexpectedChange(pdf: PdfDocument): string | undefined {
  const revision = pdf.revisions.length - 2;
  if (revision < 0) return 'it has no earlier revision';
  for (const [num, change] of changedObjects(pdf, pdf.at(revision), revision)) {
    if (change.before !== null && !isExpected(change)) return `object ${num} was changed`;
  }
  return undefined;
}

function isExpected({ before, after }: ChangedObject): boolean {
  if (before instanceof PdfArray) return addsOne(before, after);
  if (!(before instanceof PdfDict && after instanceof PdfDict)) return false;
  return differingKeys(before, after).every((key) =>
    isExpectedAt(key, before.get(key) ?? null, after.get(key) ?? null),
  );
}

function isExpectedAt(key: string, before: PdfValue, after: PdfValue): boolean {
  if (key === 'SigFlags') return typeof after === 'number';
  if (key === 'Annots' || key === 'Fields') return addsOne(before, after);
  if (key !== 'AcroForm') return false;
  return before === null || (before instanceof PdfDict && isExpected({ before, after }));
}

function addsOne(before: PdfValue, after: PdfValue): boolean {
  if (before === null) return addsOne(new PdfArray([]), after);
  if (!(before instanceof PdfArray && after instanceof PdfArray) || after.length !== before.length + 1)
    return false;
  return (
    after.items.at(-1) instanceof PdfRef && before.items.every((item, i) => sameValue(item, after.items[i]))
  );
}
