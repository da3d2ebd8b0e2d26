// SPDX-License-Identifier: Apache-2.0
import { chunkBytes, SignetError } from '@signet/base';
import type { PdfParser } from '../syntax/parser.ts';
import { PdfDict, PdfStream, type PdfValue } from '../syntax/values.ts';
import type { PdfFile } from './file.ts';

/** An indirect object as it stands in the file (ISO 32000-2 §7.3.10). */
export interface IndirectObject {
  readonly num: number;
  readonly gen: number;
  readonly value: PdfValue;
  /** Where it ends: behind `endobj`, or behind the value if that word is missing. */
  readonly end: number;
}

/** Gives the value of a stream's /Length, which may be an indirect reference. */
export type LengthResolver = (length: PdfValue | undefined) => PdfValue;

const carriageReturn = 0x0d;
const lineFeed = 0x0a;
const blank = 0x20;
const endstream = Buffer.from('endstream', 'latin1');

/**
 * Reads the indirect object at an offset.
 *
 * @throws SignetError `pdf.object-mismatch` if there is none or not the expected one, `pdf.syntax`, `pdf.truncated`,
 *   `pdf.stream-unterminated`
 */
export function readIndirectObject(
  file: PdfFile,
  offset: number,
  expected: { readonly num: number; readonly gen: number } | undefined,
  resolveLength: LengthResolver,
): IndirectObject {
  const head = file.parseAt(offset, (parser) => {
    const { num, gen } = readHeader(parser, expected);
    const value = parser.value();
    const valueEnd = parser.position;
    const word = parser.keyword();
    const end = word === 'endobj' ? parser.position : valueEnd;
    return { num, gen, value, word, end: offset + end, after: offset + parser.position };
  });
  if (head.word === 'endobj') return head;
  if (head.word !== 'stream' || !(head.value instanceof PdfDict)) {
    file.leniencies.push({ kind: 'no-endobj', num: head.num, offset: head.end });
    return head;
  }
  const { num, gen } = head;
  const stream = locateData(file, head.value, { num, after: head.after }, resolveLength);
  return { num, gen, value: stream, end: endOfStreamObject(file, stream) };
}

function readHeader(
  parser: PdfParser,
  expected: { readonly num: number; readonly gen: number } | undefined,
): { num: number; gen: number } {
  const num = parser.unsigned();
  const gen = num < 0 ? -1 : parser.unsigned();
  const isObject = gen >= 0 && parser.keyword() === 'obj';
  if (isObject && (expected === undefined || (expected.num === num && expected.gen === gen)))
    return { num, gen };
  throw new SignetError('pdf.object-mismatch', {
    object: expected === undefined ? 'of a cross-reference stream' : `${expected.num} ${expected.gen}`,
    offset: parser.base,
    found: isObject ? `object ${num} ${gen}` : 'no object',
  });
}

function locateData(
  file: PdfFile,
  dict: PdfDict,
  at: { readonly num: number; readonly after: number },
  resolveLength: LengthResolver,
): PdfStream {
  const offset = startOfData(file, at.after);
  const length = resolveLength(dict.get('Length'));
  if (typeof length === 'number' && Number.isSafeInteger(length) && length >= 0) {
    if (isEndOfData(file, offset + length)) return new PdfStream(dict, file.source, offset, length);
  }
  const found = findEndOfData(file, offset);
  file.leniencies.push({ kind: 'stream-length', num: at.num, offset });
  return new PdfStream(dict, file.source, offset, found - offset);
}

/** The data begin behind the end-of-line that follows the word `stream` (§7.3.8.1). */
function startOfData(file: PdfFile, after: number): number {
  const bytes = file.window(after, 16);
  let at = 0;
  while (bytes[at] === blank) at++;
  // Blanks before the end-of-line are a common slip; blanks without one are data.
  if (bytes[at] !== carriageReturn && bytes[at] !== lineFeed) return after;
  if (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed) return after + at + 2;
  return after + at + 1;
}

function isEndOfData(file: PdfFile, end: number): boolean {
  if (end + endstream.length > file.length) return false;
  const bytes = file.window(end, endstream.length + 2);
  let at = 0;
  if (bytes[at] === carriageReturn) at++;
  if (bytes[at] === lineFeed) at++;
  return startsWith(bytes, at, endstream);
}

function startsWith(bytes: Uint8Array, at: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[at + i] !== wanted[i]) return false;
  return true;
}

/** Where the data end if /Length does not tell: before the first `endstream`, which is one if `endobj` follows it. */
function findEndOfData(file: PdfFile, offset: number): number {
  for (let at = offset; at < file.length; at += chunkBytes) {
    // The chunks overlap, so that the word is found wherever they are cut.
    const window = file.window(at, chunkBytes + endstream.length - 1);
    file.spend(window.length);
    const bytes = Buffer.from(window.buffer, window.byteOffset, window.length);
    const index = bytes.indexOf(endstream);
    if (index < 0) continue;
    const end = at + index;
    const next = file.parseAt(end + endstream.length, (parser) => parser.keyword(), 32);
    if (next !== 'endobj') break;
    return endBeforeLineEnd(file, offset, end);
  }
  throw new SignetError('pdf.stream-unterminated', { offset });
}

function endBeforeLineEnd(file: PdfFile, offset: number, end: number): number {
  const from = Math.max(offset, end - 2);
  const tail = file.window(from, end - from);
  let length = tail.length;
  if (tail[length - 1] === lineFeed) length--;
  if (tail[length - 1] === carriageReturn) length--;
  return from + length;
}

function endOfStreamObject(file: PdfFile, stream: PdfStream): number {
  const after = stream.offset + stream.length;
  return file.parseAt(
    after,
    (parser) => {
      parser.keyword();
      const end = parser.position;
      return after + (parser.keyword() === 'endobj' ? parser.position : end);
    },
    64,
  );
}
