// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { AppendedRevision } from './appended-revision.ts';
import type { PdfDocument } from './document.ts';
import { nextIdentifier } from './identifier.ts';
import { ByteWriter } from './syntax/byte-writer.ts';
import { writeValue } from './syntax/serializer.ts';
import {
  type PdfDict,
  type PdfHole,
  PdfRef,
  type PdfReserved,
  PdfStream,
  type PdfValue,
} from './syntax/values.ts';
import { objectNumberLimit } from './xref/stream.ts';
import { type NewEntry, writeXrefStream, writeXrefTable } from './xref/write.ts';

/** Keys of a cross-reference stream's dictionary that are not the trailer's (ISO 32000-2 table 17), and a hybrid's link. */
const notTrailerKeys = {
  Type: undefined,
  W: undefined,
  Index: undefined,
  Length: undefined,
  Filter: undefined,
  DecodeParms: undefined,
  XRefStm: undefined,
} as const;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Collects new and changed objects and lays them out as one incremental update (ISO 32000-2 §7.5.6). The bytes that are
 * there are never touched; the new cross-reference section is of the kind of the newest one in the file (after a hybrid
 * one: a plain table), since Acrobat refuses signatures where kinds are mixed.
 */
export class IncrementalUpdate {
  readonly document: PdfDocument;
  readonly #objects = new Map<number, { readonly ref: PdfRef; readonly value: PdfValue }>();
  #next: number;

  constructor(document: PdfDocument) {
    this.document = document;
    this.#next = Math.max(document.size, 1);
  }

  /**
   * A reference with the next free object number. It must be given a value with `put`, or the update would leave a gap.
   *
   * @throws SignetError `pdf.too-many-objects`
   */
  allocate(): PdfRef {
    if (this.#next > objectNumberLimit)
      throw new SignetError('pdf.too-many-objects', { limit: objectNumberLimit });
    return new PdfRef(this.#next++);
  }

  /** Allocates and puts at once. */
  add(value: PdfValue): PdfRef {
    const ref = this.allocate();
    this.put(ref, value);
    return ref;
  }

  /** Gives an allocated object its value, or an object of the file a new one. The last value put counts. */
  put(ref: PdfRef, value: PdfValue): void {
    this.#objects.set(ref.num, { ref, value });
  }

  /** What a value leads to once this update has been applied. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (!(value instanceof PdfRef)) return value ?? null;
    const pending = this.#objects.get(value.num);
    return pending === undefined ? this.document.resolve(value) : pending.value;
  }

  /**
   * Lays the update out.
   *
   * @throws SignetError `pdf.too-large-for-table` if a table's ten digits cannot hold an offset
   * @throws TypeError if an allocated object was given no value
   */
  serialize(): AppendedRevision {
    const { document } = this;
    const layout = new Layout(document);
    const objects = [...this.#objects.values()].sort((a, b) => a.ref.num - b.ref.num);
    for (let num = document.size; num < this.#next; num++) {
      if (num > 0 && !this.#objects.has(num))
        throw new TypeError(`object ${num} was allocated and never put`);
    }
    for (const { ref, value } of objects) layout.object(ref, value);
    return layout.finish(this.#next);
  }
}

/** The bytes of an update while they are being written. */
class Layout {
  readonly #document: PdfDocument;
  readonly #out = new ByteWriter(8192);
  readonly #entries: NewEntry[] = [];
  readonly #placeholders = new Map<PdfHole | PdfReserved, { readonly at: number; readonly length: number }>();
  /** What has to be added to a position in `#out` to get an offset as the file counts them. */
  readonly #shift: number;

  constructor(document: PdfDocument) {
    this.#document = document;
    const { source, offsetBase } = document;
    this.#shift = source.length - offsetBase;
    const last = source.read(source.length - 1, 1)[0];
    if (last !== lineFeed && last !== carriageReturn) this.#out.fill(lineFeed, 1);
  }

  object(ref: PdfRef, value: PdfValue): void {
    const out = this.#out;
    this.#entries.push({ num: ref.num, gen: ref.gen, offset: this.#shift + out.length });
    out.latin1(`${ref.num} ${ref.gen} obj\n`);
    if (value instanceof PdfStream) {
      this.#value(value.dict.with({ Length: value.length }));
      out.latin1('\nstream\n');
      out.bytes(value.encoded());
      out.latin1('\nendstream\nendobj\n');
    } else {
      this.#value(value);
      out.latin1('\nendobj\n');
    }
  }

  finish(next: number): AppendedRevision {
    const document = this.#document;
    const out = this.#out;
    const startXref = this.#shift + out.length;
    const asTable = document.crossReference !== 'stream';
    const trailer = this.#trailer(asTable ? next : next + 1);
    if (asTable) {
      writeXrefTable(out, [...this.#freeListHead(), ...this.#entries], trailer);
    } else {
      writeXrefStream(out, this.#entries, { num: next, gen: 0, offset: startXref }, trailer);
    }
    out.latin1(`startxref\n${startXref}\n%%EOF\n`);
    return new AppendedRevision({
      baseLength: document.source.length,
      bytes: out.done(),
      startXref: startXref + document.offsetBase,
      placeholders: this.#placeholders,
    });
  }

  #value(value: PdfValue): void {
    writeValue(this.#out, value, (placeholder, at, length) => {
      if (this.#placeholders.has(placeholder))
        throw new TypeError('a placeholder stands twice in one update');
      this.#placeholders.set(placeholder, { at, length });
    });
  }

  /** All entries of the trailer before, but for those that an update sets (§7.5.6). */
  #trailer(size: number): PdfDict {
    const document = this.#document;
    const { trailer, startXref, offsetBase } = document;
    return trailer.with({
      ...notTrailerKeys,
      Size: Math.max(size, document.size),
      Prev: startXref - offsetBase,
      ID: nextIdentifier(document, this.#out.written(), this.#placeholders.values()),
    });
  }

  /**
   * Object 0 as the newest section has it. Every table that Acrobat writes begins with it, and repeating it keeps the list of
   * free objects whole.
   */
  #freeListHead(): readonly NewEntry[] {
    const head = this.#document.place(0);
    return [{ num: 0, gen: 65535, offset: head?.kind === 'free' ? head.next : 0, free: true }];
  }
}
