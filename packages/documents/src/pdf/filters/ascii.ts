// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { characterClass, hexValue, whitespace } from '../syntax/characters.ts';
import { decodeHexDigits } from '../syntax/strings.ts';

const endOfData = 0x3e;
const tilde = 0x7e;
const letterZ = 0x7a;
const exclamation = 0x21;

/**
 * ASCIIHexDecode (ISO 32000-2 §7.4.2).
 *
 * @throws SignetError `pdf.filter-data` for a character that is neither digit nor white space
 */
export function decodeAsciiHex(data: Uint8Array): Uint8Array {
  const end = data.indexOf(endOfData);
  const digits = end < 0 ? data : data.subarray(0, end);
  for (const byte of digits) {
    if (hexValue[byte] === 255 && characterClass[byte] !== whitespace)
      throw bad('a character is no hexadecimal digit');
  }
  return decodeHexDigits(digits);
}

/**
 * ASCII85Decode (§7.4.3): five characters of base 85 for four bytes, `z` for four zeros, `~>` at the end.
 *
 * @throws SignetError `pdf.filter-data`
 */
export function decodeAscii85(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 * data.length);
  let length = 0;
  let group = 0;
  let count = 0;
  for (const byte of data) {
    if (byte === tilde) break;
    if (characterClass[byte] === whitespace) continue;
    if (byte === letterZ && count === 0) {
      length += 4;
      continue;
    }
    if (byte < exclamation || byte > exclamation + 84) throw bad('a character is no digit of base 85');
    group = group * 85 + (byte - exclamation);
    if (++count < 5) continue;
    length = putGroup(out, length, group, 4);
    group = 0;
    count = 0;
  }
  if (count === 1) throw bad('its last group is one character long');
  if (count > 1) {
    // A short group is filled up with the highest digit, and gives one byte less than it has characters.
    for (let i = count; i < 5; i++) group = group * 85 + 84;
    length = putGroup(out, length, group, count - 1);
  }
  return out.subarray(0, length);
}

function putGroup(out: Uint8Array, at: number, group: number, bytes: number): number {
  if (group > 0xffffffff) throw bad('a group is larger than four bytes');
  for (let i = 0; i < bytes; i++) out[at + i] = Math.floor(group / 2 ** (24 - 8 * i)) & 0xff;
  return at + bytes;
}

function bad(reason: string): SignetError {
  return new SignetError('pdf.filter-data', { reason });
}
