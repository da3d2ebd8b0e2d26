// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { PdfFile } from '../objects/file.ts';
import { PdfDict } from '../syntax/values.ts';
import { type NumberRange, type ObjectPlace, RangeIndex, type XrefSection } from './section.ts';

/** Bytes of an entry: ten digits, blank, five digits, blank, `n` or `f`, two characters of end-of-line (§7.5.4). */
export const entryBytes = 20;

const letterN = 0x6e;
const letterF = 0x66;

interface Subsection extends NumberRange {
  /** Where its first entry stands, if all its entries are 20 bytes long and can be computed. */
  readonly offset: number;
  /** Its entries, if they had to be read one after another. */
  readonly entries: readonly ObjectPlace[] | undefined;
}

/**
 * Opens the classic cross-reference table at an offset (ISO 32000-2 §7.5.4). Its entries are not read: where each stands is
 * computed when it is asked for, so that a table of a million objects costs as little as one of ten.
 *
 * @throws SignetError `pdf.xref-malformed`, `pdf.truncated`, `pdf.syntax`
 */
export function openXrefTable(file: PdfFile, offset: number): XrefSection {
  const subsections: Subsection[] = [];
  let at = file.parseAt(
    offset,
    (parser) => {
      if (parser.keyword() !== 'xref') throw malformed(offset, 'there is no cross-reference section');
      return offset + parser.position;
    },
    64,
  );
  for (;;) {
    const next = readSubsection(file, at);
    if (next === undefined) break;
    subsections.push(next.subsection);
    at = next.end;
  }
  const { trailer, end } = readTrailer(file, at);
  const index = new RangeIndex(subsections);
  return {
    kind: 'table',
    offset,
    end,
    trailer,
    ranges: subsections,
    place(num) {
      const subsection = index.find(num);
      if (subsection === undefined) return undefined;
      const i = num - subsection.first;
      if (subsection.entries !== undefined) return subsection.entries[i];
      return readEntry(file, subsection.offset + i * entryBytes);
    },
  };
}

function readSubsection(file: PdfFile, at: number): { subsection: Subsection; end: number } | undefined {
  const header = file.parseAt(
    at,
    (parser) => {
      const first = parser.unsigned();
      if (first < 0) return undefined;
      const count = parser.unsigned();
      if (count < 0) throw malformed(at, 'a subsection has no count');
      parser.skipWhitespace();
      return { first, count, offset: at + parser.position };
    },
    64,
  );
  if (header === undefined) return undefined;
  const { first, count, offset } = header;
  const end = offset + count * entryBytes;
  if (count === 0) return { subsection: { first, count, offset, entries: [] }, end: offset };
  if (end <= file.length && isEntry(file, offset) && isEntry(file, end - entryBytes)) {
    return { subsection: { first, count, offset, entries: undefined }, end };
  }
  return readIrregular(file, header);
}

function isEntry(file: PdfFile, offset: number): boolean {
  return parseEntry(file, file.source.read(offset, entryBytes)) !== undefined;
}

function readEntry(file: PdfFile, offset: number): ObjectPlace {
  const place = parseEntry(file, file.source.read(offset, entryBytes));
  if (place === undefined) throw malformed(offset, 'an entry is not 20 bytes of the form that it must have');
  return place;
}

function parseEntry(file: PdfFile, bytes: Uint8Array): ObjectPlace | undefined {
  const offset = parseDigits(bytes, 0, 10);
  const gen = parseDigits(bytes, 11, 16);
  const type = bytes[17];
  const spaced = bytes[10] === 0x20 && bytes[16] === 0x20 && bytes[18]! <= 0x20 && bytes[19]! <= 0x20;
  if (offset < 0 || gen < 0 || !spaced || (type !== letterN && type !== letterF)) return undefined;
  return toPlace(file, offset, gen, type === letterN);
}

/** An entry in use at offset 0 is what some producers write for an object that is not there. */
function toPlace(file: PdfFile, offset: number, gen: number, inUse: boolean): ObjectPlace {
  return inUse && offset > 0
    ? { kind: 'offset', offset: offset + file.offsetBase, gen }
    : { kind: 'free', gen, next: inUse ? 0 : offset };
}

function parseDigits(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Entries that are not all 20 bytes long (a lone line feed at their ends is the common slip): read one by one. */
function readIrregular(
  file: PdfFile,
  header: { readonly first: number; readonly count: number; readonly offset: number },
): { subsection: Subsection; end: number } {
  const { first, count, offset } = header;
  const shortest = 6;
  if (count * shortest > file.length - offset) throw malformed(offset, `it has no room for ${count} entries`);
  const entries: ObjectPlace[] = [];
  const end = file.parseAt(
    offset,
    (parser) => {
      entries.length = 0;
      while (entries.length < count) {
        const position = parser.unsigned();
        const gen = parser.unsigned();
        const type = parser.keyword();
        if (position < 0 || gen < 0 || (type !== 'n' && type !== 'f')) {
          throw malformed(offset, `entry ${entries.length} of a subsection is malformed`);
        }
        entries.push(toPlace(file, position, gen, type === 'n'));
      }
      return offset + parser.position;
    },
    Math.min(count * entryBytes + 64, file.length - offset),
  );
  return { subsection: { first, count, offset, entries }, end };
}

function readTrailer(file: PdfFile, at: number): { trailer: PdfDict; end: number } {
  return file.parseAt(at, (parser) => {
    if (parser.keyword() !== 'trailer') throw malformed(at, 'neither a subsection nor a trailer follows');
    const trailer = parser.value();
    if (!(trailer instanceof PdfDict)) throw malformed(at, 'its trailer is no dictionary');
    return { trailer, end: at + parser.position };
  });
}

function malformed(offset: number, reason: string): SignetError {
  return new SignetError('pdf.xref-malformed', { offset, reason });
}
