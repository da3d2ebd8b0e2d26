// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { ioError } from '@signet/base';

/**
 * Reads a small file that somebody named on the command line.
 *
 * @throws SignetError `general.io` naming the file
 */
export function readNamedFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError(path, error);
  }
}

/** The same as text. @throws SignetError `general.io` */
export function readNamedText(path: string): string {
  return readNamedFile(path).toString('utf8');
}
