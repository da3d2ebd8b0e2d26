// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  aJob,
  anIntention,
  aRecord,
  arriveNew,
  blob,
  durable,
  type JobStoreUnderTest,
  onStore,
  problem,
  request,
} from './under-test.ts';

/** Attempts: numbered, one live, one result. */
export function attemptConformance(under: JobStoreUnderTest): void {
  const on = (test: Parameters<typeof onStore>[1]) => onStore(under, test);

  describe(`${under.name}: attempts`, () => {
    it(
      'closes the earlier attempt with the next intention',
      on(async ({ jobs }) => {
        const job = aJob();
        const lease = await arriveNew(jobs, job, request);
        const first = await jobs.recordIntention(lease, anIntention());
        const second = await jobs.recordIntention(lease, anIntention());
        assert.equal(second.number, 2);
        await assert.rejects(jobs.release(first, aRecord(job), null), { code: 'seal.attempt-not-live' });
        await jobs.release(second, aRecord(job), null);
      }),
    );

    it(
      'releases one result, once',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        const outcomes = await Promise.allSettled([
          jobs.release(attempt, aRecord(job), blob()),
          jobs.release(attempt, aRecord(job), blob()),
        ]);
        assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 1);
        await assert.rejects(jobs.release(attempt, aRecord(job), null), { code: 'seal.attempt-not-live' });
      }),
    );

    it(
      'never releases an attempt that was lost',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, request), anIntention());
        await jobs.lose(attempt, problem('general.internal'));
        await jobs.lose(attempt, problem('general.internal'));
        await assert.rejects(jobs.release(attempt, aRecord(job), null), { code: 'seal.attempt-not-live' });
        const next = await jobs.recordIntention(attempt.lease, anIntention());
        assert.equal(next.number, 2);
        await jobs.release(next, aRecord(job), null);
      }),
    );

    it(
      'fails a job before and after its first intention, and takes nothing more for it',
      on(async ({ jobs }) => {
        for (const keeping of [request, durable()]) {
          const early = aJob();
          const earlyLease = await arriveNew(jobs, early, keeping);
          await jobs.fail(earlyLease, problem('general.memory'));
          const view = await jobs.view(1, early.id);
          assert.equal(view?.state, 'failed');
          assert.deepEqual(view?.problem, problem('general.memory'));
          await assert.rejects(jobs.recordIntention(earlyLease, anIntention()), { code: 'seal.lease-lost' });
          const late = aJob();
          const attempt = await jobs.recordIntention(await arriveNew(jobs, late, keeping), anIntention());
          await jobs.fail(attempt.lease, problem('general.memory'));
          await assert.rejects(jobs.release(attempt, aRecord(late), null), { code: 'seal.lease-lost' });
          assert.equal((await jobs.view(1, late.id))?.state, 'failed');
        }
      }),
    );

    it(
      'takes what cannot be stored plainly',
      on(async ({ jobs }) => {
        const job = aJob({ documentName: 'a\0b\ud800 “ü”\\u0000.pdf' });
        await arriveNew(jobs, job, durable());
        assert.equal((await jobs.view(1, job.id))?.job.documentName, 'a\uFFFDb\uFFFD “ü”\\u0000.pdf');
      }),
    );
  });
}
