// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, isSignetError } from '@signet/base';

/** The code of a failed system call (`ENOENT`), or undefined for anything else that was thrown. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error && 'errno' in error && 'code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** Runs file operations; what fails becomes `general.io`, which is retryable: folders and shares come back. */
export async function withPath<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw isSignetError(error) || systemCode(error) === undefined ? error : ioError(path, error);
  }
}

/** What directories answer to fsync where it means nothing (Windows, SMB and some FUSE mounts): nothing can be done there. */
const cannotSync = new Set(['EISDIR', 'EPERM', 'EINVAL', 'ENOTSUP', 'EBADF', 'ENOSYS', 'EACCES']);

/** Makes the names in a directory durable, where the file system can. */
export async function syncDirectory(path: string): Promise<void> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY);
  } catch (error) {
    if (cannotSync.has(systemCode(error) ?? '')) return;
    throw error;
  }
  try {
    await handle.sync();
  } catch (error) {
    if (!cannotSync.has(systemCode(error) ?? '')) throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory below another one that must be there, and durable each level that was missing. Where the upper one is
 * missing nothing is made: it may be a share that is not mounted now.
 *
 * @param path relative to `base`, with `/`
 */
export async function makeBelow(base: string, path: string): Promise<void> {
  let at = base;
  for (const step of path.split('/').filter((part) => part !== '' && part !== '.')) {
    const above = at;
    at = join(at, step);
    try {
      await mkdir(at);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
      continue;
    }
    await syncDirectory(above);
  }
}

/** Whether anything at all has this name. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}
