// SPDX-License-Identifier: Apache-2.0
// Where the corpora and validators of others lie, for the suites that use them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The shared folder, or undefined where there is none. */
export const shared: string | undefined = (() => {
  const folder = process.env.SIGNET_SHARED ?? join(import.meta.dirname, '..', '..', '..', 'shared');
  return existsSync(join(folder, 'corpora')) ? folder : undefined;
})();

/** What a suite says that needs the shared folder and has none. */
export const withoutShared =
  shared === undefined ? 'set SIGNET_SHARED to the folder of corpora and oracles' : false;

/** A path in the shared folder. */
export function sharedPath(...parts: readonly string[]): string {
  if (shared === undefined) throw new TypeError('there is no shared folder');
  return join(shared, ...parts);
}

/** A document of a corpus and what its table expects. */
export interface HandlingRow {
  readonly set: string;
  /** Absolute path of the file. */
  readonly path: string;
  readonly name: string;
  readonly handling: 'SEAL' | 'REFUSE' | 'SEAL|REFUSE';
  readonly tags: readonly string[];
}

/** The rows of a set's expected-handling.tsv. */
export function handlingRows(set: string): readonly HandlingRow[] {
  const lines = readFileSync(sharedPath('corpora', set, 'expected-handling.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.slice(1).map((line) => {
    const [name = '', handling = '', tags = ''] = line.split('\t');
    return {
      set,
      name,
      path: sharedPath('corpora', set, 'files', name),
      handling: handling as HandlingRow['handling'],
      tags: tags.split(','),
    };
  });
}
