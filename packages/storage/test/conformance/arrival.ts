// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { uuidv7 } from '@signet/base';
import {
  aHash,
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

/** What arrives, is known again by its key, and is forgotten. */
export function arrivalConformance(under: JobStoreUnderTest): void {
  const on = (test: Parameters<typeof onStore>[1]) => onStore(under, test);

  describe(`${under.name}: arrival`, () => {
    it(
      'seals a request from arrival to release',
      on(async ({ jobs }) => {
        const job = aJob({ documentName: 'invoice 1.pdf' });
        const lease = await arriveNew(jobs, job, request);
        assert.equal(await jobs.view(1, job.id), undefined, 'nothing is stored before the first intention');
        const attempt = await jobs.recordIntention(lease, anIntention());
        assert.equal(attempt.number, 1);
        assert.equal((await jobs.view(1, job.id))?.state, 'sealing');
        const record = aRecord(job);
        await jobs.release(attempt, record, null);
        const view = await jobs.view(1, job.id);
        assert.deepEqual(view?.job, job);
        assert.deepEqual(view?.record, record);
        assert.equal(view?.state, 'sealed');
        assert.equal(view?.hasOutput, false);
      }),
    );

    it(
      'keeps a durable job with its blobs',
      on(async ({ jobs }) => {
        const job = aJob({ batch: uuidv7(), channel: 'batch' });
        const lease = await arriveNew(jobs, job, durable());
        const accepted = await jobs.view(1, job.id);
        assert.equal(accepted?.state, 'accepted');
        assert.deepEqual(accepted?.job, job);
        const attempt = await jobs.recordIntention(lease, anIntention());
        const output = blob();
        await jobs.release(attempt, aRecord(job), output);
        assert.deepEqual(await jobs.output(1, job.id), output);
        assert.equal((await jobs.view(1, job.id))?.hasOutput, true);
      }),
    );

    it(
      'does not show a job to another tenant',
      on(async ({ jobs }) => {
        const job = aJob();
        await arriveNew(jobs, job, durable());
        assert.equal(await jobs.view(2, job.id), undefined);
        assert.equal(await jobs.output(2, job.id), undefined);
        assert.deepEqual(await jobs.deleteBytes(2, job.id), []);
      }),
    );

    it(
      'gives views in the order asked for, without those it does not know',
      on(async ({ jobs }) => {
        const [one, two] = [aJob(), aJob()];
        await arriveNew(jobs, one, durable());
        await arriveNew(jobs, two, durable());
        const views = await jobs.views(1, [two.id, uuidv7(), one.id]);
        assert.deepEqual(
          views.map((view) => view.job.id),
          [two.id, one.id],
        );
      }),
    );
  });

  describe(`${under.name}: idempotency`, () => {
    it(
      'gives the same job for the same key and body, sealed or not',
      on(async ({ jobs }) => {
        const key = { key: uuidv7(), bodySha256: aHash() };
        const job = aJob({ idempotency: key });
        const lease = await arriveNew(jobs, job, durable());
        const again = await jobs.arrive(aJob({ idempotency: key }), durable());
        assert.equal(again.kind === 'known' && again.view.job.id, job.id);
        const record = aRecord(job);
        await jobs.release(await jobs.recordIntention(lease, anIntention()), record, blob());
        const sealed = await jobs.arrive(aJob({ idempotency: key }), request);
        assert.deepEqual(sealed.kind === 'known' && sealed.view.record, record);
      }),
    );

    it(
      'refuses the same key with another body',
      on(async ({ jobs }) => {
        const key = uuidv7();
        await arriveNew(jobs, aJob({ idempotency: { key, bodySha256: aHash() } }), durable());
        await assert.rejects(jobs.arrive(aJob({ idempotency: { key, bodySha256: aHash() } }), durable()), {
          code: 'request.idempotency-mismatch',
        });
      }),
    );

    it(
      'lets one of many at once be new',
      on(async ({ jobs }) => {
        const idempotency = { key: uuidv7(), bodySha256: aHash() };
        const outcomes = await Promise.all(
          Array.from({ length: 20 }, () => jobs.arrive(aJob({ idempotency }), durable())),
        );
        assert.equal(outcomes.filter((outcome) => outcome.kind === 'new').length, 1);
        const ids = outcomes.flatMap((outcome) => (outcome.kind === 'known' ? [outcome.view.job.id] : []));
        assert.equal(new Set(ids).size, 1);
      }),
    );

    it(
      'frees the key after a retryable failure, and keeps it after another one',
      on(async ({ jobs }) => {
        for (const [code, kind] of [
          ['storage.unavailable', 'new'],
          ['general.memory', 'known'],
        ] as const) {
          const idempotency = { key: uuidv7(), bodySha256: aHash() };
          const lease = await arriveNew(jobs, aJob({ idempotency }), durable());
          await jobs.fail(lease, problem(code));
          assert.equal((await jobs.arrive(aJob({ idempotency }), durable())).kind, kind);
        }
      }),
    );
  });

  describe(`${under.name}: bytes`, () => {
    it(
      'forgets the bytes of a finished job and keeps its record',
      on(async ({ jobs }) => {
        const job = aJob();
        const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
        assert.deepEqual(await jobs.deleteBytes(1, job.id), [], 'a job that goes on keeps its bytes');
        const output = blob();
        const record = aRecord(job);
        await jobs.release(attempt, record, output);
        assert.deepEqual(await jobs.deleteBytes(1, job.id), [output]);
        assert.deepEqual(await jobs.deleteBytes(1, job.id), []);
        const view = await jobs.view(1, job.id);
        assert.deepEqual([view?.deleted, view?.hasOutput, view?.record], [true, false, record]);
      }),
    );
  });
}
