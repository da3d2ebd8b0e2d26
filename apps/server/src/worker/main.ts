// SPDX-License-Identifier: Apache-2.0
// One worker of a node, started by its supervisor: main.ts CONFIG-FILE.
import { createLogger, runSupervisedChild } from '@signet/program';
import { readSettings } from '../settings/index.ts';
import { addressFromSupervisor } from './database-address.ts';
import { startWorker } from './start.ts';

const settings = readSettings(process.argv[2] ?? '');
const log = createLogger({ level: settings.log.level, part: 'worker' });
const address = addressFromSupervisor(process.env);

await runSupervisedChild({
  start: () => startWorker({ settings, address, log }),
  failed: (error) => log.error({ err: error }, 'the worker cannot go on'),
});
