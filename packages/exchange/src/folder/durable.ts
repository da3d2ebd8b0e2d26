// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
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

/** Makes the directory of a path, and durable each level that was missing. */
export async function ensureDirectoryOf(path: string): Promise<void> {
  const directory = dirname(path);
  const first = await mkdir(directory, { recursive: true });
  if (first === undefined) return;
  for (let at = directory; at.length >= first.length; at = dirname(at)) await syncDirectory(dirname(at));
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
