// SPDX-License-Identifier: Apache-2.0
import { type Clock, errorRow, SignetError, type Uuid } from '@signet/base';
import type {
  ArrivalKeeping,
  ArrivalOutcome,
  Attempt,
  AuditEvent,
  BlobRef,
  ClaimedJob,
  Intention,
  JobProblem,
  JobStore,
  JobView,
  Lease,
  ResultRecord,
  SealingJob,
  TenantId,
} from '@signet/sealing';
import { abandoned, arrived, bytesDeleted, failed, intended, lost, released } from '../job-events.ts';
import { isFinished, type JobRow, jobOf, newRow, viewOf } from './job-row.ts';
import type { JournalFile } from './journal-file.ts';

/** For how many days a key makes a request repeatable. */
const keyDays = 8;

/** Settings of the store. */
export interface JournalJobStoreOptions {
  readonly writer: string;
  readonly leaseSeconds: number;
  readonly clock: Clock;
}

/** Leases live in memory alone: the directory has one owner, so they end with it. */
interface HeldLease {
  readonly epoch: number;
  /** By the monotonic clock, in milliseconds: setting the machine's time neither prolongs nor ends it. */
  until: number;
}

/** The jobs in a journal. What a call changes is decided and applied at once, and told when it is durable. */
export class JournalJobStore implements JobStore {
  readonly leaseSeconds: number;
  readonly #file: JournalFile;
  readonly #options: JournalJobStoreOptions;
  readonly #leases = new Map<Uuid, HeldLease>();
  /** Of the lease given last; one count for all jobs, so that no two leases are alike. */
  #epoch = 0;
  /** Arrivals kept until their answer that have no intention yet: the journal does not know of them. */
  readonly #unstored = new Map<Uuid, SealingJob>();

  constructor(file: JournalFile, options: JournalJobStoreOptions) {
    this.leaseSeconds = options.leaseSeconds;
    this.#file = file;
    this.#options = options;
  }

  async arrive(job: SealingJob, keeping: ArrivalKeeping): Promise<ArrivalOutcome> {
    if (keeping.until === 'answer' && keeping.claim && job.idempotency === undefined) {
      this.#forgetOverdue();
      this.#unstored.set(job.id, job);
      return { kind: 'new', lease: this.#take(job) };
    }
    return this.#file.change<ArrivalOutcome>((state) => {
      const now = this.#options.clock.now();
      const { idempotency } = job;
      const known = idempotency && state.findByKey(job, idempotency.key, now);
      if (known !== undefined) {
        if (known.key?.bodySha256 !== idempotency?.bodySha256) {
          throw new SignetError('request.idempotency-mismatch');
        }
        return { result: { kind: 'known', view: viewOf(known) } };
      }
      const row = newRow(job, keeping, now, new Date(now.getTime() + keyDays * 86_400_000));
      const result = keeping.claim
        ? { kind: 'new' as const, lease: this.#take(job) }
        : { kind: 'queued' as const };
      return { result, row, events: [arrived(job)] };
    });
  }

  async claim(limit: number): Promise<readonly ClaimedJob[]> {
    const due = await this.#file.read((state) =>
      this.#due(
        [...state.open].map((id) => state.rows.get(id)!),
        limit,
      ),
    );
    const claimed: ClaimedJob[] = [];
    for (const row of due) {
      // Between the look and now the row may have ended, or somebody else's claim may have taken it.
      if (this.#isHeld(row.job.id)) continue;
      const lease = this.#take(row.job);
      if (row.keeping === 'answer') await this.#end(lease, null).catch(() => undefined);
      else claimed.push({ job: jobOf(row), lease, input: row.input ?? undefined });
    }
    return claimed;
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    return leases.filter((lease) => {
      const held = this.#heldLease(lease);
      if (held !== undefined) held.until = performance.now() + this.leaseSeconds * 1000;
      return held !== undefined;
    });
  }

  defer(lease: Lease, notBefore: Date, why: JobProblem): Promise<void> {
    return this.#change(lease, (row) => {
      if (row.keeping !== 'durable') throw new SignetError('seal.lease-lost');
      this.#leases.delete(lease.job);
      return {
        row: { ...row, state: 'accepted', live: false, notBefore, problem: why },
        events: closing(row, why.code),
      };
    });
  }

  recordIntention(lease: Lease, intention: Intention): Promise<Attempt> {
    const job = this.#unstored.get(lease.job);
    this.#unstored.delete(lease.job);
    return this.#file.change((state) => {
      this.#hold(lease);
      const now = this.#options.clock.now();
      const row = job === undefined ? state.rows.get(lease.job) : newRow(job, requestKeeping, now, now);
      if (row === undefined || isFinished(row)) throw new SignetError('seal.lease-lost');
      const number = row.attempts + 1;
      const events = [...closing(row, null), intended(lease.job, number, intention)];
      return {
        result: { lease, number },
        row: { ...row, state: 'sealing', attempts: number, live: true },
        events: job === undefined ? events : [arrived(job), ...events],
      };
    });
  }

  lose({ lease, number }: Attempt, why: JobProblem): Promise<void> {
    return this.#change(lease, (row) => {
      if (!row.live || row.attempts !== number) return {};
      return { row: { ...row, live: false }, events: closing(row, why.code) };
    });
  }

  release({ lease, number }: Attempt, record: ResultRecord, output: BlobRef | null): Promise<void> {
    return this.#file.change((state) => {
      const row = state.rows.get(lease.job);
      if (row?.state === 'sealed') throw new SignetError('seal.attempt-not-live', { attempt: number });
      this.#hold(lease);
      if (row === undefined || isFinished(row)) throw new SignetError('seal.lease-lost');
      if (!row.live || row.attempts !== number) {
        throw new SignetError('seal.attempt-not-live', { attempt: number });
      }
      this.#leases.delete(lease.job);
      const finishedAt = this.#options.clock.now();
      return {
        result: undefined,
        row: { ...row, state: 'sealed', live: false, record, output, input: null, finishedAt },
        events: [released(number, record)],
      };
    });
  }

  fail(lease: Lease, why: JobProblem): Promise<void> {
    return this.#end(lease, why);
  }

  async view(tenant: TenantId, job: Uuid): Promise<JobView | undefined> {
    return (await this.views(tenant, [job]))[0];
  }

  views(tenant: TenantId, jobs: readonly Uuid[]): Promise<readonly JobView[]> {
    return this.#file.read((state) =>
      jobs.flatMap((id) => {
        const row = state.rows.get(id);
        return row?.job.tenant === tenant ? [viewOf(row)] : [];
      }),
    );
  }

  output(tenant: TenantId, job: Uuid): Promise<BlobRef | undefined> {
    return this.#file.read((state) => {
      const row = state.rows.get(job);
      return row?.job.tenant === tenant ? (row.output ?? undefined) : undefined;
    });
  }

  deleteBytes(tenant: TenantId, job: Uuid): Promise<readonly BlobRef[]> {
    return this.#file.change((state) => {
      const row = state.rows.get(job);
      if (row?.job.tenant !== tenant || !isFinished(row) || row.deleted) return { result: [] };
      return {
        result: [row.input, row.output].filter((blob) => blob !== null),
        row: { ...row, input: null, output: null, deleted: true },
        events: [bytesDeleted(job)],
      };
    });
  }

  /** Closes what requests of an ended process left: they were never answered. For the opening of a journal. */
  async abandonRequests(): Promise<void> {
    const left = await this.#file.read((state) =>
      [...state.open].map((id) => state.rows.get(id)!).filter((row) => row.keeping === 'answer'),
    );
    await Promise.all(left.map((row) => this.#end(this.#take(row.job), null)));
  }

  #end(lease: Lease, why: JobProblem | null): Promise<void> {
    const job = this.#unstored.get(lease.job);
    this.#unstored.delete(lease.job);
    return this.#file.change((state) => {
      this.#hold(lease);
      const now = this.#options.clock.now();
      const row = job === undefined ? state.rows.get(lease.job) : newRow(job, requestKeeping, now, now);
      if (row === undefined || isFinished(row)) throw new SignetError('seal.lease-lost');
      this.#leases.delete(lease.job);
      const free = why === null || errorRow(why.code).retryable;
      const last = why === null ? abandoned(lease.job) : failed(lease.job, why);
      return {
        result: undefined,
        row: {
          ...row,
          state: why === null ? 'abandoned' : 'failed',
          live: false,
          problem: why,
          input: null,
          finishedAt: now,
          key: free ? null : row.key,
        },
        events: [...(job === undefined ? [] : [arrived(job)]), ...closing(row, why?.code ?? null), last],
      };
    });
  }

  #change(
    lease: Lease,
    decide: (row: JobRow) => { row?: JobRow; events?: readonly AuditEvent[] },
  ): Promise<void> {
    return this.#file.change((state) => {
      this.#hold(lease);
      const row = state.rows.get(lease.job);
      if (row === undefined || isFinished(row)) throw new SignetError('seal.lease-lost');
      return { result: undefined, ...decide(row) };
    });
  }

  #due(rows: readonly JobRow[], limit: number): JobRow[] {
    const now = this.#options.clock.now();
    return rows
      .filter((row) => row.notBefore <= now && !this.#isHeld(row.job.id))
      .sort((a, b) => a.notBefore.getTime() - b.notBefore.getTime())
      .slice(0, limit);
  }

  #take({ tenant, id }: Pick<SealingJob, 'tenant' | 'id'>): Lease {
    const epoch = ++this.#epoch;
    this.#leases.set(id, { epoch, until: performance.now() + this.leaseSeconds * 1000 });
    return { tenant, job: id, owner: this.#options.writer, epoch };
  }

  /** What a caller took in and never went on with must not be remembered for ever. */
  #forgetOverdue(): void {
    const now = this.#options.clock.now();
    for (const [id, job] of this.#unstored) {
      // In the order of arrival: the first that is still in time ends the look.
      if (job.deadline > now) return;
      this.#unstored.delete(id);
      this.#leases.delete(id);
    }
  }

  #isHeld(job: Uuid): boolean {
    return (this.#leases.get(job)?.until ?? 0) > performance.now();
  }

  #heldLease(lease: Lease): HeldLease | undefined {
    const held = this.#leases.get(lease.job);
    const same = held?.epoch === lease.epoch && lease.owner === this.#options.writer;
    return same && held.until > performance.now() ? held : undefined;
  }

  #hold(lease: Lease): void {
    if (this.#heldLease(lease) === undefined) throw new SignetError('seal.lease-lost');
  }
}

const requestKeeping: ArrivalKeeping = { until: 'answer', claim: true };

/** The event that closes a live attempt, if there is one. */
function closing(row: JobRow, code: string | null): AuditEvent[] {
  return row.live ? [lost(row.job.id, row.attempts, code)] : [];
}
