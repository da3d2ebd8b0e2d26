// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type BitString, DerElement } from './element.ts';
import { type EncodingRules, header, type Input, maxDepth, readHeader, stepsPerByte } from './header.ts';
import type { Oid } from './oid.ts';
import { context, describeTag, type Tag, tags } from './tag.ts';

/**
 * Starts to read an encoding. Nothing is copied: what is read shares memory with `bytes`, which must not change.
 *
 * @param rules `der` (default) for what must be DER, `ber` for CMS and PKCS#12 as others write them
 */
export function readDer(bytes: Uint8Array, rules: EncodingRules = 'der'): DerReader {
  const input: Input = {
    bytes,
    rules,
    stepsLeft: bytes.length * stepsPerByte + 16,
    indefiniteEnds: undefined,
  };
  return new DerReader(input, 0, bytes.length, 0);
}

/**
 * The one element that `bytes` consist of.
 *
 * @throws SignetError `der.trailing-bytes` if something follows it, and as `readHeader`
 */
export function readOnlyElement(bytes: Uint8Array, rules: EncodingRules = 'der'): DerElement {
  const reader = readDer(bytes, rules);
  const element = reader.next();
  reader.end();
  return element;
}

/**
 * What is inside the one SEQUENCE that `bytes` consist of.
 *
 * @throws SignetError `der.trailing-bytes`, `der.unexpected-tag`
 */
export function readOnlySequence(bytes: Uint8Array, rules: EncodingRules = 'der'): DerReader {
  const reader = readDer(bytes, rules);
  const inside = reader.sequence();
  reader.end();
  return inside;
}

/**
 * A cursor over elements that follow one another: the whole input, or the content of a constructed element. Its typed
 * methods read the next element and go on behind it; where that has another tag they throw `der.unexpected-tag`.
 * A `tag` argument stands for an IMPLICIT tag.
 */
export class DerReader {
  readonly #input: Input;
  readonly #end: number;
  readonly #depth: number;
  #at: number;

  constructor(input: Input, start: number, end: number, depth: number) {
    if (depth > maxDepth) throw new SignetError('der.depth', { offset: start, limit: maxDepth });
    this.#input = input;
    this.#at = start;
    this.#end = end;
    this.#depth = depth;
  }

  /** Whether everything has been read. */
  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** Offset of the next element within the input. */
  get offset(): number {
    return this.#at;
  }

  /** The bytes that are still to be read, as they were received. */
  get rest(): Uint8Array {
    return this.#input.bytes.subarray(this.#at, this.#end);
  }

  /** Says that nothing may follow. @throws SignetError `der.trailing-bytes` */
  end(): void {
    if (this.#at < this.#end) {
      throw new SignetError('der.trailing-bytes', { offset: this.#at, count: this.#end - this.#at });
    }
  }

  /** Whether the next element has this tag; false at the end. */
  is(tag: Tag): boolean {
    if (this.#at >= this.#end) return false;
    if (tag <= 0xff) return this.#input.bytes[this.#at] === tag;
    readHeader(this.#input, this.#at, this.#end, this.#depth);
    return header.tag === tag;
  }

  /** The next element, whatever its tag. @throws SignetError `der.truncated` at the end */
  next(): DerElement {
    readHeader(this.#input, this.#at, this.#end, this.#depth);
    return this.#take();
  }

  /** The next element, which must have this tag. @throws SignetError `der.unexpected-tag` */
  element(tag: Tag): DerElement {
    this.#expect(tag);
    return this.#take();
  }

  /** The next element if it has this tag, else undefined and nothing is read. */
  optional(tag: Tag): DerElement | undefined {
    return this.is(tag) ? this.next() : undefined;
  }

  /** Passes over the next element if it has this tag, else over nothing; or over any element without `tag`. */
  skip(tag?: Tag): boolean {
    if (tag !== undefined && !this.is(tag)) return false;
    readHeader(this.#input, this.#at, this.#end, this.#depth);
    this.#at = header.next;
    return true;
  }

  /** Goes into the next element, which must have this tag. */
  enter(tag: Tag): DerReader {
    this.#expect(tag);
    const { contentStart, contentEnd, next } = header;
    this.#at = next;
    return new DerReader(this.#input, contentStart, contentEnd, this.#depth + 1);
  }

  /** Goes into the next element if it has this tag. */
  enterOptional(tag: Tag): DerReader | undefined {
    return this.is(tag) ? this.enter(tag) : undefined;
  }

  /** SEQUENCE or SEQUENCE OF. */
  sequence(tag: Tag = tags.sequence): DerReader {
    return this.enter(tag);
  }

  /** SET or SET OF. The order of its elements is not checked: signatures are verified over bytes as received. */
  set(tag: Tag = tags.set): DerReader {
    return this.enter(tag);
  }

  /** `[number] EXPLICIT … OPTIONAL`: a reader at what is inside. */
  explicit(number: number): DerReader | undefined {
    return this.enterOptional(context(number));
  }

  /** OBJECT IDENTIFIER in dotted form. @throws SignetError `der.oid` */
  oid(tag: Tag = tags.oid): Oid {
    return this.element(tag).oid();
  }

  /** INTEGER of any size. @throws SignetError `der.integer` */
  bigint(tag: Tag = tags.integer): bigint {
    return this.element(tag).bigint();
  }

  /** INTEGER of at most 48 bits, such as versions and counts. @throws SignetError `der.integer` */
  number(tag: Tag = tags.integer): number {
    return this.element(tag).number();
  }

  /** INTEGER as its two's complement octets, such as serial numbers. @throws SignetError `der.integer` */
  integerBytes(tag: Tag = tags.integer): Uint8Array {
    return this.element(tag).integerBytes();
  }

  /** ENUMERATED. @throws SignetError `der.integer` */
  enumerated(): number {
    return this.element(tags.enumerated).number();
  }

  /** BOOLEAN. @throws SignetError `der.boolean` */
  boolean(tag: Tag = tags.boolean): boolean {
    return this.element(tag).boolean();
  }

  /** `BOOLEAN DEFAULT FALSE`. */
  booleanOrFalse(tag: Tag = tags.boolean): boolean {
    return this.is(tag) ? this.boolean(tag) : false;
  }

  /** NULL. @throws SignetError `der.length` if it has content */
  null(): void {
    const element = this.element(tags.null);
    if (element.contentEnd !== element.contentStart)
      throw new SignetError('der.length', { offset: element.start });
  }

  /** BIT STRING. @throws SignetError `der.bit-string` */
  bitString(tag: Tag = tags.bitString): BitString {
    return this.element(tag).bitString();
  }

  /** BIT STRING that holds whole octets: keys and signature values. @throws SignetError `der.bit-string` */
  bitStringOctets(tag: Tag = tags.bitString): Uint8Array {
    const element = this.element(tag);
    const { unusedBits, bytes } = element.bitString();
    if (unusedBits !== 0) throw new SignetError('der.bit-string', { offset: element.start });
    return bytes;
  }

  /**
   * OCTET STRING. Under BER it may come in pieces (X.690 §8.7.3); only then the octets are copied together.
   *
   * @throws SignetError `der.unexpected-tag`
   */
  octetString(tag: Tag = tags.octetString): Uint8Array {
    if (this.#input.rules === 'ber' && this.is(tag | 0x20)) return joined(this.#pieces(tag | 0x20, []));
    return this.element(tag).content;
  }

  /** UTCTime or GeneralizedTime, in UTC. @throws SignetError `der.time` */
  time(): Date {
    return this.next().time();
  }

  /** A character string of any type. @throws SignetError `der.string` */
  text(): string {
    return this.next().text();
  }

  #pieces(tag: Tag, pieces: Uint8Array[]): Uint8Array[] {
    const inside = this.enter(tag);
    const constructed = tags.octetString | 0x20;
    while (!inside.atEnd) {
      if (inside.is(constructed)) inside.#pieces(constructed, pieces);
      else pieces.push(inside.element(tags.octetString).content);
    }
    return pieces;
  }

  #expect(tag: Tag): void {
    if (this.#at >= this.#end) throw unexpected(tag, 'nothing', this.#at);
    readHeader(this.#input, this.#at, this.#end, this.#depth);
    if (header.tag !== tag) throw unexpected(tag, describeTag(header.tag), this.#at);
  }

  #take(): DerElement {
    const { tag, contentStart, contentEnd, next } = header;
    const element = new DerElement(
      this.#input,
      { tag, start: this.#at, contentStart, contentEnd, end: next },
      this.#depth,
    );
    this.#at = next;
    return element;
  }
}

/** Goes into a constructed element, whatever its tag. @throws SignetError `der.unexpected-tag` if it is primitive */
export function readInside(element: DerElement): DerReader {
  if (!element.constructed) throw unexpected(element.tag | 0x20, describeTag(element.tag), element.start);
  return new DerReader(element.input, element.contentStart, element.contentEnd, element.depth + 1);
}

function unexpected(wanted: Tag, found: string, offset: number): SignetError {
  return new SignetError('der.unexpected-tag', { expected: describeTag(wanted), found, offset });
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
