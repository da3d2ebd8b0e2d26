// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { createLogger, type Logger, readTlsFiles, type Supervision, supervise } from '@signet/program';
import { readSettings, type Settings } from '../settings/index.ts';
import { addressForWorkers } from '../worker/database-address.ts';
import { startDatabase } from './database.ts';
import { answerMetrics } from './metrics.ts';

/** A node that runs. */
export interface RunningNode {
  /** Lets requests in flight end, then ends workers and database. */
  stop(): Promise<void>;
}

const workerEntry = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/**
 * Runs a node: the database if it is ours, and the workers. This process takes no requests and loads no vendor's code,
 * so that it outlives whatever goes wrong in those that do.
 *
 * @returns when all workers serve
 * @throws SignetError why it cannot start; nothing is left running then
 */
export async function runNode(file: string): Promise<RunningNode> {
  const settings = readSettings(file);
  const log = createLogger({ level: settings.log.level, part: 'supervisor' });
  // Read here too, so that a wrong file is told before anything is started.
  readTlsFiles(settings.tls, settings.directory);
  const database = await startDatabase(settings, log);
  const workers = superviseWorkers(settings, addressForWorkers(database.address), log);
  const stop = async (): Promise<void> => {
    await workers.stop();
    await database.stop();
    log.info('stopped');
  };
  try {
    await workers.ready;
  } catch (error) {
    await stop();
    throw error;
  }
  log.info({ listeners: settings.listeners.map(({ host, port }) => `https://${host}:${port}`) }, 'ready');
  return { stop };
}

function superviseWorkers(settings: Settings, environment: Record<string, string>, log: Logger): Supervision {
  return supervise({
    entry: workerEntry,
    args: [settings.file],
    environment,
    count: settings.workers,
    log,
    answer: answerMetrics,
  });
}
