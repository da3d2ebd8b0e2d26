// SPDX-License-Identifier: Apache-2.0
import { fileURLToPath } from 'node:url';
import { createLogger, readTlsFiles, supervise } from '@signet/program';
import { connectServer } from '../sealing/server-link.ts';
import { readSettings } from '../settings/index.ts';

/** A client that runs. */
export interface RunningClient {
  /** Takes nothing new, ends what is under way, then the worker. */
  stop(): Promise<void>;
}

const workerEntry = fileURLToPath(new URL('../worker/main.ts', import.meta.url));

/**
 * How many file operations may hang at once before others have to wait: a share that does not answer holds its own for
 * twenty seconds and more, and must not hold the journal and the other folders.
 */
const fileThreads = '32';

/**
 * Runs a client: one worker, started again when it dies. Its journals have one owner, so there is one.
 *
 * @returns when it works; a server that is away is waited for by the worker
 * @throws SignetError why it cannot start; nothing is left running then
 */
export async function runClient(file: string): Promise<RunningClient> {
  const settings = readSettings(file);
  const log = createLogger({ level: settings.log.level, part: 'supervisor' });
  // Read here too, so that a wrong file is told before anything is started.
  if (settings.rest !== undefined) readTlsFiles(settings.rest, settings.directory);
  await connectServer(settings).close();
  const worker = supervise({
    entry: workerEntry,
    args: [settings.file],
    environment: { UV_THREADPOOL_SIZE: process.env.UV_THREADPOOL_SIZE ?? fileThreads },
    count: 1,
    log,
  });
  try {
    await worker.ready;
  } catch (error) {
    await worker.stop();
    throw error;
  }
  const folders = settings.bindings.map(({ name, root }) => ({ name, root }));
  const listeners = settings.rest?.listeners.map(({ host, port }) => `https://${host}:${port}`) ?? [];
  log.info({ server: settings.server.url, folders, listeners }, 'ready');
  return {
    async stop() {
      await worker.stop();
      log.info('stopped');
    },
  };
}
