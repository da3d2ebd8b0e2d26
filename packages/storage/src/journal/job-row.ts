// SPDX-License-Identifier: Apache-2.0
import type {
  ArrivalKeeping,
  BlobRef,
  IdempotencyKey,
  JobProblem,
  JobState,
  JobView,
  ResultRecord,
  SealingJob,
} from '@signet/sealing';
import type { PersonalValue } from '../audit-chain.ts';

/** All that a journal keeps of a job. Each change appends the whole row anew: reading is taking the last one. */
export interface JobRow {
  readonly job: Omit<SealingJob, 'documentName' | 'idempotency'>;
  readonly keeping: ArrivalKeeping['until'];
  readonly state: JobState;
  readonly createdAt: Date;
  readonly finishedAt: Date | null;
  readonly notBefore: Date;
  /** Number of the newest attempt, 0 before the first. */
  readonly attempts: number;
  /** Whether the newest attempt has no result yet. */
  readonly live: boolean;
  readonly record: ResultRecord | null;
  readonly problem: JobProblem | null;
  readonly input: BlobRef | null;
  readonly output: BlobRef | null;
  readonly deleted: boolean;
  /** The key that gives this job, until then; null if it has none, or it was freed. */
  readonly key: (IdempotencyKey & { readonly until: Date }) | null;
  /** Clear values behind the audit's commitments, until they are erased. */
  readonly personal: readonly PersonalValue[];
}

/** What is appended for one change: rows, and the audit's links that belong to it. */
export interface JournalRecord {
  readonly format: 1;
  readonly rows: readonly JobRow[];
  readonly links: readonly StoredJournalLink[];
  /** Ends of the chains whose links were moved out of the log, by writer; in the first record of a snapshot. */
  readonly heads?: Readonly<Record<string, { readonly sequence: number; readonly hash: string }>>;
}

/** A link as it lies in the journal; `previous` is in the body. */
export interface StoredJournalLink {
  readonly writer: string;
  readonly sequence: number;
  readonly body: string;
}

/** The row of a new job. */
export function newRow(job: SealingJob, keeping: ArrivalKeeping, at: Date, keyUntil: Date): JobRow {
  const { documentName: _name, idempotency, ...plain } = job;
  return {
    job: plain,
    keeping: keeping.until,
    state: 'accepted',
    createdAt: at,
    finishedAt: null,
    notBefore: at,
    attempts: 0,
    live: false,
    record: null,
    problem: null,
    input: keeping.input ?? null,
    output: null,
    deleted: false,
    key: idempotency === undefined ? null : { ...idempotency, until: keyUntil },
    personal: [],
  };
}

/** A row as JSON gave it back, with its dates as dates. */
export function reviveRow(row: JobRow): JobRow {
  return {
    ...row,
    job: { ...row.job, deadline: new Date(row.job.deadline) },
    createdAt: new Date(row.createdAt),
    finishedAt: row.finishedAt && new Date(row.finishedAt),
    notBefore: new Date(row.notBefore),
    key: row.key && { ...row.key, until: new Date(row.key.until) },
  };
}

/** Whether a job has come to its end. */
export function isFinished({ state }: JobRow): boolean {
  return state === 'sealed' || state === 'failed' || state === 'abandoned';
}

/** The job of a row; its idempotency key is not given back. */
export function jobOf(row: JobRow): SealingJob {
  const name = row.personal.find((value) => value.name === 'documentName');
  return { ...row.job, ...(name !== undefined && { documentName: name.value }) };
}

/** The view of a row. */
export function viewOf(row: JobRow): JobView {
  return {
    job: jobOf(row),
    state: row.state,
    createdAt: row.createdAt,
    ...(row.record !== null && { record: row.record }),
    ...(row.problem !== null && { problem: row.problem }),
    hasOutput: row.output !== null,
    deleted: row.deleted,
  };
}
