// SPDX-License-Identifier: Apache-2.0
import { deflateSync } from 'node:zlib';
import { SignetError } from '@signet/base';
import type { ByteWriter } from '../syntax/byte-writer.ts';
import { writeValue } from '../syntax/serializer.ts';
import { PdfArray, type PdfDict, PdfName } from '../syntax/values.ts';

/** An entry of the section to be written. Offsets are the file's own: counted from its header. */
export interface NewEntry {
  readonly num: number;
  readonly gen: number;
  readonly offset: number;
  readonly free?: boolean;
}

/** The largest offset that the ten digits of a table's entry can hold. */
export const tableOffsetLimit = 9_999_999_999;

/** Below this size the data of a cross-reference stream are not worth compressing. */
const compressFrom = 512;

/**
 * Writes a classic table with its trailer (ISO 32000-2 §7.5.4, §7.5.5): a subsection for each run of consecutive numbers, each
 * entry exactly 20 bytes.
 *
 * @param entries ascending by number
 * @throws SignetError `pdf.too-large-for-table`
 */
export function writeXrefTable(out: ByteWriter, entries: readonly NewEntry[], trailer: PdfDict): void {
  out.latin1('xref\n');
  for (const run of runsOf(entries)) {
    out.latin1(`${run[0]!.num} ${run.length}\n`);
    for (const { offset, gen, free } of run) {
      if (offset > tableOffsetLimit) throw new SignetError('pdf.too-large-for-table');
      const place = `${String(offset).padStart(10, '0')} ${String(gen).padStart(5, '0')}`;
      out.latin1(`${place} ${free ? 'f' : 'n'}\r\n`);
    }
  }
  out.latin1('trailer\n');
  writeValue(out, trailer);
  out.latin1('\n');
}

/**
 * Writes a cross-reference stream (§7.5.8) that holds the entries and its own. Its fields are as wide as they have to be.
 *
 * @param entries ascending by number
 * @param self the entry of the stream itself, which is also the highest
 */
export function writeXrefStream(
  out: ByteWriter,
  entries: readonly NewEntry[],
  self: NewEntry,
  trailer: PdfDict,
): void {
  const all = [...entries, self];
  const widths = [1, bytesFor(self.offset), bytesFor(Math.max(...all.map((entry) => entry.gen)))] as const;
  const rows = rowsOf(all, widths);
  const compressed = rows.length >= compressFrom;
  const data = compressed ? deflateSync(rows) : rows;
  const index = runsOf(all).flatMap((run) => [run[0]!.num, run.length]);
  const dict = trailer.with({
    Type: new PdfName('XRef'),
    W: new PdfArray(widths),
    Index: new PdfArray(index),
    Filter: compressed ? new PdfName('FlateDecode') : undefined,
    Length: data.length,
  });
  out.latin1(`${self.num} ${self.gen} obj\n`);
  writeValue(out, dict);
  out.latin1('\nstream\n');
  out.bytes(data);
  out.latin1('\nendstream\nendobj\n');
}

function runsOf(entries: readonly NewEntry[]): NewEntry[][] {
  const runs: NewEntry[][] = [];
  for (const entry of entries) {
    const run = runs.at(-1);
    if (run !== undefined && run.at(-1)!.num + 1 === entry.num) run.push(entry);
    else runs.push([entry]);
  }
  return runs;
}

function rowsOf(entries: readonly NewEntry[], widths: readonly [number, number, number]): Uint8Array {
  const rows = new Uint8Array(entries.length * (widths[0] + widths[1] + widths[2]));
  let at = 0;
  for (const { offset, gen, free } of entries) {
    rows[at++] = free ? 0 : 1;
    at = putNumber(rows, at, offset, widths[1]);
    at = putNumber(rows, at, gen, widths[2]);
  }
  return rows;
}

function putNumber(bytes: Uint8Array, at: number, value: number, width: number): number {
  let rest = value;
  for (let i = width - 1; i >= 0; i--) {
    bytes[at + i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return at + width;
}

function bytesFor(value: number): number {
  let width = 1;
  for (let limit = 256; value >= limit; limit *= 256) width++;
  return width;
}
