// SPDX-License-Identifier: Apache-2.0
import { hexValue } from './characters.ts';

const numberSign = 0x23;
const slots = 2048;
const longestKept = 32;

/**
 * Names that were read before, by a hash of their bytes: the same few hundred names make up almost every file, and
 * handing out one string for each spares most of a reader's garbage. A clash replaces the older name.
 */
const known: string[] = new Array<string>(slots).fill('');

/** The text of the name whose bytes (behind the solidus) stand from `start` to `end`; `#xx` is resolved (§7.3.5). */
export function readName(bytes: Uint8Array, start: number, end: number): string {
  if (end - start > longestKept) return spell(bytes, start, end);
  const slot = slotOf(bytes, start, end);
  const candidate = known[slot]!;
  if (sameBytes(candidate, bytes, start, end)) return candidate;
  const text = spell(bytes, start, end);
  // A name with escapes is spelled otherwise than its bytes and would never be found again.
  if (text.length === end - start) known[slot] = text;
  return text;
}

/** A keyword: as a name, but that a number sign means itself. */
export function readWord(bytes: Uint8Array, start: number, end: number): string {
  const slot = slotOf(bytes, start, end);
  const candidate = known[slot]!;
  if (sameBytes(candidate, bytes, start, end)) return candidate;
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at]!);
  known[slot] = text;
  return text;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = (hash * 31 + bytes[at]!) | 0;
  return (hash ^ (hash >>> 11)) & (slots - 1);
}

function sameBytes(text: string, bytes: Uint8Array, start: number, end: number): boolean {
  if (text.length !== end - start) return false;
  for (let i = 0; i < text.length; i++) {
    const byte = bytes[start + i]!;
    if (byte !== text.charCodeAt(i) || byte === numberSign) return false;
  }
  return true;
}

function spell(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; at++) {
    const byte = bytes[at]!;
    const high = byte === numberSign && at + 2 < end ? hexValue[bytes[at + 1]!]! : 255;
    const low = high < 16 ? hexValue[bytes[at + 2]!]! : 255;
    if (low < 16) {
      text += String.fromCharCode((high << 4) | low);
      at += 2;
    } else {
      text += String.fromCharCode(byte);
    }
  }
  return text;
}
