// SPDX-License-Identifier: Apache-2.0

import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterLayout } from './layout.ts';

const run = promisify(execFile);

/** What postmaster.pid says of the server of a cluster. */
export interface Postmaster {
  readonly pid: number;
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | 'unknown';
}

/**
 * The postmaster that serves this cluster now, if one lives. A process id that now belongs to something else is told from
 * it by its working directory: every PostgreSQL process works in its data directory.
 */
export async function livePostmaster(cluster: string): Promise<Postmaster | undefined> {
  const file = readPidFile(cluster);
  if (file === undefined || !isAlive(file.pid)) return undefined;
  return (await processesIn(cluster)).includes(file.pid) ? file : undefined;
}

/** Reads postmaster.pid: the process id in its first line, the status in its eighth. */
export function readPidFile(cluster: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isSafeInteger(pid) || pid <= 1) return undefined;
  const status = lines[7]?.trim();
  const known = status === 'starting' || status === 'stopping' || status === 'ready' || status === 'standby';
  return { pid, status: known ? status : 'unknown' };
}

/** Whether a process lives (a dead one that nobody has waited for counts as dead). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  try {
    // A zombie still takes signals. Its state follows the command's name, which ends with the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat[stat.lastIndexOf(')') + 2] !== 'Z';
  } catch {
    return true;
  }
}

/**
 * Resolves when a process has ended.
 *
 * @param keepsAlive whether waiting keeps this program from ending
 */
export async function waitForEnd(pid: number, keepsAlive = true): Promise<void> {
  for (let pause = 5; isAlive(pid); pause = Math.min(pause * 2, 200)) {
    await sleep(pause, undefined, { ref: keepsAlive });
  }
}

/**
 * Ends what a killed postmaster left: backends of exactly this cluster, which hold its shared memory and would keep the
 * next server from starting. Then removes its lock files, so that a process id that is in use again cannot mislead it.
 */
export async function clearRemains(layout: ClusterLayout): Promise<void> {
  if (!existsSync(layout.cluster)) return;
  for (const signal of ['SIGQUIT', 'SIGKILL'] as const) {
    const orphans = await processesIn(layout.cluster);
    if (orphans.length === 0) break;
    for (const pid of orphans) signalProcess(pid, signal);
    await Promise.race([Promise.all(orphans.map((pid) => waitForEnd(pid))), sleep(1000)]);
  }
  rmSync(join(layout.cluster, 'postmaster.pid'), { force: true });
  rmSync(join(layout.socketDirectory, '.s.PGSQL.5432.lock'), { force: true });
  rmSync(join(layout.socketDirectory, '.s.PGSQL.5432'), { force: true });
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Ids of the PostgreSQL processes whose working directory is the cluster. */
async function processesIn(cluster: string): Promise<number[]> {
  const directory = realpathSync(cluster);
  if (!existsSync('/proc/self/cwd')) return processesByLsof(directory);
  const found: number[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      if (readlinkSync(`/proc/${name}/cwd`) !== directory) continue;
      const command = readFileSync(`/proc/${name}/comm`, 'utf8').trim();
      if (command === 'postgres') found.push(Number(name));
    } catch {
      // Another user's process, or one that ended meanwhile.
    }
  }
  return found;
}

/** macOS has no /proc; its lsof tells working directories: `p<pid>` lines. */
async function processesByLsof(directory: string): Promise<number[]> {
  const listed = await run('lsof', ['-a', '-d', 'cwd', '-c', 'postgres', '-Fp', '--', directory]).catch(
    () => ({ stdout: '' }),
  );
  return listed.stdout
    .split('\n')
    .filter((line) => line.startsWith('p'))
    .map((line) => Number(line.slice(1)));
}
