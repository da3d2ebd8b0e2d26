// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import type { Books } from './books.ts';
import type { FolderFigures } from './folder-load.ts';
import type { KillFigures } from './kill-run.ts';

/** The figures of a run, a line each, for a person to read. */
export function figureLines(figures: KillFigures): readonly string[] {
  const { kills, folders, rest, books } = figures;
  const total = Object.values(kills).reduce((sum, count) => sum + count, 0);
  const byVictim = Object.entries(kills).map(([victim, count]) => `${victim} ${count}`);
  return [
    `${total} kills in ${figures.seconds} s (${byVictim.join(', ')}), ${figures.amidRecovery} amid recovery`,
    ...Object.entries(folders).map(([name, folder]) => `folder ${name}: ${folderLine(folder)}`),
    ...Object.entries(rest).map(
      ([name, { handedIn, sealed, refused, twice, invalid, calls }]) =>
        `REST ${name}: ${handedIn} handed in by ${calls} calls, ${sealed} sealed, ${refused} refused, ` +
        `${twice} released twice, ${invalid} not valid`,
    ),
    `jobs: ${JSON.stringify(books.jobs)}, ${books.attempts} attempts (${books.lostAttempts} lost, ` +
      `${books.openAttempts} open), ${books.releasedTwice} released twice, ${books.sealedTwice} documents sealed twice`,
    `audit: ${books.auditLinks} links in ${books.auditChains} chains, ${books.auditFaults} faults; ` +
      `the client's: ${figures.clientAudit.links} links, ${figures.clientAudit.faults} faults`,
  ];
}

/** One folder's figures in words. */
export function folderLine(figures: FolderFigures): string {
  const { handedIn, sealed, lost, twice, failed, waiting, invalid } = figures;
  return (
    `${handedIn} handed in, ${sealed} sealed, ${lost} lost, ${twice} released twice, ${failed} in failed/, ` +
    `${waiting} still waiting, ${invalid} not valid`
  );
}

/** Nothing was lost, released twice, failed, or is not valid; and the books agree with what was seen. */
export function assertNothingLost(figures: KillFigures): void {
  for (const [name, folder] of Object.entries(figures.folders)) assertFolder(folder, name);
  for (const [name, { handedIn, sealed, refused, twice, invalid, faults }] of Object.entries(figures.rest)) {
    assert.ok(handedIn > 0, `documents were handed in by ${name}`);
    const found = { sealed, refused, twice, invalid };
    assert.deepEqual(found, { sealed: handedIn, refused: 0, twice: 0, invalid: 0 }, `${name}: ${faults}`);
  }
  assertBooks(figures.books);
  assert.ok(figures.clientAudit.links > 0, 'the client has an audit');
  assert.equal(figures.clientAudit.faults, 0);
  // A restart meets no busy port and no second owner.
  assert.deepEqual(figures.failedStarts, []);
}

/** Every document of a folder came out once, good, and its original lies in `archive/`. */
export function assertFolder(figures: FolderFigures, name: string): void {
  const { handedIn, faults, ...found } = figures;
  const none = { lost: 0, twice: 0, failed: 0, waiting: 0, invalid: 0, notArchived: 0 };
  assert.ok(handedIn > 0, `documents were handed in by ${name}`);
  assert.deepEqual(found, { sealed: handedIn, ...none }, `${name}: ${faults.join('\n')}`);
}

/** Everything has come to its end, nothing was released twice, and the audit agrees with the tables. */
export function assertBooks(books: Books): void {
  const { releasedTwice, sealedTwice, unaccounted, openAttempts, openJobs, miscounted, auditFaults } = books;
  const found = { releasedTwice, sealedTwice, unaccounted, openAttempts, openJobs, miscounted, auditFaults };
  assert.deepEqual(found, Object.fromEntries(Object.keys(found).map((name) => [name, 0])));
  assert.ok(books.auditLinks > 0, 'there is an audit');
}
