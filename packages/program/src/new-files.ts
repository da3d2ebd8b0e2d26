// SPDX-License-Identifier: Apache-2.0
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ioError, SignetError } from '@signet/base';

/** A file that `init` writes; `secret` ones only their owner may read. */
export interface NewFile {
  /** Relative to the directory that is made. */
  readonly path: string;
  readonly content: string;
  readonly secret?: boolean;
}

/**
 * Refuses if any of the files is there already, before the first is written.
 *
 * @throws SignetError `config.exists`
 */
export function refuseExisting(directory: string, paths: readonly string[]): void {
  for (const path of paths) {
    const full = join(directory, path);
    if (existsSync(full)) throw new SignetError('config.exists', { path: full });
  }
}

/**
 * Writes files that were not there; nothing is ever overwritten.
 *
 * @throws SignetError `config.exists`, `general.io`
 */
export function writeNewFiles(directory: string, files: readonly NewFile[]): void {
  for (const { path, content, secret } of files) {
    const full = join(directory, path);
    try {
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content, { flag: 'wx', mode: secret ? 0o600 : 0o644 });
      if (secret) chmodSync(full, 0o600);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') {
        throw new SignetError('config.exists', { path: full }, error);
      }
      throw ioError(full, error);
    }
  }
}

/** Takes back what `writeNewFiles` wrote, when a later step failed: the next try must find the directory as it was. */
export function removeNewFiles(directory: string, files: readonly Pick<NewFile, 'path'>[]): void {
  for (const { path } of files) rmSync(join(directory, path), { force: true });
}
