// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { serializeValue } from './syntax/serializer.ts';
import type { PdfHole, PdfReserved, PdfValue } from './syntax/values.ts';

/** Where a placeholder came to lie, counted from the first byte of the resulting file. */
export interface PlaceholderRange {
  readonly offset: number;
  readonly length: number;
}

/** What an {@link AppendedRevision} is made of. */
export interface AppendedParts {
  readonly baseLength: number;
  readonly bytes: Uint8Array;
  readonly startXref: number;
  readonly placeholders: ReadonlyMap<PdfHole | PdfReserved, { readonly at: number; readonly length: number }>;
}

const blank = 0x20;

/** A revision that has been laid out: the bytes that come after the file's own, which are not repeated here. */
export class AppendedRevision {
  /** Length of the file that was updated: where `bytes` go. */
  readonly baseLength: number;
  /** The appended part. Only its placeholders may still be changed. */
  readonly bytes: Uint8Array;
  /** Where the new cross-reference section begins, from the first byte of the file. */
  readonly startXref: number;
  readonly #placeholders: AppendedParts['placeholders'];

  constructor({ baseLength, bytes, startXref, placeholders }: AppendedParts) {
    this.baseLength = baseLength;
    this.bytes = bytes;
    this.startXref = startXref;
    this.#placeholders = placeholders;
  }

  /**
   * Where a hole or reserved space lies in the resulting file. A hole's range includes its `<` and `>`.
   *
   * @throws TypeError if it is not part of this revision
   */
  locate(placeholder: PdfHole | PdfReserved): PlaceholderRange {
    const found = this.#placeholders.get(placeholder);
    if (found === undefined) throw new TypeError('the placeholder is not part of this revision');
    return { offset: this.baseLength + found.at, length: found.length };
  }

  /**
   * Writes a value into reserved space, padded with blanks. May be done again.
   *
   * @throws SignetError `pdf.reserved-too-small`
   */
  fill(placeholder: PdfReserved, value: PdfValue): void {
    const { offset, length } = this.locate(placeholder);
    const text = serializeValue(value);
    if (text.length > length)
      throw new SignetError('pdf.reserved-too-small', { needed: text.length, width: length });
    const at = offset - this.baseLength;
    this.bytes.set(text, at);
    this.bytes.fill(blank, at + text.length, at + length);
  }
}
