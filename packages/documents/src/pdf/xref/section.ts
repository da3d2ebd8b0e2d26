// SPDX-License-Identifier: Apache-2.0
import type { ObjectPlace } from '../document.ts';
import type { PdfDict } from '../syntax/values.ts';

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
