// SPDX-License-Identifier: Apache-2.0
import { hexValue } from './characters.ts';

const backslash = 0x5c;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** The bytes that the inside of a hexadecimal string means; an odd last digit is followed by 0 (ISO 32000-2 §7.3.4.3). */
export function decodeHexDigits(raw: Uint8Array): Uint8Array {
  const out = new Uint8Array((raw.length + 1) >> 1);
  let length = 0;
  let high = -1;
  for (let i = 0; i < raw.length; i++) {
    const value = hexValue[raw[i]!]!;
    if (value === 255) continue;
    if (high < 0) {
      high = value;
    } else {
      out[length++] = (high << 4) | value;
      high = -1;
    }
  }
  if (high >= 0) out[length++] = high << 4;
  return out.subarray(0, length);
}

/** The bytes that the inside of a literal string means (§7.3.4.2). */
export function decodeLiteral(raw: Uint8Array): Uint8Array {
  if (!raw.includes(backslash) && !raw.includes(carriageReturn)) return raw;
  const out = new Uint8Array(raw.length);
  let length = 0;
  for (let i = 0; i < raw.length; i++) {
    const byte = raw[i]!;
    if (byte === carriageReturn) {
      if (raw[i + 1] === lineFeed) i++;
      out[length++] = lineFeed;
    } else if (byte !== backslash) {
      out[length++] = byte;
    } else {
      const escaped = readEscape(raw, i + 1);
      if (escaped.byte >= 0) out[length++] = escaped.byte;
      i += escaped.length;
    }
  }
  return out.subarray(0, length);
}

/** What follows a backslash at `at`: the byte it means (-1 for none) and how many bytes it took. */
function readEscape(raw: Uint8Array, at: number): { byte: number; length: number } {
  const byte = raw[at];
  if (byte === undefined) return { byte: -1, length: 0 };
  if (byte >= 0x30 && byte <= 0x37) return readOctal(raw, at);
  if (byte === carriageReturn) return { byte: -1, length: raw[at + 1] === lineFeed ? 2 : 1 };
  if (byte === lineFeed) return { byte: -1, length: 1 };
  return { byte: escapes[String.fromCharCode(byte)] ?? byte, length: 1 };
}

/** One to three octal digits; high-order overflow is ignored, as §7.3.4.2 has it. */
function readOctal(raw: Uint8Array, at: number): { byte: number; length: number } {
  let value = 0;
  let length = 0;
  while (length < 3) {
    const byte = raw[at + length];
    if (byte === undefined || byte < 0x30 || byte > 0x37) break;
    value = value * 8 + (byte - 0x30);
    length++;
  }
  return { byte: value & 0xff, length };
}

/** Table 3 of §7.3.4.2. */
const escapes: Readonly<Record<string, number>> = { n: 0x0a, r: 0x0d, t: 0x09, b: 0x08, f: 0x0c };
