// SPDX-License-Identifier: Apache-2.0
import { errorRow, SignetError, type Uuid } from '@signet/base';
import type { BlobRef, JobProblem, Lease } from '@signet/sealing';
import { abandoned, bytesDeleted, failed, lost } from '../../job-events.ts';
import { jsonParameter } from '../tenant-transaction.ts';
import type { WriteKind } from '../tenant-writer.ts';
import { leaseRow } from './job-rows.ts';
import { deferJobs, endJobs, forgetBytes } from './statements.ts';

/** A job that ends without a seal. Without a problem it is abandoned: its process ended, nobody knows why. */
export interface EndCall {
  readonly lease: Lease;
  readonly why: JobProblem | null;
}

interface EndedRow {
  readonly job: Uuid;
  readonly lost: number | null;
}

/** Ends jobs as failed or abandoned. */
export const endCalls: WriteKind<EndCall, undefined> = {
  async apply(transaction, calls) {
    const rows = await transaction.run<EndedRow>(endJobs, [
      transaction.tenant,
      jsonParameter(
        calls.map(({ input: { lease, why } }) => ({
          ...leaseRow(lease),
          state: why === null ? 'abandoned' : 'failed',
          problem: why,
          freeKey: why === null || errorRow(why.code).retryable,
        })),
      ),
      calls.map(({ input }) => input.lease.job),
    ]);
    const byJob = new Map(rows.map((row) => [row.job, row]));
    return calls.map(({ input: { lease, why }, repeated }) => {
      const row = byJob.get(lease.job);
      if (row === undefined) return repeated ? undefined : new SignetError('seal.lease-lost');
      if (row.lost !== null) transaction.audit(lost(lease.job, row.lost, why?.code ?? null), lease.job);
      transaction.audit(why === null ? abandoned(lease.job) : failed(lease.job, why), lease.job);
      return undefined;
    });
  },
};

/** A job that is given back. */
export interface DeferCall {
  readonly lease: Lease;
  readonly notBefore: Date;
  readonly why: JobProblem;
}

/** Gives jobs back to be tried again. */
export const deferCalls: WriteKind<DeferCall, undefined> = {
  async apply(transaction, calls) {
    const rows = await transaction.run<EndedRow>(deferJobs, [
      transaction.tenant,
      jsonParameter(
        calls.map(({ input: { lease, notBefore, why } }) => ({
          ...leaseRow(lease),
          notBefore,
          problem: why,
        })),
      ),
      calls.map(({ input }) => input.lease.job),
    ]);
    const byJob = new Map(rows.map((row) => [row.job, row]));
    return calls.map(({ input: { lease, why }, repeated }) => {
      const row = byJob.get(lease.job);
      if (row === undefined) return repeated ? undefined : new SignetError('seal.lease-lost');
      if (row.lost !== null) transaction.audit(lost(lease.job, row.lost, why.code), lease.job);
      return undefined;
    });
  },
};

/** Forgets the bytes of ended jobs; gives their blobs. */
export const deleteCalls: WriteKind<Uuid, readonly BlobRef[]> = {
  async apply(transaction, calls) {
    const { tenant } = transaction;
    const rows = await transaction.run<{ job: Uuid; id: Uuid | null; size: number; sha256: string }>(
      forgetBytes,
      [tenant, jsonParameter(calls.map(({ input }) => ({ job: input }))), calls.map(({ input }) => input)],
    );
    for (const job of new Set(rows.map((row) => row.job))) transaction.audit(bytesDeleted(job), job);
    return calls.map(({ input }) =>
      rows.flatMap(({ job, id, size, sha256 }) =>
        job === input && id !== null ? [{ tenant, id, size, sha256 }] : [],
      ),
    );
  },
};
