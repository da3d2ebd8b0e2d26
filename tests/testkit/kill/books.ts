// SPDX-License-Identifier: Apache-2.0
// What the database of a stopped server and the journal of a stopped client say happened.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openJournal } from '@signet/storage/journal';
import { openDatabase, startBuiltInPostgres } from '@signet/storage/sql';
import { Client } from 'pg';
import type { TestClient } from '../sealing-client.ts';
import type { TestServer } from '../sealing-server.ts';

/** What the server's tables say. All but the counts of jobs, attempts and audit must be 0. */
export interface Books {
  /** Jobs by their state. */
  readonly jobs: Readonly<Record<string, number>>;
  readonly attempts: number;
  readonly lostAttempts: number;
  /** Jobs whose seal was released more than once, by the attempts or by the audit. */
  readonly releasedTwice: number;
  /** Documents (by their digest) for which more than one job is sealed. */
  readonly sealedTwice: number;
  /** Sealed jobs without a released attempt and its audit, and released attempts of jobs that are not sealed. */
  readonly unaccounted: number;
  /** Attempts that are neither released nor closed. */
  readonly openAttempts: number;
  /** Jobs that have not come to an end. */
  readonly openJobs: number;
  /** Jobs whose number of attempts, attempts and audited intentions, losses and releases do not agree. */
  readonly miscounted: number;
  readonly auditChains: number;
  readonly auditLinks: number;
  readonly auditFaults: number;
}

const tenant = 1;

const figures = `
  with said as (
    select job_id, count(*) filter (where kind = 'seal.intended') as intended,
      count(*) filter (where kind = 'seal.lost') as lost, count(*) filter (where kind = 'seal.released') as released
    from (select job_id, body::json->>'kind' as kind from signet.audit where job_id is not null) a group by job_id),
  done as (
    select job_id, count(*) as attempts, max(number) as newest, count(*) filter (where state = 'released') as released,
      count(*) filter (where state = 'lost') as lost, count(*) filter (where state = 'live') as live
    from signet.attempt group by job_id),
  both_ as (
    select j.id, j.state, j.attempts as counted, coalesce(d.attempts, 0) as attempts, coalesce(d.newest, 0) as newest,
      coalesce(d.released, 0) as released, coalesce(d.lost, 0) as lost, coalesce(d.live, 0) as live,
      coalesce(s.intended, 0) as said_intended, coalesce(s.lost, 0) as said_lost, coalesce(s.released, 0) as said_released
    from signet.job j left join done d on d.job_id = j.id left join said s on s.job_id = j.id)
  select coalesce(sum(attempts), 0)::int as attempts, coalesce(sum(lost), 0)::int as "lostAttempts",
    count(*) filter (where released > 1 or said_released > 1)::int as "releasedTwice",
    count(*) filter (where (state = 'sealed') <> (released = 1) or (state = 'sealed') <> (said_released = 1))::int
      as unaccounted,
    coalesce(sum(live), 0)::int as "openAttempts",
    count(*) filter (where state not in ('sealed', 'failed', 'abandoned'))::int as "openJobs",
    count(*) filter (where counted <> attempts or newest <> attempts or said_intended <> attempts
      or said_lost <> lost or said_released <> released)::int as miscounted,
    (select count(*)::int from (
      select sha256_in from signet.job where state = 'sealed' group by sha256_in having count(*) > 1) t) as "sealedTwice"
  from both_`;

const states = 'select state, count(*)::int as jobs from signet.job group by state order by state';

/** Reads the books of a server that does not run. */
export async function serverBooks(server: TestServer): Promise<Books> {
  const postgres = await startBuiltInPostgres({
    dataDirectory: join(server.directory, 'data', 'postgres'),
  });
  try {
    const database = await openDatabase({ address: postgres.address });
    const { chains, links, faults } = await database.audit.verify(tenant).finally(() => database.close());
    const client = new Client({ connectionString: postgres.address.application });
    await client.connect();
    try {
      await client.query(`select set_config('signet.tenant', $1, false)`, [String(tenant)]);
      const counted = await client.query<Omit<Books, 'jobs' | `audit${string}`>>(figures);
      const byState = await client.query<{ state: string; jobs: number }>(states);
      return {
        jobs: Object.fromEntries(byState.rows.map(({ state, jobs }) => [state, jobs])),
        ...counted.rows[0]!,
        auditChains: chains,
        auditLinks: links,
        auditFaults: faults.length,
      };
    } finally {
      await client.end();
    }
  } finally {
    await postgres.stop();
  }
}

/** Verifies the audit chain of a client that does not run. */
export async function clientAudit(client: TestClient): Promise<{ links: number; faults: number }> {
  const state = join(client.directory, 'client', 'data');
  const writer = readFileSync(join(state, 'client-id'), 'utf8').trim();
  const journal = await openJournal({ directory: join(state, 'journal'), writer });
  try {
    const { links, faults } = await journal.verifyAudit();
    return { links, faults: faults.length };
  } finally {
    await journal.close();
  }
}
