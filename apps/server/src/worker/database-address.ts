// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { ioError } from '@signet/base';
import type { SecretReader } from '@signet/program';
import type { DatabaseAddress } from '@signet/storage/sql';
import type { Settings } from '../settings/index.ts';

/** The environment variable by which a supervisor tells its workers where the database is. */
const addressVariable = 'SIGNET_WORKER_DATABASE';

/**
 * The address of a database of the operator's own.
 *
 * @throws SignetError `config.secret-unavailable`, `general.io`
 */
export function externalAddress(
  external: NonNullable<Settings['database']['external']>,
  secrets: SecretReader,
): DatabaseAddress {
  return {
    owner: secrets.read(external.owner),
    application: secrets.read(external.application),
    queue: secrets.read(external.queue),
    ...(external.ca && { caPem: readText(external.ca) }),
  };
}

/** What workers get to know: not the owner, so that no worker can change the schema. */
export function addressForWorkers({ application, queue, caPem }: DatabaseAddress): Record<string, string> {
  return { [addressVariable]: JSON.stringify({ application, queue, ...(caPem && { caPem }) }) };
}

/** The address that the supervisor told; it is taken out of the environment, so that nothing started from here has it. */
export function addressFromSupervisor(environment: NodeJS.ProcessEnv): Omit<DatabaseAddress, 'owner'> {
  const told = environment[addressVariable];
  delete environment[addressVariable];
  if (told === undefined) throw new TypeError('a worker is started by its supervisor');
  return JSON.parse(told) as Omit<DatabaseAddress, 'owner'>;
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError(path, error);
  }
}
