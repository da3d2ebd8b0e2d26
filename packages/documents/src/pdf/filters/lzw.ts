// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

const clearTable = 256;
const endOfData = 257;
const firstFree = 258;
const tableSize = 4096;

/**
 * LZWDecode (ISO 32000-2 §7.4.4.2). Each table entry is a stretch of what has been put out already, so the table is two
 * arrays of numbers and nothing is copied twice.
 *
 * @param earlyChange /EarlyChange: whether the code length grows one code early (1, the default) or not (0)
 * @param limit most bytes that may come out
 * @throws SignetError `pdf.stream-too-large`, `pdf.filter-data`
 */
export function decodeLzw(data: Uint8Array, earlyChange: number, limit: number): Uint8Array {
  const starts = new Int32Array(tableSize);
  const lengths = new Int32Array(tableSize);
  let out: Uint8Array = new Uint8Array(Math.min(limit, 4 * data.length + 64));
  let length = 0;
  let next = firstFree;
  let width = 9;
  let previous = 0;
  let bits = 0;
  let bitCount = 0;
  for (const byte of data) {
    bits = ((bits << 8) | byte) & 0xffffff;
    bitCount += 8;
    if (bitCount < width) continue;
    bitCount -= width;
    const code = (bits >>> bitCount) & ((1 << width) - 1);
    if (code === endOfData) break;
    if (code === clearTable) {
      next = firstFree;
      width = 9;
      previous = 0;
      continue;
    }
    if (code >= firstFree && (code > next || previous === 0 || (code === next && next >= tableSize))) {
      throw new SignetError('pdf.filter-data', { reason: 'an LZW code is used before it is defined' });
    }
    // What was put out last, with the first byte of what comes now, is the next entry: it lies in one stretch.
    if (previous > 0 && next < tableSize) {
      starts[next] = length - previous;
      lengths[next++] = previous + 1;
    }
    const size = code < clearTable ? 1 : lengths[code]!;
    if (length + size > limit) throw new SignetError('pdf.stream-too-large', { limit });
    if (length + size > out.length) out = grown(out, length + size);
    if (code < clearTable) out[length] = code;
    // Byte by byte: the stretch may reach into what is being written.
    else for (let i = 0, from = starts[code]!; i < size; i++) out[length + i] = out[from + i]!;
    length += size;
    previous = size;
    if (next + earlyChange >= 1 << width && width < 12) width++;
  }
  return out.subarray(0, length);
}

function grown(bytes: Uint8Array, needed: number): Uint8Array {
  const larger = new Uint8Array(Math.max(needed, bytes.length * 2));
  larger.set(bytes);
  return larger;
}
