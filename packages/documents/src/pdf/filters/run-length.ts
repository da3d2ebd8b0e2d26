// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { ByteWriter } from '../syntax/byte-writer.ts';

const endOfData = 128;

/**
 * RunLengthDecode (ISO 32000-2 §7.4.5).
 *
 * @param limit most bytes that may come out
 * @throws SignetError `pdf.stream-too-large`, `pdf.filter-data`
 */
export function decodeRunLength(data: Uint8Array, limit: number): Uint8Array {
  const out = new ByteWriter(2 * data.length + 16);
  for (let at = 0; at < data.length; ) {
    const length = data[at++]!;
    if (length === endOfData) break;
    const count = length < endOfData ? length + 1 : 257 - length;
    const needed = length < endOfData ? count : 1;
    if (at + needed > data.length)
      throw new SignetError('pdf.filter-data', { reason: 'its last run is cut off' });
    if (out.length + count > limit) throw new SignetError('pdf.stream-too-large', { limit });
    if (length < endOfData) out.bytes(data, at, at + count);
    else out.fill(data[at]!, count);
    at += needed;
  }
  return out.done();
}
