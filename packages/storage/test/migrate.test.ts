// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { migrateDatabase, openDatabase } from '../src/sql/index.ts';
import { migrations } from '../src/sql/migrate.ts';
import { administratorOf, postgresFixture, query } from './postgres-fixture.ts';

const postgres = postgresFixture();

it('numbers migrations from 1 without a gap', () => {
  assert.deepEqual(
    migrations.map((migration) => migration.version),
    migrations.map((_, index) => index + 1),
  );
});

it('lets 20 runners race on an empty database', async () => {
  const address = await postgres.emptyDatabase();
  const versions = await Promise.all(Array.from({ length: 20 }, () => migrateDatabase(address)));
  assert.deepEqual(new Set(versions), new Set([migrations.length]));
  const [applied] = await query(address.owner, ['select version from public.signet_schema_version']);
  assert.equal(applied?.length, migrations.length);
});

it('does not open a database that was not migrated', async () => {
  const address = await postgres.emptyDatabase();
  await assert.rejects(openDatabase({ address }), { code: 'storage.schema-older' });
});

it('does not touch a database of a newer program, nor one migrated otherwise', async () => {
  const newer = await postgres.freshDatabase();
  await query(newer.owner, [
    "insert into public.signet_schema_version (version, name, sha256) values (9999, 'later', 'x')",
  ]);
  await assert.rejects(migrateDatabase(newer), { code: 'storage.schema-newer' });
  await assert.rejects(openDatabase({ address: newer }), { code: 'storage.schema-newer' });
  const other = await postgres.freshDatabase();
  await query(other.owner, ["update public.signet_schema_version set sha256 = 'x'"]);
  await assert.rejects(migrateDatabase(other), { code: 'storage.migration-changed' });
});

it('refuses logins that row-level security does not bind', async () => {
  const { owner, queue } = postgres.address;
  for (const application of [owner, administratorOf(owner)]) {
    await assert.rejects(openDatabase({ address: { application, queue } }), {
      code: 'storage.role-too-mighty',
    });
  }
});

it('says what is wrong with an address', async () => {
  const { queue } = postgres.address;
  const open = (application: string) => openDatabase({ address: { application, queue }, patienceSeconds: 0 });
  await assert.rejects(open('not a url'), { code: 'storage.url-invalid' });
  await assert.rejects(open('mysql://u@localhost/d'), { code: 'storage.url-invalid' });
  await assert.rejects(open('postgresql://localhost/d'), { code: 'storage.url-invalid' });
  await assert.rejects(open('postgresql://u@localhost/d?foo=1'), { code: 'storage.url-invalid' });
  await assert.rejects(open('postgresql://u@db.example/d?sslmode=disable'), {
    code: 'storage.plain-connection',
  });
  await assert.rejects(open('postgresql://u@db.example/d?sslmode=require'), {
    code: 'storage.plain-connection',
  });
  await assert.rejects(open('postgresql://u@127.0.0.1:1/d'), { code: 'storage.unavailable' });
});
