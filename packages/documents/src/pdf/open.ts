// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import type { PdfDocument } from './document.ts';
import { PdfFile } from './objects/file.ts';
import { OpenedDocument } from './opened-document.ts';
import { PdfParser } from './syntax/parser.ts';
import { isSectionAt, readXrefChain } from './xref/chain.ts';

/** Bounds on what a file may make us do. All have defaults. */
export interface PdfOpenOptions {
  /** Most bytes a single stream may decode to. Default 256 MiB. */
  readonly streamLimit?: number;
}

/** How far into a file its header may stand (ISO 32000-1 Annex H, note 13; all readers keep to it). */
const headerWindow = 1024;
/** How far from the end `startxref` is looked for: first where it should be, then where trailing bytes have pushed it. */
const tailWindows = [1024, 16_384];

/** Where the newest trailer is looked for by {@link looksSmall}. */
const tailWithTrailer = 65_536;

const header = Buffer.from('%PDF-', 'latin1');
const sizeKey = Buffer.from('/Size', 'latin1');
const startxref = Buffer.from('startxref', 'latin1');

/**
 * Opens a PDF by random access: its end, its cross-reference sections, and later what is asked for. How much is read does not
 * grow with the file.
 *
 * @throws SignetError `pdf.not-a-pdf`, `pdf.no-startxref`, `pdf.truncated`, `pdf.xref-malformed`, `pdf.dangling-prev`,
 *   `pdf.circular-prev`, `pdf.encrypted`, …
 */
export function openPdf(source: ByteSource, options: PdfOpenOptions = {}): PdfDocument {
  const file = openFile(source);
  const links = readXrefChain(file, findSectionStart(file));
  if (links[0]!.section.trailer.has('Encrypt')) throw new SignetError('pdf.encrypted');
  return new OpenedDocument(file, {
    sections: links,
    end: source.length,
    streamLimit: options.streamLimit ?? 256 << 20,
  });
}

/**
 * Whether a PDF is small enough to be worked on at once: a cheap look at its end. Nothing is judged; what cannot be read
 * is not small.
 *
 * @param bytes the whole document
 * @param maxObjects most objects that it may have
 */
export function looksSmall(bytes: Uint8Array, maxObjects: number): boolean {
  // The newest trailer stands just before startxref, be it a table's or a stream's dictionary with its data.
  const tail = bytes.subarray(Math.max(0, bytes.length - tailWithTrailer));
  const at = Buffer.from(tail.buffer, tail.byteOffset, tail.length).lastIndexOf(sizeKey);
  if (at < 0) return false;
  const size = new PdfParser(tail, at + sizeKey.length).unsigned();
  return size >= 0 && size <= maxObjects;
}

function openFile(source: ByteSource): PdfFile {
  const head = source.read(0, Math.min(headerWindow, source.length));
  const headerOffset = Buffer.from(head.buffer, head.byteOffset, head.length).indexOf(header);
  if (headerOffset < 0) throw new SignetError('pdf.not-a-pdf');
  return new PdfFile(source, headerOffset);
}

/** The number behind the last `startxref` (§7.5.5); settles how the file's offsets count. */
function findSectionStart(file: PdfFile): number {
  const start = readStartXref(file);
  // Offsets count from the header, as in all readers; writers that put something before a finished file forgot that.
  if (file.headerOffset > 0 && !isSectionAt(file, start + file.offsetBase) && isSectionAt(file, start)) {
    file.offsetBase = 0;
  }
  return start;
}

function readStartXref(file: PdfFile): number {
  let searched = 0;
  for (const size of tailWindows) {
    searched = Math.min(size, file.length);
    const offset = file.length - searched;
    const window = file.window(offset, searched);
    file.spend(searched);
    const at = Buffer.from(window.buffer, window.byteOffset, window.length).lastIndexOf(startxref);
    if (at < 0) continue;
    const start = new PdfParser(window, at + startxref.length, offset).unsigned();
    if (start > 0) return start;
  }
  throw new SignetError('pdf.no-startxref', { searched });
}
