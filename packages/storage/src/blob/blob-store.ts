// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { access, copyFile, link, mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type Clock,
  chunkBytes,
  ioError,
  isSignetError,
  SignetError,
  systemClock,
  type Uuid,
  uuidv7,
} from '@signet/base';
import type { BlobRef, BlobStore, TenantId } from '@signet/sealing';
import { syncDirectory } from '../durable-file.ts';
import { sweepBlobs } from './sweep.ts';

/** A document store in a local directory. */
export interface LocalBlobStore extends BlobStore {
  readonly directory: string;
  /**
   * Removes what a crash left behind: unfinished files, and finished ones that nothing refers to; both only when they are
   * older than an hour, so that one being written by another process is left alone.
   *
   * @param known which of these ids are referred to
   * @returns how many files were removed
   */
  sweep(
    known: (tenant: TenantId, ids: readonly Uuid[]) => Promise<ReadonlySet<Uuid>>,
    clock?: Clock,
  ): Promise<number>;
}

/**
 * Opens the document store in a directory, which is made if it is not there. A blob lies at
 * `<tenant>/<last two digits of its id>/<id>`, unfinished ones in `incoming/`.
 *
 * @throws SignetError `general.io`
 */
export async function openBlobStore(directory: string): Promise<LocalBlobStore> {
  const incoming = join(directory, 'incoming');
  await attempt(incoming, () => mkdir(incoming, { recursive: true, mode: 0o700 }));
  const path = (ref: BlobRef) => blobPath(directory, ref.tenant, ref.id);
  return {
    directory,
    path,
    async write(tenant, chunks) {
      const id = uuidv7();
      const temporary = join(incoming, id);
      try {
        const written = await writeChunks(temporary, chunks);
        await place(temporary, blobPath(directory, tenant, id), id);
        return { tenant, id, ...written };
      } catch (error) {
        await rm(temporary, { force: true });
        throw isSignetError(error) ? error : ioError(temporary, error);
      }
    },
    async adopt(tenant, source) {
      const id = uuidv7();
      const temporary = join(incoming, id);
      const copied = await attempt(source, () => moveFile(source, temporary));
      const found = await attempt(temporary, () => syncAndHash(temporary));
      await place(temporary, blobPath(directory, tenant, id), id);
      if (copied) await attempt(source, () => unlink(source));
      return { tenant, id, ...found };
    },
    async remove(ref) {
      await attempt(path(ref), () => rm(path(ref), { force: true }));
    },
    sweep: (known, clock = systemClock) => sweepBlobs(directory, known, clock),
  };
}

function blobPath(directory: string, tenant: TenantId, id: Uuid): string {
  // The first digits of a UUIDv7 are its time; the last ones are random and spread evenly.
  return join(directory, String(tenant), id.slice(-2), id);
}

async function writeChunks(
  path: string,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<{ size: number; sha256: string }> {
  const handle = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of chunks) {
      hash.update(chunk);
      for (let done = 0; done < chunk.length; ) {
        done += (await handle.write(chunk, done, chunk.length - done)).bytesWritten;
      }
      size += chunk.length;
    }
    await handle.sync();
    return { size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

async function syncAndHash(path: string): Promise<{ size: number; sha256: string }> {
  // Windows flushes only through a handle that may write; elsewhere the file may well be read-only.
  const handle = await open(path, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.sync();
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(chunkBytes);
    let size = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, size);
      if (bytesRead === 0) return { size, sha256: hash.digest('hex') };
      hash.update(buffer.subarray(0, bytesRead));
      size += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

/** Gives a finished file its name for good. A link refuses a name that is taken; a rename would overwrite. */
async function place(temporary: string, path: string, id: Uuid): Promise<void> {
  try {
    await link(temporary, path).catch(async (error: unknown) => {
      if (!hasCode(error, 'ENOENT')) throw error;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await syncDirectory(dirname(dirname(path)));
      await link(temporary, path);
    });
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new SignetError('storage.blob-exists', { id }, error);
    if (!hasCode(error, 'EPERM') && !hasCode(error, 'ENOTSUP')) throw ioError(path, error);
    await placeByRename(temporary, path, id);
  }
  await unlink(temporary).catch(() => undefined);
  await syncDirectory(dirname(path));
}

/** For file systems without hard links: ids are made by us and are unique, so the look before the rename suffices. */
async function placeByRename(temporary: string, path: string, id: Uuid): Promise<void> {
  const taken = await access(path).then(
    () => true,
    () => false,
  );
  if (taken) throw new SignetError('storage.blob-exists', { id });
  await attempt(path, () => rename(temporary, path));
}

/** @returns whether it was copied (from another device): the source is then removed once the copy is durable */
async function moveFile(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return false;
  } catch (error) {
    if (!hasCode(error, 'EXDEV')) throw error;
    await copyFile(from, to);
    return true;
  }
}

async function attempt<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw isSignetError(error) ? error : ioError(path, error);
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
