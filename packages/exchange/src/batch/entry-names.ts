// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Entry } from 'yauzl';
import { getFileNameLowLevel } from 'yauzl';

/** Name of the report in a package of sealed documents; no document can have it. */
export const reportName = 'report.json';

/** Longest name of an entry in bytes, and of one of its parts: what common file systems hold. */
const longestName = 1024;
const longestPart = 255;

/**
 * The name of an entry, as APPNOTE.TXT §4.4.4 and appendix D say (UTF-8, Unicode path field, or code page 437), if it is
 * one that can be written below a directory on any system: relative, with `/` between parts, without `..`.
 *
 * @param number of the entry, to be told instead of a name that may name a person or be meant to harm a terminal
 * @throws SignetError `batch.unsafe-name`
 */
export function entryName(entry: Entry, number: number): string {
  const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, true);
  const problem = nameProblem(name) ?? (isSymbolicLink(entry) ? 'it is a symbolic link' : undefined);
  if (problem !== undefined) throw new SignetError('batch.unsafe-name', { entry: number, problem });
  return name;
}

function nameProblem(name: string): string | undefined {
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(name)) {
    return 'it has control characters';
  }
  if (name.includes('\ufffd')) return 'it is not valid UTF-8';
  if (name.includes('\\')) return 'it has a backslash';
  if (name.startsWith('/') || /^[a-z]:/i.test(name)) return 'it is absolute';
  if (parts.some((part) => part === '' || part === '.' || part === '..')) return 'it leaves its directory';
  const tooLong =
    Buffer.byteLength(name) > longestName || parts.some((part) => Buffer.byteLength(part) > longestPart);
  return tooLong ? 'it is too long' : undefined;
}

/** Made on Unix (APPNOTE §4.4.2), with the file type of a link in the upper half of the external attributes. */
function isSymbolicLink(entry: Entry): boolean {
  const madeOn = entry.versionMadeBy >>> 8;
  return (madeOn === 3 || madeOn === 19) && ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000;
}

/** Refuses names that would be one file, or a file and a directory, on a system that does not know upper from lower case. */
export class UniqueNames {
  readonly #files = new Set<string>();
  readonly #directories = new Set<string>();

  /** @throws SignetError `batch.duplicate-name` */
  add(name: string, number: number): void {
    const isDirectory = name.endsWith('/');
    const key = (isDirectory ? name.slice(0, -1) : name).normalize('NFC').toLowerCase();
    const parts = key.split('/');
    const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'));
    const taken =
      this.#files.has(key) ||
      above.some((directory) => this.#files.has(directory)) ||
      (!isDirectory && this.#directories.has(key));
    if (taken) throw new SignetError('batch.duplicate-name', { entry: number });
    for (const directory of above) this.#directories.add(directory);
    (isDirectory ? this.#directories : this.#files).add(key);
  }
}
