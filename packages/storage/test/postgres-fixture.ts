// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before } from 'node:test';
import { Client } from 'pg';
import { connectionConfig } from '../src/sql/connection.ts';
import {
  type BuiltInPostgres,
  type Database,
  type DatabaseAddress,
  type DatabaseOptions,
  migrateDatabase,
  openDatabase,
  removeCluster,
  startBuiltInPostgres,
} from '../src/sql/index.ts';
import { process as processName } from './conformance/under-test.ts';

/** A built-in PostgreSQL for the tests of one file, made before them and removed after. */
export interface PostgresFixture {
  readonly address: DatabaseAddress;
  readonly server: BuiltInPostgres;
  readonly dataDirectory: string;
  /** Makes another database, with schema and process, which nothing was stored in. */
  freshDatabase(): Promise<DatabaseAddress>;
  /** Makes another database that was not migrated. */
  emptyDatabase(): Promise<DatabaseAddress>;
  /** Opens the database; it is closed after the tests if the test does not. */
  open(options?: Partial<DatabaseOptions>): Promise<Database>;
  /** Starts the server again after it has ended. */
  restart(): Promise<void>;
}

/** Starts a server for this file, with the process that the conformance kit asks for. */
export function postgresFixture(): PostgresFixture {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'signet-test-'));
  const opened: Database[] = [];
  let server: BuiltInPostgres | undefined;
  const running = () => server ?? fail();
  // Hooks of the file and of the fixture may run at once: who opens the database waits for this.
  const ready = Promise.withResolvers<void>();
  let databases = 0;
  async function makeDatabase(how: string): Promise<DatabaseAddress> {
    databases += 1;
    const name = `other_${databases}`;
    const { owner, application, queue } = running().address;
    await createDatabase(owner, `${name} ${how}`);
    const at = (url: string) => url.replace('/signet?', `/${name}?`);
    return { owner: at(owner), application: at(application), queue: at(queue) };
  }
  before(async () => {
    server = await startBuiltInPostgres({ dataDirectory });
    // These tests kill processes, not the machine: waiting for the disk would show nothing and take most of their time.
    const administrator = administratorOf(server.address.owner);
    await query(administrator, ['alter system set fsync = off', 'select pg_reload_conf()']);
    await migrateDatabase(server.address);
    const database = await openDatabase({ address: server.address });
    await database.configurations.applyProcess(
      1,
      {
        format: 1,
        process: processName,
        documentFormat: 'pades',
        level: 'B-T',
        credential: 'seal',
        digestAlgorithm: 'sha256',
        pades: {},
        transfer: { document: true, hash: false },
        limits: { maxBytes: 1000, deadlineHours: 1 },
      },
      'test',
    );
    await database.close();
    // Copied before the first test: what one leaves in the common database must not be found in a fresh one.
    await createDatabase(server.address.owner, 'pristine template signet');
    ready.resolve();
  });
  after(async () => {
    await Promise.all(opened.map((database) => database.close()));
    await server?.stop();
    removeCluster(dataDirectory);
    rmSync(dataDirectory, { recursive: true, force: true });
  });
  return {
    dataDirectory,
    get address() {
      return running().address;
    },
    get server() {
      return running();
    },
    freshDatabase: () => makeDatabase('template pristine'),
    emptyDatabase: () => makeDatabase('owner signet_owner'),
    async open(options = {}) {
      await ready.promise;
      const database = await openDatabase({ address: running().address, ...options });
      opened.push(database);
      return database;
    },
    async restart() {
      server = await startBuiltInPostgres({ dataDirectory });
    },
  };
}

/** The address of the superuser who made the cluster, for looking behind row-level security. */
export function administratorOf(owner: string): string {
  return owner.replace('signet_owner@', 'signet_admin@');
}

async function createDatabase(owner: string, definition: string): Promise<void> {
  const url = administratorOf(owner).replace('/signet?', '/postgres?');
  await query(url, [`create database ${definition}`]);
}

/** Runs statements on a connection of their own. */
export async function query(url: string, texts: readonly string[]): Promise<Record<string, unknown>[][]> {
  const client = new Client(connectionConfig(url, {}));
  client.on('error', () => undefined);
  await client.connect();
  try {
    const results: Record<string, unknown>[][] = [];
    for (const text of texts) results.push((await client.query(text)).rows);
    return results;
  } finally {
    await client.end();
  }
}

function fail(): never {
  throw new TypeError('the server is started before the first test');
}
