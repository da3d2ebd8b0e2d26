// SPDX-License-Identifier: Apache-2.0
// The one worker of a client, started by its supervisor: main.ts CONFIG-FILE.
import { createLogger, runSupervisedChild } from '@signet/program';
import { readSettings } from '../settings/index.ts';
import { startClient } from './start.ts';

const settings = readSettings(process.argv[2] ?? '');
const log = createLogger({ level: settings.log.level, part: 'worker' });

await runSupervisedChild({
  start: () => startClient(settings, log),
  failed: (error) => log.error({ err: error }, 'the worker cannot go on'),
});
