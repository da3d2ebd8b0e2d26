// SPDX-License-Identifier: Apache-2.0
// Starts a program of Signet in the background and ends when it is ready: what stands between two lines of a shell script
// where a person would open another terminal.
//
//   node keep-running.ts PID-FILE LOG-FILE ARGS…
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const [pidFile = '', logFile = '', ...args] = process.argv.slice(2);
const log = openSync(logFile, 'a');
const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, log] });
closeSync(log);
appendFileSync(pidFile, `${child.pid}\n`);
let ended = false;
child.once('exit', () => {
  ended = true;
});
const isReady = () => /"part":"(supervisor|client)".*"msg":"ready"/.test(readFileSync(logFile, 'utf8'));
while (!ended && !isReady()) await sleep(50);
if (ended) process.stderr.write(readFileSync(logFile, 'utf8'));
process.exit(ended ? 1 : 0);
