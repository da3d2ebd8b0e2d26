// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { decodeStream } from '../filters/decode.ts';
import type { PdfFile } from '../objects/file.ts';
import { readIndirectObject } from '../objects/indirect-object.ts';
import { PdfArray, type PdfDict, PdfRef, PdfStream, type PdfValue } from '../syntax/values.ts';
import { type NumberRange, type ObjectPlace, RangeIndex, type XrefSection } from './section.ts';

/** The most objects that a file may have (the limit of ISO 32000-1 Annex C, which Acrobat still keeps). */
export const objectNumberLimit = 8_388_607;

/** So many entries any file may have, however small it is. */
const leastRowLimit = 65_536;

/** Widths above this hold numbers that no file can mean. */
const widest = 8;

interface Subsection extends NumberRange {
  /** Which row of the data its first entry is. */
  readonly row: number;
}

/**
 * Opens the cross-reference stream at an offset (ISO 32000-2 §7.5.8). Its data are decoded and kept as bytes; an entry is
 * read from them when it is asked for.
 *
 * @throws SignetError `pdf.xref-malformed`, `pdf.object-mismatch`, `pdf.syntax`, `pdf.filter-data`, …
 */
export function openXrefStream(file: PdfFile, offset: number): XrefSection {
  const { value: stream, end } = readIndirectObject(file, offset, undefined, directOnly);
  if (!(stream instanceof PdfStream) || stream.dict.name('Type') !== 'XRef') {
    throw malformed(offset, 'the object there is no cross-reference stream');
  }
  const widths = readWidths(stream.dict, offset);
  const ranges = readIndex(stream.dict, offset);
  const index = new RangeIndex(ranges);
  const rowBytes = widths[0] + widths[1] + widths[2];
  const rows = ranges.reduce((sum, range) => sum + range.count, 0);
  // Entries compress well, but what they lead to takes room: more of them than bytes are a bomb.
  if (rows > objectNumberLimit || rows > Math.max(file.length, leastRowLimit))
    throw malformed(offset, `it has ${rows} entries`);
  const expected = rows * (rowBytes + 1);
  // Some slack: a producer may have padded the data.
  const data = decodeStream(stream, {
    limit: Math.max(2 * expected, stream.length) + 4096,
    expected,
    resolve: directOnly,
  });
  file.spend(data.length);
  if (data.length < rows * rowBytes) throw malformed(offset, 'it has fewer entries than its /Index says');
  return {
    kind: 'stream',
    offset,
    end,
    trailer: stream.dict,
    ranges,
    place(num) {
      const range = index.find(num);
      if (range === undefined) return undefined;
      return readRow(file, data, (range.row + num - range.first) * rowBytes, widths);
    },
  };
}

/** What a cross-reference stream needs for its own reading must be direct: nothing can be looked up yet (§7.5.8.2). */
function directOnly(value: PdfValue | undefined): PdfValue {
  return value === undefined || value instanceof PdfRef ? null : value;
}

type Widths = readonly [number, number, number];

function readWidths(dict: PdfDict, offset: number): Widths {
  const array = dict.get('W');
  const widths = array instanceof PdfArray ? array.items : [];
  const [type, second, third] = widths;
  if (isWidth(type) && isWidth(second) && isWidth(third) && type + second + third > 0)
    return [type, second, third];
  throw malformed(offset, 'its /W is not three widths');
}

function isWidth(value: PdfValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= widest;
}

function readIndex(dict: PdfDict, offset: number): readonly Subsection[] {
  const size = dict.number('Size') ?? -1;
  const index = dict.get('Index');
  const numbers = index instanceof PdfArray ? index.items : [0, size];
  const ranges: Subsection[] = [];
  let row = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const first = numbers[i];
    const count = numbers[i + 1];
    if (!isCount(first) || !isCount(count)) throw malformed(offset, 'its /Index or /Size is malformed');
    ranges.push({ first, count, row });
    row += count;
  }
  return ranges;
}

function isCount(value: PdfValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

/** An entry of table 18. Types that this version does not know mean the null object (§7.5.8.3). */
function readRow(file: PdfFile, data: Uint8Array, at: number, widths: Widths): ObjectPlace {
  const type = widths[0] === 0 ? 1 : readField(data, at, widths[0]);
  const second = readField(data, at + widths[0], widths[1]);
  const third = readField(data, at + widths[0] + widths[1], widths[2]);
  if (type === 1 && second > 0) return { kind: 'offset', offset: second + file.offsetBase, gen: third };
  if (type === 2) return { kind: 'compressed', container: second, index: third };
  return type === 0 ? { kind: 'free', gen: third, next: second } : { kind: 'free', gen: 0, next: 0 };
}

function readField(data: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + data[at + i]!;
  return value;
}

function malformed(offset: number, reason: string): SignetError {
  return new SignetError('pdf.xref-malformed', { offset, reason });
}
