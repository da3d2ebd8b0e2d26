// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** The exclusive right to a directory. */
export interface DirectoryLock {
  release(): void;
}

/**
 * Takes the exclusive right to a local directory. The operating system gives it back when the process ends, however it
 * ends, so nothing is ever left to clean up after `kill -9`.
 *
 * @throws SignetError `storage.in-use` if another process (or this one) holds it, `general.io`
 */
export function lockDirectory(_directory: string): DirectoryLock {
  throw new SignetError('general.not-offered', { what: 'lockDirectory' });
}
