// SPDX-License-Identifier: Apache-2.0
import type { PdfDict } from '../syntax/values.ts';

/**
 * What a cross-reference section is made of: a classic table (ISO 32000-2 §7.5.4), a cross-reference stream (§7.5.8),
 * or a table with an XRefStm beside it for newer readers (§7.5.8.4).
 */
export type CrossReferenceKind = 'table' | 'stream' | 'hybrid';

/** Where an object is, by the cross-reference. Offsets count from the first byte of the file. */
export type ObjectPlace =
  /** `next`: number of the next free object in the list that begins at object 0. */
  | { readonly kind: 'free'; readonly gen: number; readonly next: number }
  | { readonly kind: 'offset'; readonly offset: number; readonly gen: number }
  | { readonly kind: 'compressed'; readonly container: number; readonly index: number };

/** A run of consecutive object numbers in a cross-reference section. */
export interface NumberRange {
  readonly first: number;
  readonly count: number;
}

/** One cross-reference section as it stands in the file: a classic table or a stream, with its trailer. */
export interface XrefSection {
  readonly kind: 'table' | 'stream';
  /** Where it begins, from the first byte of the file. */
  readonly offset: number;
  /** Where its trailer dictionary (a stream's `endobj`) ends. */
  readonly end: number;
  readonly trailer: PdfDict;
  /** Its subsections, in the order of the file. */
  readonly ranges: readonly NumberRange[];
  /** Its entry for an object, or undefined if it has none. */
  place(num: number): ObjectPlace | undefined;
}

/** A section together with the stream that its XRefStm names, if it is a hybrid one. */
export interface XrefLink {
  readonly section: XrefSection;
  readonly supplement: XrefSection | undefined;
}

/**
 * Finds the range that holds a number. Sound sections list their ranges in ascending order and are searched by halves;
 * in others the first range in the file that holds the number counts.
 */
export class RangeIndex<R extends NumberRange> {
  readonly ranges: readonly R[];
  /** Whether the ranges ascend without overlap. */
  readonly ordered: boolean;

  constructor(ranges: readonly R[]) {
    this.ranges = ranges;
    this.ordered = ranges.every((range, i) => i === 0 || range.first >= endOf(ranges[i - 1]!));
  }

  find(num: number): R | undefined {
    const { ranges } = this;
    if (!this.ordered) return ranges.find((range) => num >= range.first && num < endOf(range));
    let low = 0;
    let high = ranges.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = ranges[middle]!;
      if (num < range.first) high = middle;
      else if (num >= endOf(range)) low = middle + 1;
      else return range;
    }
    return undefined;
  }
}

/** One more than the last number of a range. */
export function endOf(range: NumberRange): number {
  return range.first + range.count;
}

/** One more than the highest object number of a section, 0 if it is empty. */
export function endOfNumbers(section: XrefSection): number {
  return section.ranges.reduce(
    (highest, range) => (range.count > 0 ? Math.max(highest, endOf(range)) : highest),
    0,
  );
}
