// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type { ArrivalKeeping, ArrivalOutcome, JobProblem, JobView, Lease, SealingJob } from '@signet/sealing';
import { arrived, failed } from '../../job-events.ts';
import { jsonParameter, type TenantTransaction } from '../tenant-transaction.ts';
import type { WriteCall, WriteKind } from '../tenant-writer.ts';
import { type JobRow, newJobRows, viewOf } from './job-rows.ts';
import {
  dropExpiredKeys,
  insertDurableJobs,
  insertFailedJobs,
  notifyWork,
  readJobs,
  readKeys,
  takeKeys,
} from './statements.ts';

/** For how many days a key makes a request repeatable. */
export const keyDays = 8;

/** An arrival that is stored at once. */
export interface Arrival {
  readonly job: SealingJob;
  readonly keeping: ArrivalKeeping;
}

/** Stores arrivals with their keys; those whose key came before are not stored again. */
export const storeArrivals: WriteKind<Arrival, ArrivalOutcome> = {
  async apply(transaction, calls) {
    const refused = await claimKeys(transaction, calls);
    const fresh = calls.filter((_, index) => refused[index] === undefined);
    const stored = await insert(transaction, fresh);
    return calls.map((call, index) => refused[index] ?? outcome(call, stored, transaction));
  },
};

/** A job that ended before it was ever stored. */
export interface EarlyFailure {
  readonly job: SealingJob;
  readonly why: JobProblem;
}

/** Stores jobs together with their failure: requests kept until their answer that ended before a key was to be used. */
export const storeEarlyFailures: WriteKind<EarlyFailure, undefined> = {
  async apply(transaction, calls) {
    const jobs = calls.map(({ input: { job, why } }) => ({
      job,
      problem: why,
      keeping: 'answer' as const,
      state: 'failed' as const,
      owner: null,
      leaseSeconds: 0,
    }));
    const rows = await transaction.run<{ id: Uuid }>(insertFailedJobs, [
      transaction.tenant,
      newJobRows(jobs),
    ]);
    const stored = new Set(rows.map((row) => row.id));
    return calls.map(({ input: { job, why }, repeated }) => {
      if (!stored.has(job.id)) return repeated ? undefined : unknownProcess(job);
      transaction.audit(arrived(job), job.id);
      transaction.audit(failed(job.id, why), job.id);
      return undefined;
    });
  },
};

/** Takes the keys of arrivals; for each whose key was taken before, gives what becomes of it instead. */
async function claimKeys(
  transaction: TenantTransaction,
  calls: readonly WriteCall<Arrival>[],
): Promise<(ArrivalOutcome | SignetError | undefined)[]> {
  const keyed = calls.filter((call) => call.input.job.idempotency !== undefined);
  if (keyed.length === 0) return [];
  const { tenant } = transaction;
  const rows = jsonParameter(
    keyed.map(({ input: { job } }) => ({ process: job.process, ...job.idempotency, job: job.id })),
  );
  const keys = keyed.map(({ input: { job } }) => job.idempotency?.key);
  await transaction.run(dropExpiredKeys, [tenant, rows, keys]);
  const taken = await transaction.run<{ job_id: Uuid }>(takeKeys, [tenant, rows, keyDays]);
  const ours = new Set(taken.map((row) => row.job_id));
  if (ours.size === keyed.length) return [];
  const holders = await transaction.run<KeyRow>(readKeys, [tenant, rows, keys]);
  const known = holders.map((row) => row.job).filter((job) => job !== null);
  const views = await transaction.run<JobRow>(readJobs, [tenant, known]);
  return calls.map(({ input: { job } }) => {
    if (job.idempotency === undefined || ours.has(job.id)) return undefined;
    const holder = holders.find((row) => row.process === job.process && row.key === job.idempotency?.key);
    const view = views.find((row) => row.id === holder?.job);
    return becomes(job, holder, view && viewOf(view, tenant));
  });
}

/** What a key stands for. */
export interface KeyRow {
  readonly process: string;
  readonly key: string;
  readonly bodySha256: string;
  readonly job: Uuid | null;
  readonly batch: Uuid | null;
}

function becomes(
  job: SealingJob,
  holder: KeyRow | undefined,
  view: JobView | undefined,
): ArrivalOutcome | SignetError | undefined {
  // No holder: the process itself is unknown, which the insert will tell. Our own id: an earlier try was committed.
  if (holder === undefined || holder.job === job.id) return undefined;
  if (holder.bodySha256 !== job.idempotency?.bodySha256 || view === undefined) {
    return new SignetError('request.idempotency-mismatch');
  }
  return { kind: 'known', view };
}

async function insert(
  transaction: TenantTransaction,
  calls: readonly WriteCall<Arrival>[],
): Promise<ReadonlySet<Uuid>> {
  if (calls.length === 0) return new Set();
  const { name, leaseSeconds } = transaction.options;
  const jobs = calls.map(({ input: { job, keeping } }) => ({
    job,
    keeping: keeping.until,
    state: 'accepted' as const,
    owner: keeping.claim ? name : null,
    leaseSeconds,
    input: keeping.input,
  }));
  const rows = await transaction.run<{ id: Uuid }>(insertDurableJobs, [transaction.tenant, newJobRows(jobs)]);
  const stored = new Set(rows.map((row) => row.id));
  for (const { job } of jobs) if (stored.has(job.id)) transaction.audit(arrived(job), job.id);
  if (jobs.some((job) => job.owner === null)) await transaction.run(notifyWork, []);
  return stored;
}

function outcome(
  { input: { job, keeping }, repeated }: WriteCall<Arrival>,
  stored: ReadonlySet<Uuid>,
  { tenant, options }: TenantTransaction,
): ArrivalOutcome | SignetError {
  if (!stored.has(job.id) && !repeated) return unknownProcess(job);
  const lease: Lease = { tenant, job: job.id, owner: options.name, epoch: 1 };
  return keeping.claim ? { kind: 'new', lease } : { kind: 'queued' };
}

/** A job is stored with its process or, if that does not exist, not at all. */
export function unknownProcess({ process }: SealingJob): SignetError {
  return new SignetError('storage.unknown-name', { kind: 'process', name: process });
}
