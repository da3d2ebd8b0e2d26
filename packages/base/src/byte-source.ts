// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { SignetError } from './errors/error.ts';

/**
 * Random access to a document's bytes. Reads are synchronous: a source is memory or a local file (what comes by
 * network or share is spooled to a local file first), so the readers above it stay pure and plain.
 */
export interface ByteSource {
  /** Size in bytes. */
  readonly length: number;
  /**
   * The `length` bytes at `offset`. The result may share memory with the source: treat it as read-only.
   *
   * @throws SignetError `general.short-read` if the range is not wholly inside the source
   */
  read(offset: number, length: number): Uint8Array;
  /**
   * The bytes at `offset` that lie in memory in one piece: at most `atMost`, and possibly fewer than are to come. A source
   * that has to read or to copy has no views.
   */
  view?(offset: number, atMost: number): Uint8Array;
}

/** A source over bytes in memory; nothing is copied. */
export function memorySource(bytes: Uint8Array): ByteSource {
  return {
    length: bytes.length,
    read(offset, length) {
      checkRange(offset, length, bytes.length);
      return bytes.subarray(offset, offset + length);
    },
    view: (offset, atMost) => bytes.subarray(offset, offset + atMost),
  };
}

/** A source over an open local file; `close` gives the descriptor back. */
export interface FileSource extends ByteSource {
  readonly path: string;
  close(): void;
}

/**
 * Opens a local file for random access. Its length is what it is now; later growth is not seen.
 *
 * @throws SignetError `general.io` if it cannot be opened
 */
export function openFileSource(path: string): FileSource {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    throw ioError(path, error);
  }
  const length = fstatSync(descriptor).size;
  return {
    path,
    length,
    read(offset, size) {
      checkRange(offset, size, length);
      const bytes = Buffer.allocUnsafe(size);
      let done = 0;
      while (done < size) {
        const count = readSync(descriptor, bytes, done, size - done, offset + done);
        if (count === 0) throw new SignetError('general.short-read', { offset, wanted: size });
        done += count;
      }
      return bytes;
    },
    close: () => closeSync(descriptor),
  };
}

/** How much is read at once where a whole source is walked: large enough for full hash speed, small enough for memory. */
export const chunkBytes = 1 << 20;

/** Feeds `length` bytes at `offset` of a source into a hash, chunk by chunk. Memory does not grow with the length. */
export function hashRange(hash: Hash, source: ByteSource, offset: number, length: number): void {
  const end = offset + length;
  for (let at = offset; at < end; at += chunkBytes) {
    hash.update(source.read(at, Math.min(chunkBytes, end - at)));
  }
}

/** Turns a failure of the file system into the coded error that names the path. */
export function ioError(path: string, error: unknown): SignetError {
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  return new SignetError('general.io', { path, reason }, error);
}

function checkRange(offset: number, length: number, size: number): void {
  if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
    throw new SignetError('general.short-read', { offset, wanted: length });
  }
}
