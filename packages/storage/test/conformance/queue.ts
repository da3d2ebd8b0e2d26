// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@signet/base';
import {
  aHash,
  aJob,
  anIntention,
  aRecord,
  arriveNew,
  blob,
  claimAll,
  durable,
  type JobStoreUnderTest,
  onStore,
  problem,
  queued,
  request,
} from './under-test.ts';

/** Who works on what, and what a new start finds. */
export function queueConformance(under: JobStoreUnderTest): void {
  const on = (test: Parameters<typeof onStore>[1], leaseSeconds?: number) =>
    onStore(under, test, { alone: true, ...(leaseSeconds && { leaseSeconds }) });

  describe(`${under.name}: queue`, () => {
    it(
      'gives queued jobs to one claimant each',
      on(async ({ jobs }) => {
        const all = Array.from({ length: 10 }, () => aJob());
        for (const job of all) assert.equal((await jobs.arrive(job, queued())).kind, 'queued');
        const claims = await Promise.all([jobs.claim(4), jobs.claim(4), jobs.claim(4), jobs.claim(4)]);
        const ids = claims.flat().map((claim) => claim.job.id);
        assert.equal(new Set(ids).size, ids.length);
        const rest = await claimAll(jobs, all.length - ids.length);
        assert.deepEqual(
          new Set([...ids, ...rest.map((claim) => claim.job.id)]),
          new Set(all.map((job) => job.id)),
        );
        for (const claim of [...claims.flat(), ...rest]) {
          assert.equal(claim.input?.size, 99);
          const attempt = await jobs.recordIntention(claim.lease, anIntention());
          await jobs.release(attempt, aRecord(claim.job), blob());
        }
        assert.deepEqual(await jobs.claim(10), []);
      }),
    );

    it(
      'gives a job back for later, its attempt lost',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        await jobs.defer(attempt.lease, new Date(Date.now() + 60_000), problem('storage.unavailable'));
        assert.deepEqual(await jobs.claim(10), []);
        assert.equal((await jobs.view(1, job.id))?.state, 'accepted');
        await assert.rejects(jobs.release(attempt, aRecord(job), null), { code: 'seal.lease-lost' });
      }),
    );

    it(
      'takes a deferred job up again with the next attempt',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        await jobs.defer(attempt.lease, new Date(Date.now() - 1000), problem('storage.unavailable'));
        const [claim] = await claimAll(jobs, 1);
        assert.equal(claim?.job.id, job.id);
        const next = await jobs.recordIntention(claim!.lease, anIntention());
        assert.equal(next.number, 2);
        await assert.rejects(jobs.release(attempt, aRecord(job), null), /./);
        await jobs.release(next, aRecord(job), null);
      }),
    );

    it(
      'takes a job from a holder that let its lease run out',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        const [claim] = await claimAll(jobs, 1);
        assert.equal(claim?.job.id, job.id);
        await assert.rejects(jobs.release(attempt, aRecord(job), null), { code: 'seal.lease-lost' });
        await assert.rejects(jobs.recordIntention(attempt.lease, anIntention()), { code: 'seal.lease-lost' });
        await assert.rejects(jobs.fail(attempt.lease, problem('general.memory')), {
          code: 'seal.lease-lost',
        });
        assert.deepEqual(await jobs.renew([attempt.lease]), []);
        await jobs.fail(claim!.lease, problem('general.memory'));
      }, 1),
    );

    it(
      'keeps a lease that is renewed, stored or not',
      on(async ({ jobs }) => {
        const job = aJob();
        const stored = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        const unstored = await arriveNew(jobs, aJob(), request);
        for (let round = 0; round < 8; round += 1) {
          await sleep(300);
          assert.deepEqual(await jobs.renew([stored.lease, unstored]), [stored.lease, unstored]);
        }
        assert.deepEqual(await jobs.claim(10), []);
        await jobs.release(stored, aRecord(job), null);
        await jobs.fail(unstored, problem('general.memory'));
      }, 2),
    );

    it(
      'abandons a request whose holder is gone, and frees its key',
      on(async ({ jobs }) => {
        const idempotency = { key: uuidv7(), bodySha256: aHash() };
        const [plain, keyed] = [aJob(), aJob({ idempotency })];
        const attempts = [
          await jobs.recordIntention(await arriveNew(jobs, plain, request), anIntention()),
          await jobs.recordIntention(await arriveNew(jobs, keyed, request), anIntention()),
        ];
        for (const job of [plain, keyed]) {
          while ((await jobs.view(1, job.id))?.state !== 'abandoned') {
            await sleep(20);
            assert.deepEqual(await jobs.claim(10), []);
          }
        }
        for (const attempt of attempts) {
          await assert.rejects(jobs.release(attempt, aRecord(plain), null), { code: 'seal.lease-lost' });
        }
        const again = await jobs.arrive(aJob({ idempotency }), request);
        assert.equal(again.kind, 'new');
        if (again.kind === 'new') await jobs.fail(again.lease, problem('general.memory'));
      }, 1),
    );
  });

  describe(`${under.name}: restart`, () => {
    it('goes on where the last process ended', async () => {
      const place = await under.place(true);
      const before = await place.open({ writer: `w-${uuidv7()}`, leaseSeconds: 1 });
      const jobs = { sealed: aJob(), held: aJob({ documentName: 'n.pdf' }), asked: aJob() };
      const sealed = await before.jobs.recordIntention(
        await arriveNew(before.jobs, jobs.sealed, durable()),
        anIntention(),
      );
      const record = aRecord(jobs.sealed);
      const output = blob();
      await before.jobs.release(sealed, record, output);
      const input = blob();
      const held = await before.jobs.recordIntention(
        await arriveNew(before.jobs, jobs.held, durable(input)),
        anIntention(),
      );
      await before.jobs.recordIntention(await arriveNew(before.jobs, jobs.asked, request), anIntention());
      await before.close();
      const store = await place.open({ writer: `w-${uuidv7()}`, leaseSeconds: 10 });
      try {
        assert.deepEqual((await store.jobs.view(1, jobs.sealed.id))?.record, record);
        assert.deepEqual(await store.jobs.output(1, jobs.sealed.id), output);
        const [claim] = await claimAll(store.jobs, 1);
        assert.deepEqual(claim?.job, jobs.held);
        assert.deepEqual(claim?.input, input);
        while ((await store.jobs.view(1, jobs.asked.id))?.state !== 'abandoned') {
          await sleep(20);
          assert.deepEqual(await store.jobs.claim(10), []);
        }
        await assert.rejects(store.jobs.release(held, aRecord(jobs.held), null), { code: 'seal.lease-lost' });
        const next = await store.jobs.recordIntention(claim!.lease, anIntention());
        assert.equal(next.number, 2);
        await store.jobs.release(next, aRecord(jobs.held), blob());
        assert.deepEqual((await store.verifyAudit()).faults, []);
      } finally {
        await store.close();
      }
    });

    it('takes nothing more when closed', async () => {
      const place = await under.place(true);
      const store = await place.open({ writer: `w-${uuidv7()}`, leaseSeconds: 10 });
      await store.close();
      await assert.rejects(store.jobs.arrive(aJob(), durable()), { code: 'storage.closed' });
    });
  });
}
