// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ioError } from '@signet/base';

/**
 * Makes the names in a directory durable: after a crash a file that was renamed into it is there.
 *
 * @throws SignetError `general.io`
 */
export async function syncDirectory(directory: string): Promise<void> {
  // Windows gives no handle on a directory and needs none: its renames are journalled.
  if (process.platform === 'win32') return;
  try {
    const handle = await open(directory, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw ioError(directory, error);
  }
}

/**
 * Writes a small file so that a crash leaves the old content or the new one, whole. For Signet's own state only:
 * unlike documents, this replaces what was there.
 *
 * @throws SignetError `general.io`
 */
export function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): void {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const descriptor = openSync(temporary, 'wx', mode);
    try {
      writeSync(descriptor, typeof content === 'string' ? Buffer.from(content) : content);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
    if (process.platform !== 'win32') {
      const directory = openSync(dirname(path), 'r');
      try {
        fsyncSync(directory);
      } finally {
        closeSync(directory);
      }
    }
  } catch (error) {
    rmSync(temporary, { force: true });
    throw ioError(path, error);
  }
}
