// SPDX-License-Identifier: Apache-2.0
import { PdfArray, PdfDict, type PdfDocument, PdfRef, PdfStream, type PdfValue } from '@signet/documents/pdf';
import { sameValue } from './equality.ts';

/** An object that later revisions changed, made or freed. */
export interface ChangedObject {
  /** null if there was none. */
  readonly before: PdfValue;
  /** null if it was freed. */
  readonly after: PdfValue;
}

/**
 * The objects whose value is another one than after the given revision. What was only written again is left out.
 *
 * @param pdf the document as it is now
 * @param before the same document as it was after revision `revision`
 */
export function changedObjects(
  pdf: PdfDocument,
  before: PdfDocument,
  revision: number,
): Map<number, ChangedObject> {
  const changed = new Map<number, ChangedObject>();
  for (const later of pdf.revisions.slice(revision + 1)) {
    for (const num of later.objectNumbers()) {
      if (changed.has(num)) continue;
      const values = { before: before.object(num), after: pdf.object(num) };
      if (!sameValue(values.before, values.after)) changed.set(num, values);
    }
  }
  return changed;
}

/**
 * Whether an object stream (ISO 32000-2 §7.5.7) was replaced: the entries of the objects in it stay as they were, yet
 * they read differently.
 */
export function isReplacedObjectStream({ before }: ChangedObject): boolean {
  return before instanceof PdfStream && before.dict.name('Type') === 'ObjStm';
}

/** Calls `visit` with the number of every object that a value refers to, at any depth. */
export function visitReferences(value: PdfValue | undefined, visit: (num: number) => void): void {
  if (value instanceof PdfRef) visit(value.num);
  else if (value instanceof PdfArray) for (const item of value.items) visitReferences(item, visit);
  else if (value instanceof PdfDict) for (const entry of value.entries) visitReferences(entry.value, visit);
  else if (value instanceof PdfStream) visitReferences(value.dict, visit);
}
