// SPDX-License-Identifier: Apache-2.0

/** Bytes that grow at their end. */
export class ByteWriter {
  #buffer: Buffer;
  #length = 0;

  constructor(expected = 4096) {
    this.#buffer = Buffer.allocUnsafe(expected);
  }

  get length(): number {
    return this.#length;
  }

  /** Writes a string of characters below 256, one byte each. */
  latin1(text: string): void {
    const size = text.length;
    this.#room(size);
    const buffer = this.#buffer;
    let at = this.#length;
    // Crossing into native code costs more than a few bytes do.
    if (size < 24) for (let i = 0; i < size; i++) buffer[at++] = text.charCodeAt(i);
    else buffer.write(text, at, 'latin1');
    this.#length += size;
  }

  /** Writes `source[start..end)`. */
  bytes(source: Uint8Array, start = 0, end = source.length): void {
    const size = end - start;
    this.#room(size);
    const buffer = this.#buffer;
    if (size < 32) for (let at = this.#length, i = start; i < end; i++) buffer[at++] = source[i]!;
    else buffer.set(source.subarray(start, end), this.#length);
    this.#length += size;
  }

  /** Writes the same byte `count` times. */
  fill(byte: number, count: number): void {
    this.#room(count);
    const buffer = this.#buffer;
    const end = this.#length + count;
    if (count < 64) for (let at = this.#length; at < end; at++) buffer[at] = byte;
    else buffer.fill(byte, this.#length, end);
    this.#length = end;
  }

  /** What has been written so far, without a copy; further writing may move it elsewhere. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  /** What has been written, without a copy. Nothing may be written afterwards. */
  done(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  #room(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    larger.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = larger;
  }
}
