// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { ioError, SignetError } from '@signet/base';
import type { Spool } from './spool.ts';

/**
 * Takes bytes in, hashes and counts them, and keeps them in memory until they are more than `memoryBytes`; from then on
 * they are in a file. What comes after `limitBytes` ends it with `request.too-large`. Destroyed, it leaves no file.
 */
export class BodySink extends Writable {
  /** Bytes that came so far. */
  size = 0;
  /** The file, once there is one. */
  path: string | undefined;
  readonly #spool: Spool;
  readonly #limitBytes: number;
  readonly #memoryBytes: number;
  readonly #hash = createHash('sha256');
  #kept: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #digest: string | undefined;
  /** What is being written; a failure of it is told by the stream. */
  #busy: Promise<void> = Promise.resolve();

  constructor(options: { spool: Spool; limitBytes: number; memoryBytes: number }) {
    // As much as is gathered while the previous write is on its way to the disk: large writes, bounded memory.
    super({ highWaterMark: 1 << 20 });
    this.#spool = options.spool;
    this.#limitBytes = options.limitBytes;
    this.#memoryBytes = options.memoryBytes;
  }

  /** SHA-256 of all that came, lower-case hexadecimal; only after the end. */
  get sha256(): string {
    this.#digest ??= this.#hash.digest('hex');
    return this.#digest;
  }

  /** All that came, if it is not in a file. */
  get bytes(): Uint8Array {
    return this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept);
  }

  /** Ends it without a result, and waits until its file is gone. */
  async abandon(): Promise<void> {
    this.on('error', () => {});
    this.destroy();
    if (!this.closed) await new Promise((resolve) => this.once('close', resolve));
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    this.#busy = this.#take([chunk]);
    this.#busy.then(() => done(), done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: (error?: Error) => void): void {
    this.#busy = this.#take(chunks.map(({ chunk }) => chunk));
    this.#busy.then(() => done(), done);
  }

  override _final(done: (error?: Error) => void): void {
    this.#close().then(() => done(), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#discard(!this.writableFinished).then(
      () => done(error),
      (failure: Error) => done(error ?? failure),
    );
  }

  async #discard(removes: boolean): Promise<void> {
    // A file may be just about to be opened: it is waited for, or it would stay behind.
    await this.#busy.catch(() => {});
    await this.#close();
    if (removes && this.path !== undefined) await this.#spool.remove(this.path);
  }

  async #take(chunks: readonly Uint8Array[]): Promise<void> {
    for (const chunk of chunks) {
      this.size += chunk.length;
      if (this.size > this.#limitBytes) {
        throw new SignetError('request.too-large', { limitBytes: this.#limitBytes });
      }
      this.#hash.update(chunk);
    }
    if (this.path === undefined && this.size <= this.#memoryBytes) {
      this.#kept.push(...chunks);
      return;
    }
    const waiting = [...this.#kept, ...chunks];
    this.#kept = [];
    await this.#append(waiting);
  }

  async #append(chunks: readonly Uint8Array[]): Promise<void> {
    const path = this.path ?? this.#spool.newPath();
    try {
      if (this.path === undefined) {
        this.#file = await open(path, 'wx', 0o600);
        this.path = path;
      }
      for (const chunk of chunks) await this.#file?.appendFile(chunk);
    } catch (error) {
      throw ioError(path, error);
    }
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
