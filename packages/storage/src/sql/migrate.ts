// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { SignetError } from '@signet/base';
import { Client, type ClientBase } from 'pg';
import { connectionConfig, databaseError } from './connection.ts';
import type { DatabaseAddress } from './database.ts';
import { ensureRoles } from './roles.ts';

/** Held by whoever migrates; any number that nothing else in the database uses. */
const advisoryLock = 7_236_478_123;

/** One numbered file of `migrations/`. */
interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const directory = new URL('./migrations/', import.meta.url);

/** The migrations of this program in order; they are numbered from 1 without a gap. */
export const migrations: readonly Migration[] = readdirSync(directory)
  .filter((name) => /^\d{4}-[a-z0-9-]+\.sql$/.test(name))
  .sort()
  .map((name) => {
    const sql = readFileSync(new URL(name, directory), 'utf8');
    return { version: Number(name.slice(0, 4)), name, sql, sha256: hash('sha256', sql) };
  });

/** The schema's version that this program needs. */
export const schemaVersion = migrations.length;

/**
 * Brings the schema to this program's version. Safe to race: any number of processes may call it at once; one works, the
 * others wait and find it done. A migration is applied whole or not at all.
 *
 * @param address of the owner role
 * @returns the schema's version
 * @throws SignetError `storage.unavailable`, `storage.schema-newer`, `storage.migration-changed`,
 *   `storage.migration-failed`, `storage.roles-missing`
 */
export async function migrateDatabase(address: Pick<DatabaseAddress, 'owner' | 'caPem'>): Promise<number> {
  const client = new Client({
    ...connectionConfig(address.owner, { caPem: address.caPem, applicationName: 'signet migrate' }),
    // Waiting for another one's migration and a migration itself take the time they take.
    statement_timeout: 0,
    query_timeout: 0,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select pg_advisory_lock($1)', [advisoryLock]);
    await ensureRoles(client);
    for (const migration of migrations.slice(await appliedVersion(client))) await apply(client, migration);
    return schemaVersion;
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * Compares the schema with this program.
 *
 * @throws SignetError `storage.schema-older`, `storage.schema-newer`
 */
export async function checkSchemaVersion(client: ClientBase): Promise<void> {
  const found = (await readApplied(client)).length;
  if (found === schemaVersion) return;
  const code = found < schemaVersion ? 'storage.schema-older' : 'storage.schema-newer';
  throw new SignetError(code, { found, wanted: schemaVersion });
}

async function appliedVersion(client: ClientBase): Promise<number> {
  const applied = await readApplied(client);
  if (applied.length > schemaVersion) {
    throw new SignetError('storage.schema-newer', { found: applied.length, wanted: schemaVersion });
  }
  applied.forEach((row, index) => {
    const { name, sha256 } = migrations[index]!;
    if (row.sha256 !== sha256) throw new SignetError('storage.migration-changed', { name });
  });
  return applied.length;
}

async function readApplied(client: ClientBase): Promise<readonly { version: number; sha256: string }[]> {
  const { rows } = await client.query<{ there: boolean }>(
    "select to_regclass('public.signet_schema_version') is not null as there",
  );
  if (!rows[0]!.there) return [];
  const applied = await client.query(
    'select version, sha256 from public.signet_schema_version order by version',
  );
  return applied.rows;
}

async function apply(client: ClientBase, migration: Migration): Promise<void> {
  try {
    await client.query('begin');
    // Outside the schema that it describes, so that it can be asked before anything is there.
    await client.query(`create table if not exists public.signet_schema_version (
      version integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`);
    await client.query('grant select on public.signet_schema_version to signet_app, signet_queue');
    await client.query(migration.sql);
    await client.query(
      'insert into public.signet_schema_version (version, name, sha256) values ($1, $2, $3)',
      [migration.version, migration.name, migration.sha256],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    const reason = error instanceof Error ? error.message : String(error);
    throw new SignetError('storage.migration-failed', { name: migration.name, reason }, error);
  }
}
