// SPDX-License-Identifier: Apache-2.0
import { chunkBytes } from '@signet/base';
import {
  PdfArray,
  PdfDict,
  PdfName,
  PdfRef,
  PdfStream,
  PdfString,
  type PdfValue,
} from '@signet/documents/pdf';

/**
 * Whether two values mean the same object: strings by their bytes, dictionaries whatever the order of their keys,
 * references by what they name (not by what they lead to), streams by dictionary and encoded data.
 */
export function sameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof PdfRef) return a.equals(b);
  if (a instanceof PdfName) return b instanceof PdfName && a.text === b.text;
  if (a instanceof PdfString) return b instanceof PdfString && Buffer.compare(a.bytes, b.bytes) === 0;
  if (a instanceof PdfArray) return b instanceof PdfArray && sameItems(a, b);
  if (a instanceof PdfDict) return b instanceof PdfDict && differingKeys(a, b).length === 0;
  if (a instanceof PdfStream) return b instanceof PdfStream && sameStream(a, b);
  return false;
}

/** Keys whose values differ between two dictionaries; a key with null counts as absent (ISO 32000-2 §7.3.7). */
export function differingKeys(a: PdfDict, b: PdfDict): string[] {
  const differing: string[] = [];
  const compare = (key: string) => {
    if (!sameValue(a.get(key) ?? null, b.get(key) ?? null)) differing.push(key);
  };
  for (const { key } of a.entries) compare(key);
  for (const { key } of b.entries) if (!a.has(key)) compare(key);
  return differing.length < 2 ? differing : [...new Set(differing)];
}

function sameItems(a: PdfArray, b: PdfArray): boolean {
  return a.length === b.length && a.items.every((item, i) => sameValue(item, b.items[i]));
}

function sameStream(a: PdfStream, b: PdfStream): boolean {
  if (a.length !== b.length || differingKeys(a.dict, b.dict).some((key) => key !== 'Length')) return false;
  if (a.source === b.source && a.offset === b.offset) return true;
  return sameData(a, b);
}

function sameData(a: PdfStream, b: PdfStream): boolean {
  for (let at = 0; at < a.length; at += chunkBytes) {
    const size = Math.min(chunkBytes, a.length - at);
    if (Buffer.compare(a.source.read(a.offset + at, size), b.source.read(b.offset + at, size)) !== 0)
      return false;
  }
  return true;
}
