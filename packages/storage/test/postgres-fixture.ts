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
  let databases = 0;
  before(async () => {
    server = await startBuiltInPostgres({ dataDirectory });
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
    async freshDatabase() {
      databases += 1;
      const name = `fresh_${databases}`;
      const { owner, application, queue } = running().address;
      await query(owner.replace('signet_owner@', 'signet_admin@').replace('/signet?', '/postgres?'), [
        `create database ${name} template signet`,
      ]);
      const at = (url: string) => url.replace('/signet?', `/${name}?`);
      return { owner: at(owner), application: at(application), queue: at(queue) };
    },
    async open(options = {}) {
      const database = await openDatabase({ address: running().address, ...options });
      opened.push(database);
      return database;
    },
    async restart() {
      server = await startBuiltInPostgres({ dataDirectory });
    },
  };
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
