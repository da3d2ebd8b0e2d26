// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Database, DatabaseAddress, DatabaseOptions } from './database.ts';

/**
 * Brings the schema to this program's version. Safe to race: any number of processes may call it at once.
 *
 * @param address of the owner role
 * @returns the schema's version
 * @throws SignetError `storage.unavailable`, `storage.schema-newer`, `storage.migration-*`, `storage.roles-missing`
 */
export async function migrateDatabase(_address: Pick<DatabaseAddress, 'owner' | 'caPem'>): Promise<number> {
  throw new SignetError('general.not-offered', { what: 'migrateDatabase' });
}

/**
 * Connects to a migrated database.
 *
 * @throws SignetError `storage.unavailable`, `storage.server-too-old`, `storage.schema-older`, `storage.schema-newer`,
 *   `storage.role-too-mighty`
 */
export async function openDatabase(_options: DatabaseOptions): Promise<Database> {
  throw new SignetError('general.not-offered', { what: 'openDatabase' });
}
