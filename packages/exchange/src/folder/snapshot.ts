// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { chunkBytes } from '@signet/base';
import type { ReceivedDocument } from '../spool/spool.ts';

/** Up to this size a document is held in memory; above it a private copy on the local disk is made. */
const inMemoryBytes = 1 << 20;

/** What a look at a file tells: the same twice means that it stood still. */
export interface Look {
  readonly size: number;
  /** Time of the last change in milliseconds. */
  readonly modified: number;
  readonly inode: number;
}

/** Looks at a file, or undefined where it is not there or no regular file. */
export async function lookAt(path: string): Promise<Look> {
  const found = await lstat(path);
  return { size: found.size, modified: found.mtimeMs, inode: found.ino };
}

/** Whether two looks saw the same. */
export function sameLook(one: Look, other: Look): boolean {
  return one.size === other.size && one.modified === other.modified && one.inode === other.inode;
}

/**
 * Takes a private copy of a document: whoever still has the original open can change that, but not what is sealed.
 *
 * @param spool path of the local copy, made only for documents above 1 MB
 */
export async function snapshot(path: string, spool: string): Promise<ReceivedDocument> {
  const source = await open(path, 'r');
  try {
    const { size } = await source.stat();
    const hash = createHash('sha256');
    if (size <= inMemoryBytes) {
      const bytes = await source.readFile();
      return { size: bytes.length, sha256: hash.update(bytes).digest('hex'), bytes };
    }
    const copy = await open(spool, 'w', 0o600);
    try {
      const copied = await copyChunks(source, hash, copy);
      return { size: copied, sha256: hash.digest('hex'), path: spool };
    } finally {
      await copy.close();
    }
  } finally {
    await source.close();
  }
}

/** SHA-256 of a file as it is now, lower-case hexadecimal. */
export async function fileSha256(path: string): Promise<string> {
  const source = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    await copyChunks(source, hash);
    return hash.digest('hex');
  } finally {
    await source.close();
  }
}

/**
 * Reads a file to its end, chunk by chunk, into a digest and, if given, to the end of another file.
 *
 * @returns bytes read
 */
export async function copyChunks(source: FileHandle, hash: Hash, target?: FileHandle): Promise<number> {
  const buffer = Buffer.allocUnsafe(chunkBytes);
  for (let at = 0; ; ) {
    const { bytesRead } = await source.read(buffer, 0, buffer.length, at);
    if (bytesRead === 0) return at;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (target !== undefined) await writeAll(target, chunk);
    at += bytesRead;
  }
}

/** Writes all of some bytes at the end of what was written so far: one call may write fewer (a full disk, a share). */
export async function writeAll(target: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await target.write(bytes, done, bytes.length - done)).bytesWritten;
  }
}
