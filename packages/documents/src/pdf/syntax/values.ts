// SPDX-License-Identifier: Apache-2.0
import type { ByteSource } from '@signet/base';
import { memorySource } from '@signet/base';
import { decodeHexDigits, decodeLiteral } from './strings.ts';

/**
 * Any PDF object (ISO 32000-2 §7.3), immutable. The null, boolean and numeric objects are JavaScript's own; the text of
 * a number that was read survives in the source span that its dictionary entry or array item keeps.
 */
export type PdfValue =
  | null
  | boolean
  | number
  | PdfName
  | PdfString
  | PdfArray
  | PdfDict
  | PdfRef
  | PdfStream
  | PdfHole
  | PdfReserved;

/** A name object (§7.3.5). `text` is without the solidus, `#xx` resolved, one character for each byte. */
export class PdfName {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An indirect reference (§7.3.10): object number and generation. */
export class PdfRef {
  readonly num: number;
  readonly gen: number;
  constructor(num: number, gen = 0) {
    this.num = num;
    this.gen = gen;
  }

  /** Whether both name the same object. */
  equals(other: PdfValue | undefined): boolean {
    return other instanceof PdfRef && other.num === this.num && other.gen === this.gen;
  }
}

/** A string object (§7.3.4): bytes, and whether it is (to be) written in hexadecimal. */
export class PdfString {
  readonly hex: boolean;
  #bytes: Uint8Array | undefined;
  readonly #raw: Uint8Array | undefined;

  private constructor(hex: boolean, bytes: Uint8Array | undefined, raw: Uint8Array | undefined) {
    this.hex = hex;
    this.#bytes = bytes;
    this.#raw = raw;
  }

  /** A string of these bytes; `hex` asks for `<…>` instead of `(…)`. */
  static of(bytes: Uint8Array, hex = false): PdfString {
    return new PdfString(hex, bytes, undefined);
  }

  /** A string as read: `raw` is what stands between its delimiters and is decoded when first asked for. */
  static fromSource(raw: Uint8Array, hex: boolean): PdfString {
    return new PdfString(hex, undefined, raw);
  }

  /** The string's value: escapes and hexadecimal digits resolved. */
  get bytes(): Uint8Array {
    this.#bytes ??= this.hex ? decodeHexDigits(this.#raw!) : decodeLiteral(this.#raw!);
    return this.#bytes;
  }
}

/** An array object (§7.3.6). */
export class PdfArray {
  readonly items: readonly PdfValue[];
  /** Bytes that `spans` points into, if the array was read from a file. */
  readonly source: Uint8Array | undefined;
  /** For item i its start at 2i and its end at 2i+1 in `source`; -1 for an item that was not read from there. */
  readonly spans: readonly number[];

  constructor(items: readonly PdfValue[], source?: Uint8Array, spans: readonly number[] = []) {
    this.items = items;
    this.source = source;
    this.spans = spans;
  }

  get length(): number {
    return this.items.length;
  }

  /** A copy with further items at its end; the earlier ones are written back byte for byte. */
  append(...more: readonly PdfValue[]): PdfArray {
    const spans = this.source === undefined ? [] : [...this.spans, ...more.flatMap(() => [-1, -1])];
    return new PdfArray([...this.items, ...more], this.source, spans);
  }
}

/** One entry of a dictionary. */
export interface PdfEntry {
  /** The key without its solidus. */
  readonly key: string;
  readonly value: PdfValue;
  /**
   * What the entry was read from: bytes that begin where the indirect object that holds it begins in the file (for one in an
   * object stream: the stream's decoded data). `start` and `end` of key and value count from there, so the object's offset plus
   * `end` is the entry's end in the file. Such an entry is written back byte for byte.
   */
  readonly source?: Uint8Array | undefined;
  readonly start: number;
  readonly end: number;
}

/** From this many entries on, a dictionary answers from an index instead of by looking along its entries. */
const indexFrom = 12;

/** A dictionary object (§7.3.7), in the order in which it was written. */
export class PdfDict {
  readonly entries: readonly PdfEntry[];
  #index: Map<string, PdfValue> | undefined;

  constructor(entries: readonly PdfEntry[]) {
    this.entries = entries;
  }

  /** A new dictionary. An `undefined` value leaves its key out. */
  static of(entries: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
    const list: PdfEntry[] = [];
    for (const key in entries) {
      const value = entries[key];
      if (value !== undefined) list.push({ key, value, start: -1, end: -1 });
    }
    return new PdfDict(list);
  }

  /** The direct value of a key, not resolved. Of a key that stands twice the last one counts, as in most readers. */
  get(key: string): PdfValue | undefined {
    const { entries } = this;
    if (entries.length >= indexFrom) {
      this.#index ??= new Map(entries.map((entry) => [entry.key, entry.value]));
      return this.#index.get(key);
    }
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i]!;
      if (entry.key === key) return entry.value;
    }
    return undefined;
  }

  /** Whether the key is there (even with a null value). */
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  /** The text of the direct name at `key`, or undefined if there is none. */
  name(key: string): string | undefined {
    const value = this.get(key);
    return value instanceof PdfName ? value.text : undefined;
  }

  /** The direct number at `key`, or undefined if there is none. */
  number(key: string): number | undefined {
    const value = this.get(key);
    return typeof value === 'number' ? value : undefined;
  }

  /** The keys, in order. */
  keys(): string[] {
    return this.entries.map((entry) => entry.key);
  }

  /** Keys that stand more than once: readers disagree on which one counts. */
  duplicateKeys(): string[] {
    const seen = new Set<string>();
    const twice = new Set<string>();
    for (const { key } of this.entries) (seen.has(key) ? twice : seen).add(key);
    return [...twice];
  }

  /** A copy with some keys set (in place where they stood, else at the end) or, by `undefined`, removed. */
  with(changes: Readonly<Record<string, PdfValue | undefined>>): PdfDict {
    const list: PdfEntry[] = [];
    const placed = new Set<string>();
    for (const entry of this.entries) {
      if (!Object.hasOwn(changes, entry.key)) {
        list.push(entry);
        continue;
      }
      const value = changes[entry.key];
      if (value === undefined || placed.has(entry.key)) continue;
      placed.add(entry.key);
      list.push({ key: entry.key, value, start: -1, end: -1 });
    }
    for (const key in changes) {
      const value = changes[key];
      if (value !== undefined && !placed.has(key)) list.push({ key, value, start: -1, end: -1 });
    }
    return new PdfDict(list);
  }
}

/** A stream object (§7.3.8): its dictionary and where its encoded data lie. */
export class PdfStream {
  readonly dict: PdfDict;
  /** Source of the encoded data. */
  readonly source: ByteSource;
  /** Where in `source` the encoded data begin. */
  readonly offset: number;
  /** Length of the encoded data in bytes. */
  readonly length: number;

  constructor(dict: PdfDict, source: ByteSource, offset: number, length: number) {
    this.dict = dict;
    this.source = source;
    this.offset = offset;
    this.length = length;
  }

  /** A new stream over encoded bytes. The writer sets /Length itself. */
  static of(dict: PdfDict, encoded: Uint8Array): PdfStream {
    return new PdfStream(dict, memorySource(encoded), 0, encoded.length);
  }

  /** The encoded data, as they stand in the file. */
  encoded(): Uint8Array {
    return this.source.read(this.offset, this.length);
  }
}

/**
 * Bytes left open in a revision to be filled after it has been hashed: written as a hexadecimal string of zeros
 * `<00…00>`. Each instance is one hole; where it came to lie is told by {@link AppendedRevision.locate}.
 */
export class PdfHole {
  /** How many bytes the hole can take (twice as many hexadecimal digits). */
  readonly bytes: number;
  constructor(bytes: number) {
    this.bytes = bytes;
  }
}

/**
 * Space kept for a value that is known only when the revision has been laid out (a byte range): written as blanks and
 * filled by {@link AppendedRevision.fill}.
 */
export class PdfReserved {
  /** Number of bytes kept. */
  readonly width: number;
  constructor(width: number) {
    this.width = width;
  }
}
