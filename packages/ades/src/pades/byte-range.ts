// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type PdfDict, type PdfDocument, PdfString } from '@signet/documents/pdf';
import type { ByteRange } from './document-preparation.ts';

/** What a signature covers. */
export interface Coverage {
  readonly byteRange: ByteRange;
  /** The bytes of /Contents, decoded from the gap of the range itself: CMS and padding. */
  readonly contents: Uint8Array;
  /** Index of the newest revision that is covered as a whole. */
  readonly revision: number;
  /** Whether nothing follows what is covered. */
  readonly wholeFile: boolean;
}

/** A signature dictionary and where its object begins. */
export interface PlacedDictionary {
  readonly dictionary: PdfDict;
  /** Offset of the object that holds it, from the first byte of the file; undefined if it lies in an object stream. */
  readonly offset: number | undefined;
}

/**
 * Finds what a signature covers, and holds that its /ByteRange is `[0 a b c]` around exactly its own /Contents and ends
 * where a revision ends (ISO 32000-2 §12.8.1, EN 319 142-1 §6.3). All wrapping attacks break one of these.
 *
 * @throws SignetError `ades.byte-range`, `ades.trailing-bytes`
 */
export function coverageOf(pdf: PdfDocument, placed: PlacedDictionary): Coverage {
  const byteRange = readByteRange(pdf, placed.dictionary);
  const [, before, after, rest] = byteRange;
  const end = after + rest;
  if (end > pdf.source.length) throw malformed('it goes beyond the end of the file');
  const contents = gapContents(pdf, placed, before, after);
  const wholeFile = end === pdf.source.length;
  const revision = coveredRevision(pdf, end, wholeFile);
  const last = pdf.revisions.at(-1)!;
  if (!wholeFile && !isBlank(pdf, Math.max(end, last.endOffset), pdf.source.length)) {
    throw new SignetError('ades.trailing-bytes');
  }
  return { byteRange, contents, revision, wholeFile };
}

function readByteRange(pdf: PdfDocument, dictionary: PdfDict): ByteRange {
  const items = pdf.lookupArray(dictionary, 'ByteRange')?.items.map((item) => pdf.resolve(item));
  if (items === undefined) throw malformed('there is none');
  if (items.length !== 4 || !items.every((item) => Number.isSafeInteger(item) && (item as number) >= 0)) {
    throw malformed('it is not made of four numbers');
  }
  const [start, before, after, rest] = items as [number, number, number, number];
  if (start !== 0) throw malformed('it does not begin at the first byte');
  if (after < before + 2) throw malformed('it leaves no gap for the signature');
  return [0, before, after, rest];
}

/** The signature value in the gap, which has to be the dictionary's own /Contents and nothing else. */
function gapContents(pdf: PdfDocument, placed: PlacedDictionary, before: number, after: number): Uint8Array {
  const entry = placed.dictionary.entries.findLast(({ key }) => key === 'Contents');
  if (placed.dictionary.duplicateKeys().length > 0)
    throw malformed('the signature dictionary has a key twice');
  if (!(entry?.value instanceof PdfString) || !entry.value.hex || placed.offset === undefined) {
    throw malformed('/Contents is not a hexadecimal string of the file itself');
  }
  // Spans of an object in the file count from where the object begins.
  if (placed.offset + entry.end !== after)
    throw malformed('it does not enclose the /Contents of this signature');
  const gap = Buffer.from(pdf.source.read(before, after - before)).toString('latin1');
  if (gap[0] !== '<' || gap[gap.length - 1] !== '>') throw malformed('its gap is not /Contents alone');
  const bytes = Buffer.from(gap.slice(1, -1), 'hex');
  if (bytes.length * 2 !== gap.length - 2)
    throw malformed('/Contents holds other things than pairs of digits');
  return bytes;
}

/** The revision whose end marker is the last thing covered. Only blanks may follow the marker. */
function coveredRevision(pdf: PdfDocument, end: number, wholeFile: boolean): number {
  const revision = pdf.revisions.findLast(({ markerEnd }) => markerEnd <= end);
  if (revision === undefined) throw malformed('it ends before the first revision does');
  if (!wholeFile && !isBlank(pdf, revision.markerEnd, end)) throw malformed('it ends within a revision');
  return revision.index;
}

/** More blanks than this are nothing that a writer leaves. */
const blankLimit = 4096;

function isBlank(pdf: PdfDocument, from: number, to: number): boolean {
  if (to <= from) return true;
  if (to - from > blankLimit) return false;
  return pdf.source
    .read(from, to - from)
    .every((byte) => byte <= 0x20 && ' \t\r\n\f\0'.includes(String.fromCharCode(byte)));
}

function malformed(reason: string): SignetError {
  return new SignetError('ades.byte-range', { reason });
}
