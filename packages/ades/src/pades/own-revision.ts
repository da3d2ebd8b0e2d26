// SPDX-License-Identifier: Apache-2.0
import { PdfArray, PdfDict, type PdfDocument, PdfRef, type PdfValue } from '@signet/documents/pdf';
import { type ChangedObject, changedObjects } from './changed-objects.ts';
import { differingKeys, sameValue } from './equality.ts';

/** What a revision of ours does: add a signature or document time-stamp, or validation data. */
export type OwnRevisionKind = 'signature' | 'validation-data';

/**
 * Looks at what one of our revisions did to objects that were there: a signature or time-stamp adds one item to the lists
 * of annotations and fields and makes or marks the form, validation data are added to the store; and nothing else. Cheap,
 * for it reads no other object; whether earlier signatures permit it is judged by `differences`.
 *
 * @param pdf a document as it was after that revision
 * @returns what else was changed, in words; undefined if nothing was
 */
export function unexpectedChange(pdf: PdfDocument, kind: OwnRevisionKind = 'signature'): string | undefined {
  const revision = pdf.revisions.length - 2;
  if (revision < 0) return 'it has no earlier revision';
  for (const [num, change] of changedObjects(pdf, pdf.at(revision), revision)) {
    if (change.before !== null && !expected[kind](change)) return `object ${num} was changed`;
  }
  return undefined;
}

const expected = { signature: isExpected, 'validation-data': isExpectedOfStore } as const;

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

function isExpectedOfStore({ before, after }: ChangedObject): boolean {
  if (before instanceof PdfArray) return growsBy(before, after) > 0;
  if (!(before instanceof PdfDict && after instanceof PdfDict)) return false;
  return differingKeys(before, after).every((key) => {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    if (key === 'Certs' || key === 'OCSPs' || key === 'CRLs') return growsBy(was, is) > 0;
    if (key === 'DSS') return was === null || isExpectedOfStore({ before: was, after: is });
    if (key === 'Extensions' || key === 'VRI') return addsKeys(was, is);
    // A VRI dictionary itself, whose keys are digests.
    return was === null && /^[0-9A-F]{40}$/.test(key);
  });
}

function addsKeys(before: PdfValue, after: PdfValue): boolean {
  if (!(after instanceof PdfDict)) return after instanceof PdfRef && before === null;
  if (before === null) return true;
  return before instanceof PdfDict && differingKeys(before, after).every((key) => !before.has(key));
}

function addsOne(before: PdfValue, after: PdfValue): boolean {
  return growsBy(before, after) === 1;
}

/** How many references an array got at its end; NaN if it was changed in another way. */
function growsBy(before: PdfValue, after: PdfValue): number {
  if (before === null) return growsBy(new PdfArray([]), after);
  if (!(before instanceof PdfArray && after instanceof PdfArray)) return Number.NaN;
  const kept = before.items.every((item, i) => sameValue(item, after.items[i]));
  const added = after.items.slice(before.length);
  return kept && added.every((item) => item instanceof PdfRef) ? added.length : Number.NaN;
}
