// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignetError } from '@signet/base';
import { lockDirectory } from '../../directory-lock.ts';
import type { DatabaseAddress } from '../database.ts';
import { findBinaries, type PostgresBinaries } from './binaries.ts';
import { prepareCluster } from './cluster.ts';
import { makeDatabase, roleAddress } from './database.ts';
import { guard, startGuarded } from './guard.ts';
import { type ClusterLayout, layOut } from './layout.ts';
import { clearRemains, isAlive, livePostmaster, readPidFile, waitForEnd } from './postmaster.ts';
import { chooseRunner, type Runner } from './runner.ts';

/** A running built-in PostgreSQL. */
export interface BuiltInPostgres {
  /** URLs of its three roles, over a Unix socket in a private directory. */
  readonly address: DatabaseAddress;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Whether a postmaster that ran already was taken over. */
  readonly adopted: boolean;
  /** Where the cluster lies: in the data directory, or below /var/lib/signet when started as root. */
  readonly cluster: string;
  /** Resolves when the postmaster has ended, for whatever reason. */
  readonly ended: Promise<void>;
  /** Fast shutdown; resolves when it has ended. */
  stop(): Promise<void>;
}

/** Where the built-in PostgreSQL keeps its cluster. */
export interface BuiltInPostgresOptions {
  /** Directory of this server's data; made if it is not there. */
  readonly dataDirectory: string;
  /** Where clusters lie when started as root; default /var/lib/signet. */
  readonly systemDirectory?: string;
}

/**
 * Starts (makes, when it is not there) the built-in PostgreSQL of a data directory, with database and roles; or adopts
 * the one that runs. It ends when this process does, even by `kill -9`.
 *
 * @throws SignetError `storage.no-builtin-postgres`, `storage.in-use`, `storage.other-major`, `storage.cluster-missing`,
 *   `storage.no-unprivileged-user`, `storage.user-without-name`, `storage.postgres-not-started`
 */
export async function startBuiltInPostgres(options: BuiltInPostgresOptions): Promise<BuiltInPostgres> {
  if (process.platform === 'win32') {
    throw new SignetError('general.not-offered', { what: 'The built-in PostgreSQL on Windows' });
  }
  const systemDirectory = options.systemDirectory ?? '/var/lib/signet';
  const runner = await chooseRunner();
  const binaries = await findBinaries(runner, systemDirectory);
  const layout = layOut(options.dataDirectory, systemDirectory, runner);
  const lock = lockDirectory(layout.home);
  try {
    const { pid, adopted, release } = await startOrAdopt(layout, binaries, runner);
    const ended = waitForEnd(pid, false);
    await makeDatabase(layout.socketDirectory).catch((error: unknown) => {
      release();
      throw error;
    });
    void ended.then(() => lock.release());
    return {
      address: roleAddress(layout.socketDirectory),
      pid,
      adopted,
      cluster: layout.cluster,
      ended,
      async stop() {
        release();
        await waitForEnd(pid);
        lock.release();
      },
    };
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** A postmaster that is ours; `release` makes it end. */
interface OwnPostmaster {
  readonly pid: number;
  readonly adopted: boolean;
  release(): void;
}

async function startOrAdopt(
  layout: ClusterLayout,
  binaries: PostgresBinaries,
  runner: Runner,
): Promise<OwnPostmaster> {
  const adopted = existsSync(layout.cluster) ? await adopt(layout, runner) : undefined;
  if (adopted !== undefined) return adopted;
  await clearRemains(layout);
  await prepareCluster(layout, binaries, runner);
  const child = startGuarded(binaries.postgres, layout, runner);
  let ended = false;
  for (const event of ['exit', 'error'] as const) {
    child.once(event, () => {
      ended = true;
    });
  }
  const pid = await untilReady(layout, () => !ended);
  if (pid === undefined) {
    const reason = lastLine(layout.log);
    throw new SignetError('storage.postgres-not-started', { step: 'start', reason, log: layout.log });
  }
  return { pid, adopted: false, release: () => child.stdio[3]?.destroy() };
}

/** How long the guard of an owner that just died may take to tell the postmaster to end, in milliseconds. */
const guardDelay = 300;

/**
 * Takes over a postmaster that lives on without its owner. One that is ending is waited for: we hold the directory, so its
 * owner is gone, and if its guard is not gone too it ends in a moment even though it still calls itself ready.
 */
async function adopt(layout: ClusterLayout, runner: Runner): Promise<OwnPostmaster | undefined> {
  const running = await livePostmaster(layout.cluster);
  if (running === undefined) return undefined;
  const { pid } = running;
  await sleep(guardDelay);
  if (readPidFile(layout.cluster)?.status !== 'stopping' && isAlive(pid)) {
    const child = guard(pid, runner);
    if ((await untilReady(layout, () => isAlive(pid))) === pid) {
      return { pid, adopted: true, release: () => child.stdio[3]?.destroy() };
    }
    child.stdio[3]?.destroy();
  }
  await waitForEnd(pid);
  return undefined;
}

/**
 * Waits until the server takes connections, for as long as it lives: recovery after a crash takes the time that it takes.
 *
 * @returns its process id, or undefined if it ended
 */
async function untilReady(layout: ClusterLayout, lives: () => boolean): Promise<number | undefined> {
  while (lives()) {
    const postmaster = readPidFile(layout.cluster);
    if (postmaster?.status === 'ready') return postmaster.pid;
    if (postmaster?.status === 'stopping') return undefined;
    await sleep(10);
  }
  return undefined;
}

function lastLine(log: string): string {
  try {
    return readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? '';
  } catch {
    return 'it said nothing';
  }
}
