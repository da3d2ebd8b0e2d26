// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from '@signet/base';
import type {
  ArrivalKeeping,
  BlobRef,
  ClaimedJob,
  Intention,
  JobProblem,
  JobStore,
  Lease,
  ResultRecord,
  SealingJob,
} from '@signet/sealing';
import type { AuditReport } from '../../src/index.ts';

/** A store that is open: the next one opened on the same place is that of the next start. */
export interface OpenedStore {
  readonly jobs: JobStore;
  verifyAudit(): Promise<AuditReport>;
  close(): Promise<void>;
}

/** Something empty to store in: a database, a directory. */
export interface Place {
  open(options: { writer: string; leaseSeconds: number }): Promise<OpenedStore>;
}

/** An implementation under test. */
export interface JobStoreUnderTest {
  readonly name: string;
  /** @param alone whether the test claims work, and so must not meet that of other tests */
  place(alone: boolean): Promise<Place>;
}

/** Name of the process that implementations that know processes must have, with version 1. */
export const process = 'invoices';

/** A random SHA-256. */
export const aHash = () => randomBytes(32).toString('hex');
/** Durable at arrival, and held. */
export const durable = (input: BlobRef | undefined = blob()): ArrivalKeeping => ({
  until: 'durable',
  claim: true,
  ...(input && { input }),
});
/** Durable at arrival, and left in the queue. */
export const queued = (): ArrivalKeeping => ({ until: 'durable', claim: false, input: blob() });
/** Kept until it is answered. */
export const request: ArrivalKeeping = { until: 'answer', claim: true };
/** Why something came to nothing. */
export const problem = (code: JobProblem['code']): JobProblem => ({
  code,
  message: 'why',
  details: { reference: 'r' },
});

/** A job as it may arrive. */
export function aJob(more: Partial<SealingJob> = {}): SealingJob {
  return {
    format: 1,
    id: uuidv7(),
    tenant: 1,
    process,
    version: 1,
    channel: 'rest',
    transfer: 'document',
    identity: 'erp',
    sha256In: aHash(),
    size: 1234,
    deadline: new Date(Date.now() + 3_600_000),
    ...more,
  };
}

/** A blob as the document store gives it. */
export function blob(): BlobRef {
  return { tenant: 1, id: uuidv7(), size: 99, sha256: aHash() };
}

/** An intention to sign. */
export function anIntention(): Intention {
  return { docHash: aHash(), certificate: aHash(), credential: 'seal', algorithm: 'ecdsa-sha256' };
}

/** The record of a sealed job. */
export function aRecord(job: SealingJob): ResultRecord {
  return {
    format: 1,
    job: job.id,
    process: job.process,
    version: job.version,
    levelWanted: 'B-T',
    levelReached: 'B-T',
    timeStamp: '2026-11-24T10:00:00Z',
    certificate: aHash(),
    sha256In: job.sha256In,
    sha256Out: aHash(),
    warnings: ['one'],
  };
}

/**
 * Runs a test on an open store in a place of its own, then checks the audit that it wrote.
 *
 * @returns what `it` runs
 */
export function onStore(
  under: JobStoreUnderTest,
  test: (store: OpenedStore) => Promise<void>,
  { alone = false, leaseSeconds = 10 } = {},
): () => Promise<void> {
  return async () => {
    const place = await under.place(alone);
    const store = await place.open({ writer: `w-${uuidv7()}`, leaseSeconds });
    try {
      await test(store);
      assert.deepEqual((await store.verifyAudit()).faults, []);
    } finally {
      await store.close();
    }
  };
}

/** Takes a job in that must be new. */
export async function arriveNew(jobs: JobStore, job: SealingJob, keeping: ArrivalKeeping): Promise<Lease> {
  const outcome = await jobs.arrive(job, keeping);
  assert.equal(outcome.kind, 'new');
  return outcome.kind === 'new' ? outcome.lease : assert.fail();
}

/** Claims until so many jobs were given. */
export async function claimAll(jobs: JobStore, count: number): Promise<ClaimedJob[]> {
  const claimed: ClaimedJob[] = [];
  for (let round = 0; claimed.length < count && round < 500; round += 1) {
    claimed.push(...(await jobs.claim(count - claimed.length)));
    if (claimed.length < count) await sleep(20);
  }
  return claimed;
}
