// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type {
  ArrivalKeeping,
  ArrivalOutcome,
  Attempt,
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
import type { Leases } from '../leases.ts';
import type { TenantReader } from '../tenant-reader.ts';
import type { TenantWriter } from '../tenant-writer.ts';
import { storeArrivals, storeEarlyFailures } from './arrivals.ts';
import { recordFirstIntentions, recordIntentions, recordLosses, releaseCalls } from './attempts.ts';
import { deferCalls, deleteCalls, endCalls } from './endings.ts';
import { inputOf, type JobRow, jobOf, outputOf, viewOf } from './job-rows.ts';
import { readJobs } from './statements.ts';

/** The jobs in SQL. Every write goes through the one writer of this process; claims and renewals through `Leases`. */
export class SqlJobStore implements JobStore {
  readonly leaseSeconds: number;
  readonly #writer: TenantWriter;
  readonly #reader: TenantReader;
  readonly #leases: Leases;
  /** Arrivals kept until their answer that have no intention yet: the database does not know of them. */
  readonly #unstored = new Map<Uuid, SealingJob>();

  constructor(writer: TenantWriter, reader: TenantReader, leases: Leases) {
    this.leaseSeconds = writer.options.leaseSeconds;
    this.#writer = writer;
    this.#reader = reader;
    this.#leases = leases;
  }

  async arrive(job: SealingJob, keeping: ArrivalKeeping): Promise<ArrivalOutcome> {
    if (keeping.until === 'answer' && keeping.claim && job.idempotency === undefined) {
      this.#forgetOverdue();
      this.#unstored.set(job.id, job);
      const { tenant, id } = job;
      return { kind: 'new', lease: { tenant, job: id, owner: this.#writer.options.name, epoch: 1 } };
    }
    const key = job.idempotency && `key ${job.process} ${job.idempotency.key}`;
    const keys = key === undefined ? [job.id] : [job.id, key];
    return this.#writer.submit(job.tenant, storeArrivals, { job, keeping }, keys);
  }

  async claim(limit: number): Promise<readonly ClaimedJob[]> {
    const claimed: ClaimedJob[] = [];
    const taken = await this.#leases.take(limit);
    for (const [tenant, work] of Map.groupBy(taken, ({ lease }) => lease.tenant)) {
      const [orphans, due] = [
        work.filter(({ keeping }) => keeping === 'answer'),
        work.filter(({ keeping }) => keeping === 'durable'),
      ];
      await Promise.all(orphans.map(({ lease }) => this.#end(lease, null).catch(ignoreLostLease)));
      const rows = await this.#read(
        tenant,
        due.map(({ lease }) => lease.job),
      );
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const { lease } of due) {
        const row = byId.get(lease.job);
        if (row !== undefined) claimed.push({ job: jobOf(row, tenant), lease, input: inputOf(row, tenant) });
      }
    }
    return claimed;
  }

  async renew(leases: readonly Lease[]): Promise<readonly Lease[]> {
    const stored = leases.filter((lease) => !this.#unstored.has(lease.job));
    const held = stored.length > 0 ? await this.#leases.renew(stored) : new Set<Uuid>();
    return leases.filter((lease) => held.has(lease.job) || this.#unstored.has(lease.job));
  }

  defer(lease: Lease, notBefore: Date, why: JobProblem): Promise<void> {
    return this.#writer.submit(lease.tenant, deferCalls, { lease, notBefore, why }, [lease.job]);
  }

  async recordIntention(lease: Lease, intention: Intention): Promise<Attempt> {
    const job = this.#unstored.get(lease.job);
    if (job === undefined) {
      return this.#writer.submit(lease.tenant, recordIntentions, { lease, intention }, [lease.job]);
    }
    this.#unstored.delete(lease.job);
    return this.#writer.submit(lease.tenant, recordFirstIntentions, { job, lease, intention }, [lease.job]);
  }

  lose(attempt: Attempt, why: JobProblem): Promise<void> {
    const { tenant, job } = attempt.lease;
    return this.#writer.submit(tenant, recordLosses, { attempt, why }, [job]);
  }

  release(attempt: Attempt, record: ResultRecord, output: BlobRef | null): Promise<void> {
    const { tenant, job } = attempt.lease;
    return this.#writer.submit(tenant, releaseCalls, { attempt, record, output }, [job]);
  }

  fail(lease: Lease, why: JobProblem): Promise<void> {
    const job = this.#unstored.get(lease.job);
    if (job === undefined) return this.#end(lease, why);
    this.#unstored.delete(lease.job);
    return this.#writer.submit(lease.tenant, storeEarlyFailures, { job, why }, [lease.job]);
  }

  async view(tenant: TenantId, job: Uuid): Promise<JobView | undefined> {
    return (await this.views(tenant, [job]))[0];
  }

  async views(tenant: TenantId, jobs: readonly Uuid[]): Promise<readonly JobView[]> {
    return (await this.#read(tenant, jobs)).map((row) => viewOf(row, tenant));
  }

  async output(tenant: TenantId, job: Uuid): Promise<BlobRef | undefined> {
    const [row] = await this.#read(tenant, [job]);
    return row && outputOf(row, tenant);
  }

  deleteBytes(tenant: TenantId, job: Uuid): Promise<readonly BlobRef[]> {
    return this.#writer.submit(tenant, deleteCalls, job, [job]);
  }

  #end(lease: Lease, why: JobProblem | null): Promise<void> {
    return this.#writer.submit(lease.tenant, endCalls, { lease, why }, [lease.job]);
  }

  #read(tenant: TenantId, jobs: readonly Uuid[]): Promise<readonly JobRow[]> {
    return jobs.length === 0
      ? Promise.resolve([])
      : this.#reader.run<JobRow>(tenant, readJobs, [tenant, jobs]);
  }

  /** What a caller took in and never went on with must not be remembered for ever. */
  #forgetOverdue(): void {
    const now = Date.now();
    for (const [id, job] of this.#unstored) {
      // In the order of arrival: the first that is still in time ends the look.
      if (job.deadline.getTime() > now) return;
      this.#unstored.delete(id);
    }
  }
}

function ignoreLostLease(error: unknown): void {
  if (!(error instanceof SignetError && error.code === 'seal.lease-lost')) throw error;
}
