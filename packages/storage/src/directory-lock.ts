// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ioError, SignetError } from '@signet/base';

/** The exclusive right to a directory. */
export interface DirectoryLock {
  /** Gives the right back; once is enough, more does nothing. */
  release(): void;
}

/** SQLITE_BUSY: somebody else holds the lock. */
const busy = 5;

/**
 * Takes the exclusive right to a local directory. The operating system gives it back when the process ends, however it
 * ends, so nothing is ever left to clean up after `kill -9`.
 *
 * Node offers no file lock of its own, but the SQLite that it carries takes one: an exclusive transaction on the empty
 * database `lock` is a POSIX or Windows file lock, also against a second taker in the same process.
 *
 * @throws SignetError `storage.in-use` if another process (or this one) holds it, `general.io`
 */
export function lockDirectory(directory: string): DirectoryLock {
  const path = join(directory, 'lock');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === busy) {
      throw new SignetError('storage.in-use', { path: directory }, error);
    }
    throw ioError(path, error);
  }
  let held: DatabaseSync | undefined = database;
  return {
    release() {
      held?.close();
      held = undefined;
    },
  };
}
