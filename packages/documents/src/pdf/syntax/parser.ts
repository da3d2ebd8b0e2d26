// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { characterClass, digit, regular, whitespace } from './characters.ts';
import { readName, readWord } from './names.ts';
import { PdfArray, PdfDict, type PdfEntry, PdfName, PdfRef, PdfString, type PdfValue } from './values.ts';

/** How deep arrays and dictionaries may lie in each other. */
export const depthLimit = 200;

const slash = 0x2f;
const paren = 0x28;
const closeParen = 0x29;
const less = 0x3c;
const greater = 0x3e;
const open = 0x5b;
const close = 0x5d;
const percent = 0x25;
const minus = 0x2d;
const plus = 0x2b;
const dot = 0x2e;
const backslash = 0x5c;
const letterR = 0x52;

/** Powers of ten that a double holds exactly: dividing by one of them rounds correctly. */
const powersOfTen = Array.from({ length: 23 }, (_, exponent) => 10 ** exponent);

/** Made once: a hole of 16 kB is met three times on the way to a window that holds it, and each error takes a stack. */
const windowTooSmall = new SignetError('pdf.syntax', {
  offset: 0,
  reason: 'the window ends inside an object',
});

/**
 * Reads PDF objects (ISO 32000-2 §7.3) out of a window of the file, each byte once. Offsets in errors are the file's.
 *
 * A window may end inside an object. Then `touchedEnd` is set, whatever was returned or thrown means nothing, and the
 * caller tries again with a larger window.
 */
export class PdfParser {
  readonly bytes: Uint8Array;
  readonly end: number;
  /** Where in the file `bytes[0]` stands. */
  readonly base: number;
  position: number;
  touchedEnd = false;
  /** Whether the window can still be made larger: then what fails at its end is thrown without the cost of an error. */
  readonly #growing: boolean;

  constructor(bytes: Uint8Array, position = 0, base = 0, growing = false) {
    this.bytes = bytes;
    this.end = bytes.length;
    this.position = position;
    this.base = base;
    this.#growing = growing;
  }

  /**
   * The object at the position, which is left behind it.
   *
   * @throws SignetError `pdf.syntax`, `pdf.too-deep`
   */
  value(depth = 0): PdfValue {
    this.skipWhitespace();
    const byte = this.bytes[this.position];
    switch (byte) {
      case undefined:
        return this.fail('the file ends where a value should be');
      case slash:
        return new PdfName(this.name());
      case less:
        return this.bytes[this.position + 1] === less ? this.dict(depth) : this.hexString();
      case paren:
        return this.literalString();
      case open:
        return this.array(depth);
      case minus:
      case plus:
      case dot:
        return this.number();
    }
    return characterClass[byte] === digit ? this.numberOrReference() : this.constant();
  }

  /** Moves over white space and comments (§7.2.4). */
  skipWhitespace(): void {
    const { bytes, end } = this;
    let at = this.position;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === percent) {
        while (at < end && bytes[at] !== 0x0a && bytes[at] !== 0x0d) at++;
      } else if (characterClass[byte] !== whitespace) {
        this.position = at;
        return;
      }
    }
    this.position = end;
    this.touchedEnd = true;
  }

  /** The regular characters at the position as a word (`obj`, `endobj`, `xref`), empty if there are none. */
  keyword(): string {
    this.skipWhitespace();
    const start = this.position;
    const at = this.endOfRegular(start);
    this.position = at;
    // Longer words are no keywords; they are cut so that an error can show them.
    return readWord(this.bytes, start, Math.min(at, start + 20));
  }

  /** An unsigned integer of at most fifteen digits, or -1 (and no move) if none stands at the position. */
  unsigned(): number {
    this.skipWhitespace();
    const { bytes } = this;
    const start = this.position;
    let at = start;
    let value = 0;
    while (at - start < 15 && characterClass[bytes[at] ?? 0] === digit)
      value = value * 10 + (bytes[at++]! - 0x30);
    if (at >= this.end) this.touchedEnd = true;
    const next = characterClass[bytes[at] ?? 0x20];
    if (at === start || next === digit || next === regular) return -1;
    this.position = at;
    return value;
  }

  /** @throws SignetError `pdf.syntax` always, with the position in the file */
  fail(reason: string): never {
    if (this.#growing && this.touchedEnd) throw windowTooSmall;
    throw new SignetError('pdf.syntax', { offset: this.base + this.position, reason });
  }

  private endOfRegular(start: number): number {
    const { bytes, end } = this;
    let at = start;
    while (at < end && characterClass[bytes[at]!]! <= digit) at++;
    if (at >= end) this.touchedEnd = true;
    return at;
  }

  private name(): string {
    const start = this.position + 1;
    const at = this.endOfRegular(start);
    this.position = at;
    return readName(this.bytes, start, at);
  }

  private dict(depth: number): PdfDict {
    this.enter(depth);
    const { bytes } = this;
    const entries: PdfEntry[] = [];
    this.position += 2;
    for (;;) {
      this.skipWhitespace();
      const start = this.position;
      const byte = bytes[start];
      if (byte === slash) {
        const key = this.name();
        const value = this.value(depth + 1);
        entries.push({ key, value, source: bytes, start, end: this.position });
      } else if (byte === greater && bytes[start + 1] === greater) {
        this.position = start + 2;
        return new PdfDict(entries);
      } else {
        if (start + 1 >= this.end) this.touchedEnd = true;
        this.fail('a dictionary has something else than a key, or no end');
      }
    }
  }

  private array(depth: number): PdfArray {
    this.enter(depth);
    const { bytes } = this;
    const items: PdfValue[] = [];
    const spans: number[] = [];
    this.position++;
    for (;;) {
      this.skipWhitespace();
      const start = this.position;
      if (bytes[start] === close) {
        this.position = start + 1;
        return new PdfArray(items, bytes, spans);
      }
      items.push(this.value(depth + 1));
      spans.push(start, this.position);
    }
  }

  private enter(depth: number): void {
    if (depth < depthLimit) return;
    throw new SignetError('pdf.too-deep', { limit: depthLimit, offset: this.base + this.position });
  }

  private hexString(): PdfString {
    const start = this.position + 1;
    const at = this.bytes.indexOf(greater, start);
    if (at < 0) return this.unended('a hexadecimal string has no end');
    this.position = at + 1;
    return PdfString.fromSource(this.bytes.subarray(start, at), true);
  }

  private literalString(): PdfString {
    const { bytes, end } = this;
    const start = this.position + 1;
    let level = 1;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === backslash) {
        at++;
      } else if (byte === paren) {
        level++;
      } else if (byte === closeParen && --level === 0) {
        this.position = at + 1;
        return PdfString.fromSource(bytes.subarray(start, at), false);
      }
    }
    return this.unended('a string has no end');
  }

  private unended(reason: string): never {
    this.touchedEnd = true;
    return this.fail(reason);
  }

  /** true, false, null. */
  private constant(): boolean | null {
    const start = this.position;
    switch (this.keyword()) {
      case 'true':
        return true;
      case 'false':
        return false;
      case 'null':
        return null;
    }
    this.position = start;
    return this.fail('there is no object');
  }

  /** `12`, `12.5` or `12 0 R`: only unsigned integers can begin a reference, so only they look ahead. */
  private numberOrReference(): number | PdfRef {
    const start = this.position;
    const value = this.number();
    if (!Number.isInteger(value) || this.position - start > 10) return value;
    const after = this.position;
    const ref = this.restOfReference(value);
    if (ref === undefined) this.position = after;
    return ref ?? value;
  }

  private restOfReference(num: number): PdfRef | undefined {
    const { bytes } = this;
    const between = this.position;
    // Most numbers are followed by something that is no generation: see that before anything is called.
    const next = bytes[between];
    if (next !== undefined && characterClass[next] !== whitespace && next !== percent) return undefined;
    const gen = this.unsigned();
    if (gen < 0 || gen > 65535) return undefined;
    this.skipWhitespace();
    const at = this.position;
    if (at + 1 >= this.end) this.touchedEnd = true;
    if (bytes[at] !== letterR || characterClass[bytes[at + 1] ?? 0x20]! <= digit) return undefined;
    this.position = at + 1;
    return new PdfRef(num, gen);
  }

  /** A number of §7.3.3. Its digits are counted as an integer and divided once, which rounds as its text would. */
  private number(): number {
    const { bytes, end } = this;
    const start = this.position;
    const first = bytes[start]!;
    let at = first === minus || first === plus ? start + 1 : start;
    let mantissa = 0;
    let digits = 0;
    let decimals = -1;
    for (; at < end; at++) {
      const byte = bytes[at]!;
      if (byte >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + (byte - 0x30);
        digits++;
        if (decimals >= 0) decimals++;
      } else if (byte === dot && decimals < 0) {
        decimals = 0;
      } else {
        break;
      }
    }
    if (at >= end) this.touchedEnd = true;
    else if (characterClass[bytes[at]!]! <= digit) return this.fail('a number is malformed');
    if (digits === 0) return this.fail('a number has no digits');
    this.position = at;
    const value =
      digits <= 15 ? mantissa / powersOfTen[Math.max(decimals, 0)]! : longNumber(bytes, start, at);
    return first === minus && digits <= 15 ? -value : value;
  }
}

function longNumber(bytes: Uint8Array, start: number, end: number): number {
  return Number(Buffer.from(bytes.subarray(start, end)).toString('latin1'));
}
