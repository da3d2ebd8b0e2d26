// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, fchownSync, openSync, statSync } from 'node:fs';
import type { Socket } from 'node:net';
import type { ClusterLayout } from './layout.ts';
import type { Runner } from './runner.ts';

/*
 * A postmaster does not end with the process that started it. So a small shell stands between: it reads a pipe whose
 * other end only we hold, and when that ends, with us, however we end, it tells the postmaster to shut down fast
 * (SIGINT). If the shell itself is killed, its reading half still does so.
 */
const startAndGuard = `
"$@" 3<&- &
postmaster=$!
{ read -r _ <&3; kill -INT "$postmaster"; } 2>/dev/null &
reader=$!
exec 3<&-
wait "$postmaster"; code=$?
kill "$reader" 2>/dev/null
exit "$code"
`;

const guardOnly = 'read -r _ <&3; kill -INT "$1" 2>/dev/null';

/** Starts a postmaster that ends when this process does. */
export function startGuarded(postgres: string, layout: ClusterLayout, runner: Runner): ChildProcess {
  const log = openSync(layout.log, isLarge(layout.log) ? 'w' : 'a', 0o600);
  try {
    const { uid, gid } = runner.spawn;
    if (uid !== undefined && gid !== undefined) fchownSync(log, uid, gid);
    return detach(['-c', startAndGuard, 'sh', postgres, '-D', layout.cluster], runner, log);
  } finally {
    closeSync(log);
  }
}

/** Makes a postmaster that runs already end when this process does. */
export function guard(pid: number, runner: Runner): ChildProcess {
  return detach(['-c', guardOnly, 'sh', String(pid)], runner, 'ignore');
}

function detach(args: readonly string[], runner: Runner, log: number | 'ignore'): ChildProcess {
  const child = spawn('/bin/sh', args, {
    ...runner.spawn,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    // A session of its own: Ctrl-C at a terminal is for us to handle, in order.
    detached: true,
    stdio: ['ignore', log, log, 'pipe'],
  });
  // Neither keeps this program from ending: then the pipe ends too.
  child.unref();
  (child.stdio[3] as Socket | null)?.unref();
  return child;
}

/** Whether a log has outgrown its use; it is begun anew at the next start. */
function isLarge(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 10_000_000;
}
