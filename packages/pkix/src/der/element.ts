// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Input } from './header.ts';
import { decodeOid, type Oid } from './oid.ts';
import { type Tag, type TagClass, tags } from './tag.ts';
import { decodeText } from './text.ts';
import { parseGeneralizedTime, parseUtcTime } from './time.ts';

/** A BIT STRING: its octets and how many low bits of the last one do not count. */
export interface BitString {
  readonly unusedBits: number;
  readonly bytes: Uint8Array;
}

/** One element (tag, length, content) where it lies in its input. Nothing is copied. */
export class DerElement {
  readonly input: Input;
  readonly tag: Tag;
  /** Offsets within the input: first identifier octet, content, and where the next element begins. */
  readonly start: number;
  readonly contentStart: number;
  readonly contentEnd: number;
  readonly end: number;
  /** How many elements are around it. */
  readonly depth: number;

  constructor(
    input: Input,
    at: { tag: Tag; start: number; contentStart: number; contentEnd: number; end: number },
    depth: number,
  ) {
    this.input = input;
    this.tag = at.tag;
    this.start = at.start;
    this.contentStart = at.contentStart;
    this.contentEnd = at.contentEnd;
    this.end = at.end;
    this.depth = depth;
  }

  get tagClass(): TagClass {
    return ((this.tag >> 6) & 3) as TagClass;
  }

  get constructed(): boolean {
    return (this.tag & 0x20) !== 0;
  }

  get tagNumber(): number {
    return this.tag > 0xff ? this.tag >>> 8 : this.tag & 0x1f;
  }

  /** The whole element as it was received. */
  get bytes(): Uint8Array {
    return this.input.bytes.subarray(this.start, this.end);
  }

  /** The content octets as they were received. */
  get content(): Uint8Array {
    return this.input.bytes.subarray(this.contentStart, this.contentEnd);
  }

  /** Reads the content as OBJECT IDENTIFIER. @throws SignetError `der.oid` */
  oid(): Oid {
    return decodeOid(this.input.bytes, this.contentStart, this.contentEnd);
  }

  /**
   * The content as the two's complement octets of an INTEGER or ENUMERATED.
   *
   * @throws SignetError `der.integer` if it is empty, or not minimal (X.690 §8.3.2)
   */
  integerBytes(): Uint8Array {
    const bytes = this.input.bytes;
    const size = this.contentEnd - this.contentStart;
    if (size === 0) throw new SignetError('der.integer', { offset: this.start });
    if (size > 1 && this.input.rules === 'der') {
      const first = bytes[this.contentStart]!;
      const sign = bytes[this.contentStart + 1]! & 0x80;
      if ((first === 0 && sign === 0) || (first === 0xff && sign !== 0)) {
        throw new SignetError('der.integer', { offset: this.start });
      }
    }
    return this.content;
  }

  /** Reads the content as an INTEGER of any size. @throws SignetError `der.integer` */
  bigint(): bigint {
    const bytes = this.integerBytes();
    const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
    return BigInt.asIntN(bytes.length * 8, BigInt(`0x${hex}`));
  }

  /** Reads the content as an INTEGER of at most 48 bits. @throws SignetError `der.integer` if it is larger */
  number(): number {
    const bytes = this.integerBytes();
    if (bytes.length > 6) throw new SignetError('der.integer', { offset: this.start });
    let value = bytes[0]! & 0x80 ? -1 : 0;
    for (const octet of bytes) value = value * 256 + octet;
    return value;
  }

  /** Reads the content as BOOLEAN. @throws SignetError `der.boolean` (DER: TRUE is FF) */
  boolean(): boolean {
    const octet = this.input.bytes[this.contentStart]!;
    const wellFormed = this.contentEnd - this.contentStart === 1;
    if (!wellFormed || (this.input.rules === 'der' && octet !== 0 && octet !== 0xff)) {
      throw new SignetError('der.boolean', { offset: this.start });
    }
    return octet !== 0;
  }

  /** Reads the content as BIT STRING. @throws SignetError `der.bit-string` */
  bitString(): BitString {
    const bytes = this.input.bytes;
    const size = this.contentEnd - this.contentStart;
    const unusedBits = bytes[this.contentStart]!;
    const malformed = size === 0 || this.constructed || unusedBits > 7 || (size === 1 && unusedBits > 0);
    if (
      malformed ||
      (this.input.rules === 'der' && bytes[this.contentEnd - 1]! & ((1 << unusedBits) - 1) && size > 1)
    ) {
      throw new SignetError('der.bit-string', { offset: this.start });
    }
    return { unusedBits, bytes: bytes.subarray(this.contentStart + 1, this.contentEnd) };
  }

  /** Reads a UTCTime or GeneralizedTime by its tag. @throws SignetError `der.time` */
  time(): Date {
    const text = this.latin1();
    const strict = this.input.rules === 'der';
    if (this.tag === tags.utcTime) return parseUtcTime(text, strict);
    if (this.tag === tags.generalizedTime) return parseGeneralizedTime(text, strict);
    throw new SignetError('der.time', { text: '' });
  }

  /** Reads a character string by its tag, or by `tag` where it is IMPLICIT. @throws SignetError `der.string` */
  text(tag: Tag = this.tag): string {
    return decodeText(tag, this.content);
  }

  private latin1(): string {
    let text = '';
    // No time is longer than this with any sense; the rest would only be shown in an error.
    const end = Math.min(this.contentEnd, this.contentStart + 64);
    for (let at = this.contentStart; at < end; at++) text += String.fromCharCode(this.input.bytes[at]!);
    return text;
  }
}
