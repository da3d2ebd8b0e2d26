// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type {
  Attempt,
  BlobRef,
  Intention,
  JobProblem,
  Lease,
  ResultRecord,
  SealingJob,
} from '@signet/sealing';
import { arrived, intended, lost, released } from '../../job-events.ts';
import { jsonParameter, type TenantTransaction } from '../tenant-transaction.ts';
import type { WriteCall, WriteKind } from '../tenant-writer.ts';
import { unknownProcess } from './arrivals.ts';
import { attemptRow, leaseRow, newJobRows } from './job-rows.ts';
import { addAttempts, closeAttempts, insertIntendedJobs, releaseResults, whyRefused } from './statements.ts';

/** The intention to use a key for a job. */
export interface IntentionCall {
  readonly lease: Lease;
  readonly intention: Intention;
}

/** Records the next attempts of jobs that are stored. */
export const recordIntentions: WriteKind<IntentionCall, Attempt> = {
  async apply(transaction, calls) {
    const rows = await transaction.run<{ job: Uuid; number: number; lost: number | null }>(addAttempts, [
      transaction.tenant,
      jsonParameter(calls.map(({ input }) => ({ ...leaseRow(input.lease), ...input.intention }))),
      calls.map(({ input }) => input.lease.job),
      transaction.options.leaseSeconds,
    ]);
    const byJob = new Map(rows.map((row) => [row.job, row]));
    return calls.map(({ input: { lease, intention } }) => {
      const row = byJob.get(lease.job);
      if (row === undefined) return new SignetError('seal.lease-lost');
      if (row.lost !== null) transaction.audit(lost(lease.job, row.lost, null), lease.job);
      transaction.audit(intended(lease.job, row.number, intention), lease.job);
      return { lease, number: row.number };
    });
  },
};

/** The first intention of a job that is not stored yet. */
export interface FirstIntentionCall extends IntentionCall {
  readonly job: SealingJob;
}

/** Stores jobs kept until their answer, each with its first attempt. */
export const recordFirstIntentions: WriteKind<FirstIntentionCall, Attempt> = {
  async apply(transaction, calls) {
    const { name, leaseSeconds } = transaction.options;
    const jobs = calls.map(({ input: { job, intention } }) => ({
      job,
      intention,
      keeping: 'answer' as const,
      state: 'sealing' as const,
      owner: name,
      leaseSeconds,
    }));
    const rows = await transaction.run<{ id: Uuid }>(insertIntendedJobs, [
      transaction.tenant,
      newJobRows(jobs),
    ]);
    const stored = new Set(rows.map((row) => row.id));
    // A try before this one may have stored the job: then this is its next attempt.
    const again = calls.filter((call) => call.repeated && !stored.has(call.input.job.id));
    const next = again.length > 0 ? await recordIntentions.apply(transaction, again) : [];
    return calls.map((call) => {
      const { job, lease, intention } = call.input;
      if (!stored.has(job.id)) return next[again.indexOf(call)] ?? unknownProcess(job);
      transaction.audit(arrived(job), job.id);
      transaction.audit(intended(job.id, 1, intention), job.id);
      return { lease, number: 1 };
    });
  },
};

/** An attempt that comes to nothing. */
export interface LossCall {
  readonly attempt: Attempt;
  readonly why: JobProblem;
}

/** Closes attempts as lost. */
export const recordLosses: WriteKind<LossCall, undefined> = {
  async apply(transaction, calls) {
    const rows = await transaction.run<{ job: Uuid; closed: boolean }>(closeAttempts, [
      transaction.tenant,
      jsonParameter(calls.map(({ input }) => ({ ...attemptRow(input.attempt), problem: input.why }))),
      calls.map(({ input }) => input.attempt.lease.job),
    ]);
    const byJob = new Map(rows.map((row) => [row.job, row]));
    return calls.map(({ input: { attempt, why } }) => {
      const { job } = attempt.lease;
      const row = byJob.get(job);
      if (row === undefined) return new SignetError('seal.lease-lost');
      if (row.closed) transaction.audit(lost(job, attempt.number, why.code), job);
      return undefined;
    });
  },
};

/** A result to be released. */
export interface ReleaseCall {
  readonly attempt: Attempt;
  readonly record: ResultRecord;
  readonly output: BlobRef | null;
}

/** Releases results: the one place where a sealed document becomes one that may be handed out. */
export const releaseCalls: WriteKind<ReleaseCall, undefined> = {
  async apply(transaction, calls) {
    const rows = await transaction.run<{ job: Uuid }>(releaseResults, [
      transaction.tenant,
      jsonParameter(
        calls.map(({ input: { attempt, record, output } }) => ({
          ...attemptRow(attempt),
          record,
          outputId: output?.id,
          outputSize: output?.size,
          outputSha256: output?.sha256,
        })),
      ),
      calls.map(({ input }) => input.attempt.lease.job),
    ]);
    const done = new Set(rows.map((row) => row.job));
    const refused = calls.filter(({ input }) => !done.has(input.attempt.lease.job));
    const reasons = refused.length > 0 ? await refusals(transaction, refused) : new Map();
    return calls.map(({ input: { attempt, record } }) => {
      if (!done.has(attempt.lease.job)) return reasons.get(attempt.lease.job);
      transaction.audit(released(attempt.number, record), attempt.lease.job);
      return undefined;
    });
  },
};

/** Why releases were refused; a job is not in the answer if an earlier try of the same call had released it. */
async function refusals(
  transaction: TenantTransaction,
  calls: readonly WriteCall<ReleaseCall>[],
): Promise<ReadonlyMap<Uuid, SignetError>> {
  const rows = await transaction.run<{
    job: Uuid;
    held: boolean;
    attempt: string | null;
    own: boolean | null;
  }>(whyRefused, [
    transaction.tenant,
    jsonParameter(calls.map(({ input }) => attemptRow(input.attempt))),
    calls.map(({ input }) => input.attempt.lease.job),
  ]);
  const reasons = new Map<Uuid, SignetError>();
  for (const { input, repeated } of calls) {
    const { lease, number } = input.attempt;
    const row = rows.find(({ job }) => job === lease.job);
    if (repeated && row?.attempt === 'released' && row.own === true) continue;
    const closed = row?.held === true || row?.attempt === 'released';
    reasons.set(
      lease.job,
      closed
        ? new SignetError('seal.attempt-not-live', { attempt: number })
        : new SignetError('seal.lease-lost'),
    );
  }
  return reasons;
}
