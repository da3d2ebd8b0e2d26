// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import { backOff, bootSecrets, type Logger } from '@signet/program';
import {
  type BuiltInPostgres,
  type DatabaseAddress,
  migrateDatabase,
  startBuiltInPostgres,
} from '@signet/storage/sql';
import type { Settings } from '../settings/index.ts';
import { externalAddress } from '../worker/database-address.ts';

/** The database of a node: where it is, and its end. */
export interface NodeDatabase {
  readonly address: DatabaseAddress;
  /** Stops the built-in PostgreSQL; does nothing for one of the operator's own. */
  stop(): Promise<void>;
}

/**
 * Starts the built-in PostgreSQL, if the settings say so, and brings the schema to this program's version. A built-in
 * one that dies is started again, with back-off, for as long as the node runs.
 *
 * @throws SignetError `storage.*`, `config.secret-unavailable`
 */
export async function startDatabase(settings: Settings, log: Logger): Promise<NodeDatabase> {
  const { builtIn, external } = settings.database;
  if (external !== undefined) {
    const address = externalAddress(external, bootSecrets(settings.directory));
    await migrate(address, log);
    return { address, stop: async () => undefined };
  }
  if (builtIn === undefined) throw new TypeError('settings without a database pass no validation');
  const first = await startBuiltIn(builtIn.directory, log);
  try {
    await migrate(first.address, log);
  } catch (error) {
    await first.stop();
    throw error;
  }
  return keepRunning(first, builtIn.directory, log);
}

async function migrate(address: DatabaseAddress, log: Logger): Promise<void> {
  const version = await migrateDatabase(address);
  log.info({ version }, 'database schema is up to date');
}

async function startBuiltIn(dataDirectory: string, log: Logger): Promise<BuiltInPostgres> {
  const postgres = await startBuiltInPostgres({ dataDirectory });
  log.info(
    { postmaster: postgres.pid, adopted: postgres.adopted, cluster: postgres.cluster },
    'PostgreSQL runs',
  );
  return postgres;
}

function keepRunning(first: BuiltInPostgres, dataDirectory: string, log: Logger): NodeDatabase {
  let current = first;
  let stopping = false;
  const pause = backOff({ first: 100, ceiling: 10_000 });
  const watch = async (): Promise<void> => {
    while (!stopping) {
      await current.ended;
      if (stopping) return;
      log.error({ postmaster: current.pid }, 'PostgreSQL ended unexpectedly; starting it again');
      await sleep(pause.next());
      try {
        current = await startBuiltIn(dataDirectory, log);
        pause.reset();
      } catch (error) {
        log.error({ err: error }, 'PostgreSQL could not be started again');
      }
    }
  };
  void watch();
  return {
    address: first.address,
    async stop() {
      stopping = true;
      await current.stop();
    },
  };
}
