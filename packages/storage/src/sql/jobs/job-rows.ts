// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type {
  ArrivalKeeping,
  Attempt,
  BlobRef,
  Channel,
  Intention,
  JobProblem,
  JobState,
  JobView,
  Lease,
  ResultRecord,
  SealingJob,
  TenantId,
  Transfer,
} from '@signet/sealing';
import { jsonParameter } from '../tenant-transaction.ts';

/** A job as `readJobs` gives it. */
export interface JobRow {
  readonly id: Uuid;
  readonly format: 1;
  readonly process: string;
  readonly version: number;
  readonly channel: Channel;
  readonly transfer: Transfer;
  readonly identity: string;
  readonly sha256In: string;
  readonly size: number;
  readonly batch: Uuid | null;
  readonly deadline: Date;
  readonly state: JobState;
  readonly record: ResultRecord | null;
  readonly problem: JobProblem | null;
  readonly createdAt: Date;
  readonly deleted: boolean;
  readonly documentName: string | null;
  readonly inputId: Uuid | null;
  readonly inputSize: number;
  readonly inputSha256: string;
  readonly outputId: Uuid | null;
  readonly outputSize: number;
  readonly outputSha256: string;
}

/** The job of a row. Its idempotency key is not given back: it has done its work when the job was taken in. */
export function jobOf(row: JobRow, tenant: TenantId): SealingJob {
  const { id, format, process, version, channel, transfer, identity, sha256In, size, deadline } = row;
  return {
    format,
    id,
    tenant,
    process,
    version,
    channel,
    transfer,
    identity,
    sha256In,
    size,
    deadline,
    ...(row.documentName !== null && { documentName: row.documentName }),
    ...(row.batch !== null && { batch: row.batch }),
  };
}

/** The view of a row. */
export function viewOf(row: JobRow, tenant: TenantId): JobView {
  return {
    job: jobOf(row, tenant),
    state: row.state,
    createdAt: row.createdAt,
    ...(row.record !== null && { record: row.record }),
    ...(row.problem !== null && { problem: row.problem }),
    hasOutput: row.outputId !== null,
    deleted: row.deleted,
  };
}

/** Where the bytes lie that came in. */
export function inputOf(row: JobRow, tenant: TenantId): BlobRef | undefined {
  if (row.inputId === null) return undefined;
  return { tenant, id: row.inputId, size: row.inputSize, sha256: row.inputSha256 };
}

/** Where the sealed document lies. */
export function outputOf(row: JobRow, tenant: TenantId): BlobRef | undefined {
  if (row.outputId === null) return undefined;
  return { tenant, id: row.outputId, size: row.outputSize, sha256: row.outputSha256 };
}

/** How a job is stored that is new: as a row of the statements that insert jobs. */
export interface NewJob {
  readonly job: SealingJob;
  readonly keeping: ArrivalKeeping['until'];
  readonly state: JobState;
  readonly owner: string | null;
  readonly leaseSeconds: number;
  readonly input?: BlobRef | undefined;
  readonly intention?: Intention;
  readonly problem?: JobProblem;
}

/** The JSON of new jobs, the second parameter of the inserting statements. */
export function newJobRows(jobs: readonly NewJob[]): string {
  return jsonParameter(
    jobs.map(({ job, keeping, state, owner, leaseSeconds, input, intention, problem }) => ({
      ...job,
      // Goes aside, with the audit's personal values.
      documentName: undefined,
      ...intention,
      keeping,
      state,
      owner,
      problem,
      epoch: owner === null ? 0 : 1,
      lease: leaseSeconds,
      attempts: intention === undefined ? 0 : 1,
      inputId: input?.id,
      inputSize: input?.size,
      inputSha256: input?.sha256,
    })),
  );
}

/** The columns by which statements find a lease. */
export function leaseRow({ job, owner, epoch }: Lease) {
  return { job, owner, epoch };
}

/** The columns by which statements find an attempt. */
export function attemptRow({ lease, number }: Attempt) {
  return { ...leaseRow(lease), number };
}
