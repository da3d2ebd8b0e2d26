// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { Lease, TenantId } from '@signet/sealing';
import type { QueueDepth } from './database.ts';
import type { PatientPool } from './tenant-reader.ts';

/** Work that was taken. */
export interface TakenWork {
  readonly lease: Lease;
  readonly keeping: 'answer' | 'durable';
}

/**
 * Who works on what, over all tenants, as the queue role sees it. Times are the database's: the clocks of the nodes never
 * meet here.
 */
export class Leases {
  readonly #pool: PatientPool;
  readonly #owner: string;
  readonly #seconds: number;

  constructor(pool: PatientPool, owner: string, seconds: number) {
    this.#pool = pool;
    this.#owner = owner;
    this.#seconds = seconds;
  }

  /**
   * Takes up to `limit` pieces of work that are due: never held, given back, or held by one whose lease ran out. Rows
   * that another taker is looking at are passed over, so that takers do not wait for each other.
   */
  take(limit: number): Promise<TakenWork[]> {
    return this.#pool.use(async (client) => {
      const { rows } = await client.query<{
        tenant: TenantId;
        job: Uuid;
        epoch: number;
        keeping: 'answer' | 'durable';
      }>({
        name: 'take-work',
        text: `
          -- Materialized: joined as a plain subquery it might be run again for each row, and take more than its limit.
          with due as materialized (
            select tenant_id, job_id from signet.work
            where not_before <= now() and (until is null or until <= clock_timestamp())
            order by not_before limit $3 for update skip locked)
          update signet.work w
          set owner = $1, epoch = w.epoch + 1, until = clock_timestamp() + $2 * interval '1 second'
          from due where w.tenant_id = due.tenant_id and w.job_id = due.job_id
          returning w.tenant_id as tenant, w.job_id as job, w.epoch, w.keeping`,
        values: [this.#owner, this.#seconds, limit],
      });
      return rows.map(({ tenant, job, epoch, keeping }) => ({
        lease: { tenant, job, owner: this.#owner, epoch },
        keeping,
      }));
    });
  }

  /** Prolongs leases that are still held; gives their jobs. */
  renew(leases: readonly Lease[]): Promise<ReadonlySet<Uuid>> {
    return this.#pool.use(async (client) => {
      const { rows } = await client.query<{ job: Uuid }>({
        name: 'renew-leases',
        text: `
          update signet.work w set until = clock_timestamp() + $2 * interval '1 second'
          from json_to_recordset($1::json) as i (tenant bigint, job uuid, owner text, epoch bigint)
          where w.job_id = any($3::uuid[]) and w.tenant_id = i.tenant and w.job_id = i.job and w.owner = i.owner and w.epoch = i.epoch
            and w.until > clock_timestamp()
          returning w.job_id as job`,
        values: [JSON.stringify(leases), this.#seconds, leases.map((lease) => lease.job)],
      });
      return new Set(rows.map((row) => row.job));
    });
  }

  /** How much work there is, by tenant. */
  depth(): Promise<readonly QueueDepth[]> {
    return this.#pool.use(async (client) => {
      const { rows } = await client.query<QueueDepth & { tenant: TenantId }>(`
        select t.tenant_id as tenant,
          count(w.job_id) filter (where w.not_before <= now() and (w.until is null or w.until <= now())) as due,
          count(w.job_id) filter (where w.not_before > now() and w.until is null) as deferred,
          count(w.job_id) filter (where w.until > now()) as held,
          coalesce(extract(epoch from now() - min(w.not_before)
            filter (where w.not_before <= now() and (w.until is null or w.until <= now()))), 0)::float8 as "oldestDueSeconds"
        from signet.tenant t left join signet.work w on w.tenant_id = t.tenant_id
        group by t.tenant_id order by t.tenant_id`);
      return rows;
    });
  }

  /** All tenants. */
  tenants(): Promise<{ id: TenantId; name: string }[]> {
    return this.#pool.use(async (client) => {
      const { rows } = await client.query(
        'select tenant_id as id, name from signet.tenant order by tenant_id',
      );
      return rows;
    });
  }
}
