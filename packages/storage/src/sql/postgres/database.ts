// SPDX-License-Identifier: Apache-2.0
import { Client } from 'pg';
import { connectionConfig, databaseError } from '../connection.ts';
import type { DatabaseAddress } from '../database.ts';
import { ensureRoles, roles } from '../roles.ts';
import { administrator } from './cluster.ts';

const name = 'signet';

/** The URLs of the three roles over a Unix socket in a directory. */
export function roleAddress(socketDirectory: string): DatabaseAddress {
  return {
    owner: url(socketDirectory, roles.owner, name),
    application: url(socketDirectory, roles.application, name),
    queue: url(socketDirectory, roles.queue, name),
  };
}

/**
 * Makes the roles and the database of a cluster, what of them is not there yet.
 *
 * @throws SignetError `storage.unavailable`
 */
export async function makeDatabase(socketDirectory: string): Promise<void> {
  const client = new Client(connectionConfig(url(socketDirectory, administrator, 'postgres'), {}));
  client.on('error', () => undefined);
  try {
    await client.connect();
    await ensureRoles(client);
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${name} owner ${roles.owner}`);
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function url(socketDirectory: string, user: string, database: string): string {
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketDirectory)}`;
}
