// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { PdfDocument } from './document.ts';
import { type PdfHole, PdfRef, type PdfReserved, type PdfValue } from './syntax/values.ts';

/** Where a placeholder came to lie, counted from the first byte of the resulting file. */
export interface PlaceholderRange {
  readonly offset: number;
  readonly length: number;
}

/** A revision that has been laid out: the bytes that come after the file's own, which are not repeated here. */
export interface AppendedRevision {
  /** Length of the file that was updated: where `bytes` go. */
  readonly baseLength: number;
  /** The appended part. Only its placeholders may still be changed. */
  readonly bytes: Uint8Array;
  /** Where the new cross-reference section begins, from the first byte of the file. */
  readonly startXref: number;
  /**
   * Where a hole or reserved space lies in the resulting file. A hole's range includes its `<` and `>`.
   *
   * @throws TypeError if it is not part of this revision
   */
  locate(placeholder: PdfHole | PdfReserved): PlaceholderRange;
  /**
   * Writes a value into reserved space, padded with blanks.
   *
   * @throws SignetError `pdf.reserved-too-small`
   */
  fill(placeholder: PdfReserved, value: PdfValue): void;
}

/**
 * Collects new and changed objects and lays them out as one incremental update (ISO 32000-2 §7.5.6). The bytes that are
 * there are never touched; the new cross-reference section is of the kind of the newest one in the file (after a hybrid
 * one: a plain table).
 */
export class IncrementalUpdate {
  readonly document: PdfDocument;
  readonly #objects = new Map<number, { ref: PdfRef; value: PdfValue }>();
  #next: number;

  constructor(document: PdfDocument) {
    this.document = document;
    this.#next = document.size;
  }

  /** A reference with the next free object number. It must be given a value with `put`. */
  allocate(): PdfRef {
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

  /** What the reference leads to once this update has been applied. */
  resolve(value: PdfValue | undefined): PdfValue {
    if (!(value instanceof PdfRef)) return value ?? null;
    const pending = this.#objects.get(value.num);
    return pending === undefined ? this.document.resolve(value) : pending.value;
  }

  /**
   * Lays the update out.
   *
   * @throws SignetError `pdf.too-large-for-table` if a table's ten digits cannot hold an offset
   */
  serialize(): AppendedRevision {
    throw new SignetError('general.not-offered', { what: 'Writing an update' });
  }
}
