// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { promisify } from 'node:util';
import { openJournal } from '../src/journal/index.ts';
import { aJob, arriveNew, durable } from './conformance/under-test.ts';

const directory = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const skip = process.platform === 'win32' ? 'it limits file sizes by the shell' : false;

it('keeps what was acknowledged, and nothing else, when the disk is full', { skip }, async () => {
  // A limit on the size of files (in blocks of 512 bytes) refuses writes as a full disk does, in their middle.
  const limited = 'trap "" XFSZ; ulimit -f 64; exec "$@"';
  const program = new URL('./full-disk-writer.ts', import.meta.url).pathname;
  const args = ['-c', limited, 'sh', process.execPath, program, directory];
  const { stdout } = await promisify(execFile)('/bin/sh', args);
  const told = JSON.parse(stdout);
  assert.deepEqual(told.codes, ['general.io']);
  assert.ok(told.acknowledged.length > 10 && told.refused.length > 0);
  assert.deepEqual(told.seen, told.acknowledged, 'the journal goes on from what is durable');
  assert.deepEqual(told.faults, []);
  const journal = await openJournal({ directory, writer: 'client' });
  const views = await journal.jobs.views(1, [...told.acknowledged, ...told.refused]);
  assert.deepEqual(
    views.map((view) => view.job.id),
    told.acknowledged,
  );
  await arriveNew(journal.jobs, aJob(), durable());
  assert.deepEqual((await journal.verifyAudit()).faults, []);
  await journal.close();
});
