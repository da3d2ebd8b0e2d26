// SPDX-License-Identifier: Apache-2.0
// A program that writes its document in place, stalls in the middle, and goes on, wherever the file has been moved since.
import { closeSync, existsSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { memorySource } from '@signet/base';
import { IncrementalUpdate, openPdf, PdfDict } from '@signet/documents/pdf';

/** A document of which a stalling writer has written a part. */
export class StallingWriter {
  readonly path: string;
  readonly document: Buffer;
  readonly #file: number;
  #written = 0;

  /** Begins to write; the file must not be there. */
  constructor(path: string, document: Buffer) {
    this.path = path;
    this.document = document;
    this.#file = openSync(path, 'wx');
  }

  /** Writes on up to an offset, in pieces with a pause after each. */
  async writeTo(end: number, pieces = 1, pause = 0): Promise<void> {
    const size = Math.ceil((end - this.#written) / pieces);
    while (this.#written < end) {
      const piece = this.document.subarray(this.#written, Math.min(this.#written + size, end));
      this.#written += writeSync(this.#file, piece);
      if (pause > 0) await sleep(pause);
    }
    fsyncSync(this.#file);
  }

  /** Whether somebody has moved the file away from where it was begun. */
  get isClaimed(): boolean {
    return !existsSync(this.path);
  }

  /** Writes the rest, and ends. */
  async finish(pieces = 1, pause = 0): Promise<void> {
    await this.writeTo(this.document.length, pieces, pause);
    closeSync(this.#file);
  }
}

/** A document with a second revision: as long as only the first is written, it looks like a complete one. */
export function withSecondRevision(first: Buffer): Buffer {
  const update = new IncrementalUpdate(openPdf(memorySource(first)));
  update.add(PdfDict.of({ Revision: 2 }));
  return Buffer.concat([first, update.serialize().bytes]);
}
