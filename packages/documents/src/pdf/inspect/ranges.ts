// SPDX-License-Identifier: Apache-2.0
import { endOf, type NumberRange } from '../xref/section.ts';

/** The first object number that lies in two ranges of one section, or undefined. */
export function firstOverlap(ranges: readonly NumberRange[]): number | undefined {
  let end = 0;
  for (const range of ascending(ranges)) {
    if (range.first < end) return range.first;
    end = endOf(range);
  }
  return undefined;
}

/** The first object number from 0 up to the highest that lies in no range, or undefined. */
export function firstGap(ranges: readonly NumberRange[]): number | undefined {
  let end = 0;
  for (const range of ascending(ranges)) {
    if (range.first > end) return end;
    end = Math.max(end, endOf(range));
  }
  return undefined;
}

function ascending(ranges: readonly NumberRange[]): readonly NumberRange[] {
  return ranges.filter((range) => range.count > 0).sort((a, b) => a.first - b.first);
}
