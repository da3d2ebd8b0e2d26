// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { DatabaseAddress } from '../database.ts';

/** A running built-in PostgreSQL. */
export interface BuiltInPostgres {
  /** URLs of its three roles, over a Unix socket in a private directory. */
  readonly address: DatabaseAddress;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Whether a postmaster that ran already was taken over. */
  readonly adopted: boolean;
  /** Where the cluster lies: in the data directory, or below /var/lib/signet when started as root. */
  readonly cluster: string;
  /** Resolves when the postmaster has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Fast shutdown; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Where the built-in PostgreSQL keeps its cluster, and who to tell. */
export interface BuiltInPostgresOptions {
  /** Directory of this server's data; made if it is not there. */
  readonly dataDirectory: string;
  /** Where clusters lie when started as root; default /var/lib/signet. */
  readonly systemDirectory?: string;
}

/**
 * Starts (makes, when it is not there) the built-in PostgreSQL of a data directory, with database and roles; or adopts
 * the one that runs. It ends when this process does, even by `kill -9`.
 *
 * @throws SignetError `storage.no-builtin-postgres`, `storage.in-use`, `storage.other-major`, `storage.cluster-missing`,
 *   `storage.no-unprivileged-user`, `storage.user-without-name`, `storage.postgres-not-started`
 */
export async function startBuiltInPostgres(_options: BuiltInPostgresOptions): Promise<BuiltInPostgres> {
  throw new SignetError('general.not-offered', { what: 'startBuiltInPostgres' });
}
