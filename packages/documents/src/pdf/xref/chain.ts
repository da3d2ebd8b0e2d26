// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import type { PdfFile } from '../objects/file.ts';
import {
  type CrossReferenceKind,
  endOfNumbers,
  type ObjectPlace,
  type XrefLink,
  type XrefSection,
} from './section.ts';
import { openXrefStream } from './stream.ts';
import { openXrefTable } from './table.ts';

/** More sections than any file that was ever updated by people. */
const sectionLimit = 10_000;

/** The kind that a section shows to whoever has to write the next one. */
export function kindOf(link: XrefLink): CrossReferenceKind {
  return link.supplement === undefined ? link.section.kind : 'hybrid';
}

/**
 * A section's answer for an object. In a hybrid one, what the table does not hold or calls free may be in the stream: that
 * is how objects are hidden from old readers (ISO 32000-2 §7.5.8.4).
 */
export function placeIn(link: XrefLink, num: number): ObjectPlace | undefined {
  const place = link.section.place(num);
  if (link.supplement === undefined || (place !== undefined && place.kind !== 'free')) return place;
  return link.supplement.place(num) ?? place;
}

/** One more than the highest object number that a link knows. */
export function endOfLink(link: XrefLink): number {
  const supplement = link.supplement === undefined ? 0 : endOfNumbers(link.supplement);
  return Math.max(endOfNumbers(link.section), supplement);
}

/**
 * Follows /Prev from the newest section to the oldest.
 *
 * @param startXref where the newest section begins, as the file says it
 * @returns newest first, at least one
 * @throws SignetError `pdf.xref-malformed`, `pdf.dangling-prev`, `pdf.circular-prev`, `pdf.too-many-sections`
 */
export function readXrefChain(file: PdfFile, startXref: number): readonly XrefLink[] {
  const links: XrefLink[] = [readLink(file, startXref)];
  const seen = new Set([startXref]);
  for (;;) {
    const { offset, trailer } = links.at(-1)!.section;
    const prev = trailer.get('Prev');
    // Some producers write /Prev 0 or null where there is no earlier section.
    if (prev === undefined || prev === null || prev === 0) return links;
    if (typeof prev !== 'number' || !Number.isSafeInteger(prev)) {
      throw new SignetError('pdf.xref-malformed', { offset, reason: 'its /Prev is no offset' });
    }
    if (seen.has(prev)) throw new SignetError('pdf.circular-prev', { offset: prev });
    if (links.length >= sectionLimit) throw new SignetError('pdf.too-many-sections', { limit: sectionLimit });
    seen.add(prev);
    links.push(readPrevious(file, prev));
  }
}

function readPrevious(file: PdfFile, prev: number): XrefLink {
  if (!isSectionAt(file, prev + file.offsetBase))
    throw new SignetError('pdf.dangling-prev', { offset: prev });
  return readLink(file, prev);
}

function readLink(file: PdfFile, startXref: number): XrefLink {
  const section = readSection(file, startXref);
  const supplementOffset = section.kind === 'table' ? section.trailer.number('XRefStm') : undefined;
  if (supplementOffset === undefined) return { section, supplement: undefined };
  try {
    return { section, supplement: openXrefStream(file, supplementOffset + file.offsetBase) };
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const reason = 'its XRefStm leads to no sound cross-reference stream';
    throw new SignetError('pdf.xref-malformed', { offset: section.offset, reason }, error);
  }
}

function readSection(file: PdfFile, startXref: number): XrefSection {
  const offset = startXref + file.offsetBase;
  if (!(startXref >= 0 && offset < file.length)) {
    throw new SignetError('pdf.truncated', { what: 'the cross-reference', offset, length: file.length });
  }
  if (!isSectionAt(file, offset)) {
    throw new SignetError('pdf.xref-malformed', { offset, reason: 'there is no cross-reference section' });
  }
  return isTableAt(file, offset) ? openXrefTable(file, offset) : openXrefStream(file, offset);
}

function isTableAt(file: PdfFile, offset: number): boolean {
  return file.parseAt(offset, (parser) => parser.keyword(), 64) === 'xref';
}

/** Whether at an offset a table or the head of an object begins. */
export function isSectionAt(file: PdfFile, offset: number): boolean {
  if (!(offset >= 0 && offset < file.length)) return false;
  return file.parseAt(
    offset,
    (parser) =>
      parser.unsigned() < 0
        ? parser.keyword() === 'xref'
        : parser.unsigned() >= 0 && parser.keyword() === 'obj',
    64,
  );
}
