// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type IncrementalUpdate, PdfArray, type PdfDict, PdfRef } from '@signet/documents/pdf';

/**
 * Appends to the list at a key of a dictionary, where it is: in its own object, or in the one that holds it. What is
 * listed already is not listed again.
 *
 * @returns the changed dictionary, or undefined if the list is an object of its own and only that had to change
 * @throws SignetError `ades.form-unusable` if something else than a list stands there
 */
export function withItems(
  update: IncrementalUpdate,
  dict: PdfDict,
  key: string,
  items: readonly PdfRef[],
): PdfDict | undefined {
  const entry = dict.get(key);
  const list = update.resolve(entry);
  if (list === null) return dict.with({ [key]: new PdfArray(items) });
  if (!(list instanceof PdfArray))
    throw new SignetError('ades.form-unusable', { reason: `a /${key} is no array` });
  const added = items.filter((item) => !list.items.some((listed) => item.equals(listed)));
  if (added.length === 0) return undefined;
  const extended = new PdfArray([...list.items, ...added]);
  if (!(entry instanceof PdfRef)) return dict.with({ [key]: extended });
  update.put(entry, extended);
  return undefined;
}
