// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { ClientBase } from 'pg';

/** The roles of Signet. A login may be one of them or a member of one. */
export const roles = { owner: 'signet_owner', application: 'signet_app', queue: 'signet_queue' } as const;

/**
 * Makes the roles that are missing. They belong to the whole server, not to one database, so others may make them at the
 * same moment.
 *
 * @throws SignetError `storage.roles-missing` with what an administrator has to run
 */
export async function ensureRoles(client: ClientBase): Promise<void> {
  const wanted = Object.values(roles);
  const { rows } = await client.query<{ rolname: string }>(
    'select rolname from pg_roles where rolname = any($1)',
    [wanted],
  );
  const missing = wanted.filter((role) => !rows.some((row) => row.rolname === role));
  for (const role of missing) {
    try {
      await client.query(`create role ${role} login nosuperuser nocreatedb nocreaterole nobypassrls`);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      // duplicate_object, or unique_violation where two make it at once: it is there.
      if (code === '42710' || code === '23505') continue;
      if (code !== '42501') throw error;
      const statements = missing.map((name) => `create role ${name} login;`).join(' ');
      throw new SignetError('storage.roles-missing', { roles: missing.join(', '), statements }, error);
    }
  }
}
