// SPDX-License-Identifier: Apache-2.0
// A process with a folder exchange that is killed by folder-crash.test.ts, from outside or, to hit a step exactly, by
// itself: argv = directory, client id, hard links (true|false), [step at which to die, before|after].
import { join } from 'node:path';
import { startFolderExchange } from '@signet/exchange/folder';
import { bindingIn, fileJournal, optionsIn, stampSealer } from './folder-support.ts';

const [directory = '', clientId = '', hardLinks = 'true', phase, moment] = process.argv.slice(2);
const binding = bindingIn(directory, {
  clientId,
  hardLinks: hardLinks === 'true',
  onTaken: 'suffix',
  scanSeconds: 0.01,
  stillSeconds: 0.01,
});
const journal = fileJournal(join(directory, 'state', `${clientId}.journal`));

/** Dies as by a power cut of this process alone: nothing is closed, nothing is flushed. */
function die(): never {
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

await startFolderExchange(
  optionsIn(directory, binding, {
    sealer: stampSealer(join(directory, 'server')),
    journal: {
      ...journal,
      async append(record) {
        const hit = record.kind === 'arrival' && record.phase === phase;
        if (hit && moment === 'before') die();
        await journal.append(record);
        if (hit && moment === 'after') die();
      },
    },
  }),
);
