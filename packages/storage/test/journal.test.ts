// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@signet/base';
import { openJournal } from '../src/journal/index.ts';
import { aJob, anIntention, aRecord, arriveNew, blob, durable, request } from './conformance/under-test.ts';

const parent = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(parent, { recursive: true, force: true }));

const fresh = () => mkdtempSync(join(parent, 'journal-'));

/** Everything that lies in a directory, as one text. */
const clearText = (directory: string) =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join();

it('compacts without losing a job, and keeps the whole chain', async () => {
  const directory = fresh();
  const journal = await openJournal({ directory, writer: 'client', compactBytes: 20_000, rememberCount: 3 });
  const done: ReturnType<typeof aJob>[] = [];
  for (let n = 0; n < 60; n += 1) {
    const job = aJob({ documentName: `${n}.pdf` });
    const attempt = await journal.jobs.recordIntention(
      await arriveNew(journal.jobs, job, request),
      anIntention(),
    );
    await journal.jobs.release(attempt, aRecord(job), null);
    done.push(job);
  }
  const keyed = aJob({ idempotency: { key: 'k', bodySha256: 'b' } });
  await arriveNew(journal.jobs, keyed, durable());
  await journal.compact();
  const report = await journal.verifyAudit();
  assert.deepEqual([report.faults, report.links], [[], 60 * 3 + 1]);
  assert.equal(await journal.jobs.view(1, done[0]!.id), undefined, 'finished jobs are forgotten in time');
  assert.equal((await journal.jobs.view(1, done.at(-1)!.id))?.state, 'sealed');
  await journal.close();
  const again = await openJournal({ directory, writer: 'client' });
  assert.equal((await again.jobs.view(1, keyed.id))?.state, 'accepted');
  assert.equal((await again.jobs.arrive(aJob({ idempotency: keyed.idempotency! }), durable())).kind, 'known');
  await again.audit([{ kind: 'node.started', facts: {} }]);
  const after = await again.verifyAudit();
  assert.deepEqual([after.faults, after.chains, after.links], [[], 1, 60 * 3 + 2]);
  await again.close();
});

it('erases personal values from the disk, and the chain still verifies', async () => {
  const directory = fresh();
  const journal = await openJournal({ directory, writer: 'client' });
  const job = aJob({ documentName: 'Jan Kowalski.pdf' });
  await arriveNew(journal.jobs, job, durable());
  assert.ok(clearText(directory).includes('Kowalski'));
  assert.equal((await journal.verifyAudit()).commitments, 1);
  assert.equal(await journal.erasePersonal(job.id), 1);
  assert.ok(!clearText(directory).includes('Kowalski'));
  const report = await journal.verifyAudit();
  assert.deepEqual([report.faults, report.commitments], [[], 0]);
  assert.equal((await journal.jobs.view(1, job.id))?.job.documentName, undefined);
  await journal.close();
});

it('has one owner at a time', async () => {
  const directory = fresh();
  const journal = await openJournal({ directory, writer: 'a' });
  await assert.rejects(openJournal({ directory, writer: 'b' }), { code: 'storage.in-use' });
  await journal.close();
  await (await openJournal({ directory, writer: 'b' })).close();
});

it('loses nothing that was acknowledged when it is killed', async () => {
  const directory = fresh();
  const told: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const child = fork(new URL('./killed-journal.ts', import.meta.url), [directory]);
    child.on('message', (line: string) => told.push(line));
    await once(child, 'message');
    await sleep(60 + 40 * round);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  const journal = await openJournal({ directory, writer: 'client' });
  const known = await journal.jobs.views(1, [...new Set(told.map((line) => line.split(' ')[1]!))]);
  const states = new Map(known.map((view) => [view.job.id, view.state]));
  for (const line of told) {
    const [what, id] = line.split(' ') as [string, string];
    if (what === 'released') assert.equal(states.get(id), 'sealed', line);
    else assert.ok(states.has(id), line);
  }
  assert.ok(told.length > 30, `${told.length} acknowledgements`);
  for (const claim of await journal.jobs.claim(10_000)) {
    assert.ok(states.get(claim.job.id) !== 'sealed');
    const attempt = await journal.jobs.recordIntention(claim.lease, anIntention());
    await journal.jobs.release(attempt, aRecord(claim.job), blob());
  }
  assert.deepEqual((await journal.verifyAudit()).faults, []);
  await journal.close();
});

it('does not open what is not its own', async () => {
  await assert.rejects(openJournal({ directory: join(parent, 'file', uuidv7(), '\0'), writer: 'w' }), {
    code: 'general.io',
  });
});

it('does not let a compaction write what the disk refused', async (t) => {
  const directory = fresh();
  const journal = await openJournal({ directory, writer: 'client' });
  const event = (n: number) => [{ kind: 'node.started', facts: { n } } as const];
  await journal.audit(event(1));
  const probe = await open(join(directory, 'probe'), 'w');
  const full = Object.assign(new RangeError('no space'), { code: 'ENOSPC' });
  t.mock.method(Object.getPrototypeOf(probe), 'datasync', () => Promise.reject(full), { times: 1 });
  await probe.close();
  const refused = assert.rejects(journal.audit(event(2)), { code: 'general.io' });
  await Promise.all([refused, journal.compact()]);
  await journal.audit(event(3));
  assert.deepEqual((await journal.verifyAudit()).faults, []);
  await journal.close();
});
