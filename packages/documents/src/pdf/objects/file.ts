// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import { PdfParser } from '../syntax/parser.ts';
import type { PdfLeniency } from './leniency.ts';

/** Most bytes that one object, without its stream's data, may take in the file. */
const objectLimit = 64 << 20;

/** Work allowed for each byte of the file, and for a file however small. See {@link PdfFile.spend}. */
const workPerByte = 64;
const workForAny = 64 << 20;

/** The first window onto an object, and by how much each further one is larger. */
const firstWindow = 1024;
const windowGrowth = 16;
/** The first window where it is a view: larger than almost every hole. */
const viewBytes = 65_536;

/** A file being read: its source, how its offsets count, and what reading it has cost so far. */
export class PdfFile {
  readonly source: ByteSource;
  readonly length: number;
  readonly headerOffset: number;
  /** What has to be added to the offsets that stand in the file. */
  offsetBase: number;
  readonly leniencies: PdfLeniency[] = [];
  #spent = 0;
  readonly #allowed: number;

  constructor(source: ByteSource, headerOffset: number) {
    this.source = source;
    this.length = source.length;
    this.headerOffset = headerOffset;
    this.offsetBase = headerOffset;
    this.#allowed = workForAny + workPerByte * source.length;
  }

  /** Bytes read and decoded so far. */
  get spent(): number {
    return this.#spent;
  }

  /**
   * Counts work, in bytes looked at or produced. Whatever a file makes us do in whichever order, it stays within a
   * constant times its size: a bound that no clock has to enforce.
   *
   * @throws SignetError `pdf.too-much-work`
   */
  spend(bytes: number): void {
    this.#spent += bytes;
    if (this.#spent > this.#allowed) throw new SignetError('pdf.too-much-work', { limit: this.#allowed });
  }

  /** At most `size` bytes at an offset: fewer where the file ends. */
  window(offset: number, size: number): Uint8Array {
    return this.source.read(offset, Math.min(size, this.length - offset));
  }

  /**
   * Lets `read` parse what stands at an offset, in a window that grows until what is read lies within it.
   *
   * @throws SignetError `pdf.truncated` if the offset is not in the file, `pdf.object-too-large`, and what `read` throws
   */
  parseAt<T>(offset: number, read: (parser: PdfParser) => T, expected = firstWindow): T {
    if (!(offset >= 0 && offset < this.length)) {
      throw new SignetError('pdf.truncated', { what: 'an object', offset, length: this.length });
    }
    let bytes = this.source.view?.(offset, viewBytes) ?? this.window(offset, expected);
    for (let size = Math.max(expected, bytes.length); ; bytes = this.window(offset, size)) {
      const whole = bytes.length >= this.length - offset;
      const parser = new PdfParser(bytes, 0, offset, !whole);
      try {
        const result = read(parser);
        if (whole || !parser.touchedEnd) return result;
      } catch (error) {
        if (whole || !parser.touchedEnd) throw error;
      } finally {
        this.spend(parser.position + 16);
      }
      size *= windowGrowth;
      if (size > objectLimit * windowGrowth)
        throw new SignetError('pdf.object-too-large', { object: `at ${offset}`, limit: objectLimit });
    }
  }
}
