// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { Database } from '../src/sql/index.ts';
import { aJob, anIntention, arriveNew, durable } from './conformance/under-test.ts';
import { administratorOf, postgresFixture, query } from './postgres-fixture.ts';

const postgres = postgresFixture();
let database: Database;

describe('row-level security', () => {
  before(async () => {
    await query(administratorOf(postgres.address.owner), [
      "insert into signet.tenant (name) values ('other')",
    ]);
    database = await postgres.open();
    const [process] = await database.configurations.processes(1);
    await database.configurations.applyProcess(2, process!.configuration, 'test');
    for (const tenant of [1, 2]) {
      const job = aJob({ tenant, documentName: 'n.pdf' });
      await database.jobs.recordIntention(await arriveNew(database.jobs, job, durable()), anIntention());
      await database.identities.createToken(
        tenant,
        { name: 'erp', scopes: ['seal'], processes: '*', expiresAt: null },
        'test',
      );
    }
  });

  /** All tables of the schema, with how many rows a role sees in each after `setting` in one transaction. */
  async function visible(url: string, setting: string): Promise<Record<string, number>> {
    const tables = (
      await query(postgres.address.owner, [
        "select tablename as name from pg_tables where schemaname = 'signet' order by 1",
      ])
    )[0]!.map((row) => row.name as string);
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const results = await query(url, [
        'begin',
        setting,
        `select count(*)::int as n from signet.${table}`,
        'commit',
      ]).catch(() => undefined);
      counts[table] = (results?.[2]?.[0]?.n as number | undefined) ?? -1;
    }
    return counts;
  }

  it('shows the application nothing without a tenant', async () => {
    const seen = await visible(postgres.address.application, 'select 1');
    assert.deepEqual(
      Object.entries(seen).filter(([, count]) => count !== 0),
      [],
    );
  });

  it('shows a tenant its own rows alone', async () => {
    const all = await visible(administratorOf(postgres.address.owner), 'select 1');
    const [one, two, none] = await Promise.all(
      [1, 2, 3].map((tenant) =>
        visible(postgres.address.application, `select set_config('signet.tenant', '${tenant}', true)`),
      ),
    );
    for (const [table, count] of Object.entries(all)) {
      assert.equal((one?.[table] ?? 0) + (two?.[table] ?? 0), count, table);
      assert.equal(none?.[table], 0, table);
    }
    for (const table of [
      'job',
      'attempt',
      'work',
      'audit',
      'audit_personal',
      'identity',
      'blob',
      'process_version',
    ]) {
      assert.ok((one?.[table] ?? 0) > 0 && (two?.[table] ?? 0) > 0, table);
    }
  });

  it('forgets the tenant with the transaction', async () => {
    const results = await query(postgres.address.application, [
      'begin',
      "select set_config('signet.tenant', '1', true)",
      'commit',
      'select count(*)::int as n from signet.job',
    ]);
    assert.deepEqual(results[3], [{ n: 0 }]);
  });

  it('binds the owner too', async () => {
    const seen = await visible(postgres.address.owner, "select set_config('signet.tenant', '1', true)");
    assert.deepEqual(
      Object.entries(seen).filter(([, count]) => count > 0),
      [],
    );
  });

  it('shows the queue who works on what, and nothing of the documents', async () => {
    const seen = await visible(postgres.address.queue, 'select 1');
    const readable = Object.entries(seen).filter(([, count]) => count >= 0);
    assert.deepEqual(Object.fromEntries(readable), { tenant: 2, work: 2 });
  });

  it('does not let the application write into another tenant, nor change what is frozen', async () => {
    const as = (text: string) =>
      query(postgres.address.application, ['begin', "select set_config('signet.tenant', '1', true)", text]);
    const denied = { code: '42501' };
    await assert.rejects(as("insert into signet.process (tenant_id, name) values (2, 'x')"), denied);
    await assert.rejects(as("update signet.audit set body = 'x'"), denied);
    await assert.rejects(as('delete from signet.audit'), denied);
    await assert.rejects(as("update signet.process_version set created_by = 'x'"), denied);
    await assert.rejects(as('delete from signet.job'), denied);
    await assert.rejects(as("insert into signet.tenant (name) values ('x')"), denied);
    await assert.rejects(
      query(administratorOf(postgres.address.owner), ["update signet.process_version set created_by = 'x'"]),
      { code: '23000' },
    );
  });

  it('has tenant_id first in every unique key of every table', async () => {
    const [keys] = await query(postgres.address.owner, [
      `select c.relname as key, a.attname as first
       from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
       join pg_namespace n on n.oid = t.relnamespace
       join pg_attribute a on a.attrelid = t.oid and a.attnum = i.indkey[0]
       where n.nspname = 'signet' and i.indisunique and a.attname <> 'tenant_id'`,
    ]);
    // A tenant's name is the one thing that is unique among tenants.
    assert.deepEqual(keys, [{ key: 'tenant_name_key', first: 'name' }]);
  });
});
