// SPDX-License-Identifier: Apache-2.0
import { crc32 } from 'node:zlib';
import { SignetError } from '@signet/base';

const newline = 0x0a;
const prefixBytes = 18;

/**
 * One record as a line: CRC-32 and length of the JSON, each as 8 hexadecimal digits and a space, the JSON, a line feed. The
 * length tells a record that a crash cut short from one whose line feed was lost: that line is too long.
 */
export function formatRecord(record: object): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  return Buffer.concat([Buffer.from(prefixOf(json)), json, Buffer.from([newline])]);
}

function prefixOf(json: Buffer): string {
  const hex = (value: number) => value.toString(16).padStart(8, '0');
  return `${hex(crc32(json))} ${hex(json.length)} `;
}

/** A record that was read, and the offset behind it. */
export interface ReadRecord {
  readonly record: object;
  readonly end: number;
}

/**
 * Reads records. A damaged last line is what a crash leaves and ends the reading; a damaged line with more behind it is
 * damage that no crash of ours makes.
 *
 * @param path for the error
 * @throws SignetError `storage.journal-corrupt`
 */
export async function* readRecords(
  chunks: AsyncIterable<Buffer>,
  path: string,
): AsyncGenerator<ReadRecord, void> {
  let damaged: { offset: number; reason: string } | undefined;
  let offset = 0;
  for await (const line of lines(chunks)) {
    if (damaged !== undefined) throw new SignetError('storage.journal-corrupt', { path, ...damaged });
    const end = offset + line.length;
    const parsed = parseLine(line);
    if (typeof parsed === 'string') damaged = { offset, reason: parsed };
    else yield { record: parsed, end };
    if (isTooLong(line)) {
      throw new SignetError('storage.journal-corrupt', { path, offset, reason: 'the line is too long' });
    }
    offset = end;
  }
}

/** The record of a line, or what is wrong with it. */
function parseLine(line: Buffer): object | string {
  if (line.at(-1) !== newline) return 'the line has no end';
  const json = line.subarray(prefixBytes, -1);
  if (line.toString('latin1', 0, prefixBytes) !== prefixOf(json)) return 'the checksum does not match';
  try {
    const record: unknown = JSON.parse(json.toString());
    return typeof record === 'object' && record !== null ? record : 'it is no record';
  } catch {
    return 'it is no JSON';
  }
}

/** Whether a line is longer than it says: its own line feed is gone, which no unfinished write does. */
function isTooLong(line: Buffer): boolean {
  const said = /^[0-9a-f]{8} ([0-9a-f]{8}) $/.exec(line.toString('latin1', 0, prefixBytes))?.[1];
  return said !== undefined && line.length > prefixBytes + Number.parseInt(said, 16) + 1;
}

/** Cuts a stream into lines, each with its line feed; the last one may lack it. */
async function* lines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let pieces: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, from)) {
      pieces.push(chunk.subarray(from, at + 1));
      yield pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
      pieces = [];
      from = at + 1;
    }
    if (from < chunk.length) pieces.push(chunk.subarray(from));
  }
  if (pieces.length > 0) yield Buffer.concat(pieces);
}
