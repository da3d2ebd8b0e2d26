// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignetError, Uuid } from '@signet/base';
import {
  aJob,
  anIntention,
  aRecord,
  arriveNew,
  blob,
  claimAll,
  durable,
  problem,
  queued,
  request,
} from './conformance/under-test.ts';
import { administratorOf, postgresFixture, query } from './postgres-fixture.ts';

const postgres = postgresFixture();

it('lets a process that froze and woke release nothing', async () => {
  const frozen = await postgres.open({ writer: 'frozen', leaseSeconds: 0.2 });
  const other = await postgres.open({ writer: 'other', leaseSeconds: 10 });
  const job = aJob();
  const first = await frozen.jobs.recordIntention(
    await arriveNew(frozen.jobs, job, durable()),
    anIntention(),
  );
  const [claim] = await claimAll(other.jobs, 1);
  assert.equal(claim?.job.id, job.id);
  const second = await other.jobs.recordIntention(claim!.lease, anIntention());
  assert.equal(second.number, 2);
  const refused = { code: 'seal.lease-lost' };
  await assert.rejects(frozen.jobs.release(first, aRecord(job), blob()), refused);
  await assert.rejects(frozen.jobs.lose(first, problem('general.internal')), refused);
  await assert.rejects(frozen.jobs.defer(first.lease, new Date(), problem('general.internal')), refused);
  const record = aRecord(job);
  await other.jobs.release(second, record, blob());
  await assert.rejects(frozen.jobs.release(first, aRecord(job), blob()), refused);
  assert.deepEqual((await frozen.jobs.view(1, job.id))?.record, record);
  await Promise.all([frozen.close(), other.close()]);
});

it('shares a queue among processes without giving a job twice', async () => {
  const stores = await Promise.all(['a', 'b', 'c'].map((writer) => postgres.open({ writer })));
  const jobs = Array.from({ length: 60 }, () => aJob());
  await Promise.all(jobs.map((job) => stores[0]!.jobs.arrive(job, queued())));
  const claims = await Promise.all(stores.map((store) => claimAll(store.jobs, 20)));
  const ids = claims.flat().map((claim) => claim.job.id);
  assert.equal(ids.length, 60);
  assert.equal(new Set(ids).size, 60);
  assert.deepEqual((await stores[0]!.queue.depth())[0], {
    tenant: 1,
    due: 0,
    deferred: 0,
    held: 60,
    oldestDueSeconds: 0,
  });
  await Promise.all(
    claims.flatMap((list, index) =>
      list.map((claim) => stores[index]!.jobs.fail(claim.lease, problem('general.memory'))),
    ),
  );
  await Promise.all(stores.map((store) => store.close()));
});

it('hints at work that another process queued', async () => {
  const [giver, taker] = [await postgres.open(), await postgres.open()];
  let hints = 0;
  const end = taker.queue.onWork(() => {
    hints += 1;
  });
  while (hints === 0) await sleep(10);
  const heard = hints;
  await giver.jobs.arrive(aJob(), queued());
  while (hints === heard) await sleep(10);
  end();
  for (const claim of await claimAll(taker.jobs, 1))
    await taker.jobs.fail(claim.lease, problem('general.memory'));
  await Promise.all([giver.close(), taker.close()]);
});

it('commits what many call at once, and refuses one without the others', async () => {
  const database = await postgres.open();
  const before = (await database.metrics()).commits;
  const outcomes = await Promise.allSettled(
    Array.from({ length: 64 }, async (_, index) => {
      const job = aJob(index === 13 ? { process: 'unknown' } : { documentName: `${index}.pdf` });
      const attempt = await database.jobs.recordIntention(
        await arriveNew(database.jobs, job, request),
        anIntention(),
      );
      // A digest that is no hexadecimal makes the database refuse the whole statement.
      await database.jobs.release(attempt, aRecord(job), index === 21 ? { ...blob(), sha256: 'zz' } : null);
    }),
  );
  const failures = outcomes.flatMap((outcome, index) =>
    outcome.status === 'rejected' ? [[index, (outcome.reason as SignetError).code]] : [],
  );
  assert.deepEqual(failures, [
    [13, 'storage.unknown-name'],
    [21, 'storage.statement-failed'],
  ]);
  const { commits } = await database.metrics();
  assert.ok(commits - before < 90, `${commits - before} commits for 127 calls`);
  assert.deepEqual((await database.audit.verify(1)).faults, []);
  await database.close();
});

it('loses nothing that was acknowledged and releases nothing twice when writers are killed', async () => {
  const told: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const child = fork(new URL('./killed-writer.ts', import.meta.url), [JSON.stringify(postgres.address)], {
      serialization: 'json',
    });
    child.on('message', (message: string) => told.push(message));
    await once(child, 'message');
    await sleep(150 + 100 * round);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  assert.ok(told.length > 30, `${told.length} acknowledgements`);
  const database = await postgres.open({ leaseSeconds: 5 });
  const [rows] = await query(administratorOf(postgres.address.owner), [
    `select j.id, j.state, count(*) filter (where a.state = 'released')::int as released,
       exists (select from signet.audit u where u.job_id = j.id and u.body like '%"kind":"seal.intended"%') as audited
     from signet.job j left join signet.attempt a on a.job_id = j.id where j.identity = 'killed' group by j.tenant_id, j.id`,
  ]);
  const byId = new Map(rows!.map((row) => [row.id as Uuid, row]));
  for (const line of told) {
    const [what, id] = line.split(' ') as [string, Uuid];
    const row = byId.get(id);
    if (what === 'released') assert.deepEqual([row?.state, row?.released], ['sealed', 1], line);
    if (what === 'intended') assert.equal(row?.audited, true, line);
    if (what === 'queued') assert.ok(row !== undefined, line);
  }
  for (const row of rows!) assert.ok((row.released as number) <= 1);
  // What was left behind goes on: requests are abandoned, queued jobs are given again.
  const waiting = new Set(
    rows!.filter((row) => row.state === 'accepted' || row.state === 'sealing').map((row) => row.id),
  );
  const open = async () => {
    const [left] = await query(administratorOf(postgres.address.owner), [
      "select count(*)::int as n from signet.job where identity = 'killed' and state in ('accepted', 'sealing')",
    ]);
    return left![0]!.n as number;
  };
  while ((await open()) > 0) {
    for (const { job, lease } of await database.jobs.claim(100)) {
      assert.ok(waiting.has(job.id));
      const attempt = await database.jobs.recordIntention(lease, anIntention());
      await database.jobs.release(attempt, aRecord(job), blob());
    }
    await sleep(20);
  }
  const report = await database.audit.verify(1);
  assert.deepEqual(report.faults, []);
  await database.close();
});

it('heals when the database restarts under load', async () => {
  const errors: string[] = [];
  const database = await postgres.open({ leaseSeconds: 30, onError: (error) => errors.push(error.code) });
  database.queue.onWork(() => undefined);
  let stopped = false;
  const released: Uuid[] = [];
  const load = Promise.all(
    Array.from({ length: 8 }, async () => {
      while (!stopped) {
        const job = aJob({ identity: 'restarted' });
        const attempt = await database.jobs.recordIntention(
          await arriveNew(database.jobs, job, request),
          anIntention(),
        );
        await database.jobs.release(attempt, aRecord(job), null);
        released.push(job.id);
        await database.jobs.view(1, job.id);
      }
    }),
  );
  while (released.length < 20) await sleep(10);
  await postgres.server.stop();
  await sleep(100);
  const before = released.length;
  await postgres.restart();
  while (released.length < before + 20) await sleep(10);
  stopped = true;
  await load;
  assert.ok(errors.length > 0 && errors.every((code) => code === 'storage.unavailable'), errors.join());
  assert.equal(await database.ping(), true);
  const views = await database.jobs.views(1, released);
  assert.equal(views.length, released.length);
  assert.ok(views.every((view) => view.state === 'sealed'));
  assert.deepEqual((await database.audit.verify(1)).faults, []);
  await database.close();
});
