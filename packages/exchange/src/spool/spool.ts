// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, uuidv7 } from '@signet/base';

/** A local file with bytes that came in, and what was learned on the way. */
export interface SpooledFile {
  readonly path: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** A document as it came in: small ones in memory, others in a local file. */
export type ReceivedDocument = {
  /** File name as given. Personal data. */
  readonly name?: string;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
} & ({ readonly bytes: Uint8Array } | { readonly path: string });

/** A private directory for what is on its way: nothing in it outlives the process. */
export interface Spool {
  readonly directory: string;
  /** A path that nothing has yet. */
  newPath(): string;
  /** Removes a file if it is still there. */
  remove(path: string): Promise<void>;
}

/**
 * Opens a spool and empties it: what lies there belongs to a process that is gone. Each process needs a directory of
 * its own, on the file system of the document store if files are to be taken over by rename.
 *
 * @throws SignetError `general.io`
 */
export function openSpool(directory: string): Spool {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(directory))
      rmSync(join(directory, name), { recursive: true, force: true });
  } catch (error) {
    throw ioError(directory, error);
  }
  return {
    directory,
    newPath: () => join(directory, uuidv7()),
    remove: (path) => rm(path, { force: true }),
  };
}
