// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { ioError, isSignetError, SignetError } from '@signet/base';
import { replaceFile } from '../../durable-file.ts';
import type { Runner } from './runner.ts';

/** Where the parts of a cluster lie. */
export interface ClusterLayout {
  /** The file in the data directory that says where the rest is. */
  readonly pointer: string;
  /** Holds `cluster`, the log and the lock. */
  readonly home: string;
  /** PGDATA. */
  readonly cluster: string;
  /** Holds the Unix socket; private, and short enough for its address (108 bytes, 104 on macOS). */
  readonly socketDirectory: string;
  readonly log: string;
}

/** What the pointer file says. Paths below the pointer's own directory are relative, so that data can be moved. */
interface Pointer {
  readonly format: 1;
  readonly home: string;
  readonly socketDirectory: string;
}

const longestSocketPath = 100;

/**
 * Finds or makes the directories of a data directory's cluster. As an ordinary user all lies in the data directory; as
 * root it lies below `systemDirectory`, where the unprivileged runner can reach it, and the data directory points there.
 *
 * @throws SignetError `storage.cluster-missing`, `storage.unknown-format`, `general.io`
 */
export function layOut(dataDirectory: string, systemDirectory: string, runner: Runner): ClusterLayout {
  const own = resolve(dataDirectory, 'postgres');
  const pointer = join(own, 'cluster.json');
  try {
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const known = readPointer(pointer);
    const home = known === undefined ? newHome(own, systemDirectory, runner) : resolve(own, known.home);
    const cluster = join(home, 'cluster');
    if (known !== undefined && !existsSync(home)) {
      throw new SignetError('storage.cluster-missing', { pointer, cluster });
    }
    const socketDirectory = socketDirectoryOf(home, known && resolve(own, known.socketDirectory), runner);
    const inside = (path: string) => {
      const below = relative(own, path);
      return below.startsWith('..') || isAbsolute(below) ? path : below;
    };
    const now: Pointer = { format: 1, home: inside(home), socketDirectory: inside(socketDirectory) };
    if (JSON.stringify(now) !== JSON.stringify(known)) replaceFile(pointer, `${JSON.stringify(now)}\n`);
    return { pointer, home, cluster, socketDirectory, log: join(home, 'postgres.log') };
  } catch (error) {
    throw isSignetError(error) ? error : ioError(own, error);
  }
}

/**
 * Removes the cluster of a data directory for good, wherever it lies. It must not run.
 *
 * @throws SignetError `general.io`
 */
export function removeCluster(dataDirectory: string): void {
  const own = resolve(dataDirectory, 'postgres');
  const known = readPointer(join(own, 'cluster.json'));
  if (known === undefined) return;
  rmSync(resolve(own, known.socketDirectory), { recursive: true, force: true });
  rmSync(resolve(own, known.home), { recursive: true, force: true });
  rmSync(own, { recursive: true, force: true });
}

function readPointer(path: string): Pointer | undefined {
  if (!existsSync(path)) return undefined;
  const pointer = JSON.parse(readFileSync(path, 'utf8')) as Pointer;
  if (pointer.format !== 1) {
    throw new SignetError('storage.unknown-format', { what: path, format: String(pointer.format) });
  }
  return pointer;
}

function newHome(own: string, systemDirectory: string, runner: Runner): string {
  if (runner.spawn.uid === undefined) return own;
  mkdirSync(systemDirectory, { recursive: true, mode: 0o755 });
  const home = join(systemDirectory, randomBytes(6).toString('hex'));
  mkdirSync(home, { mode: 0o700 });
  giveTo(home, runner);
  return home;
}

/** The directory of last time if it is still ours and private, else a new one; in the home if its path is short enough. */
function socketDirectoryOf(home: string, known: string | undefined, runner: Runner): string {
  if (known !== undefined && isPrivate(known, runner)) return known;
  const inHome = join(home, 'run');
  if (`${inHome}/.s.PGSQL.5432`.length > longestSocketPath) {
    const made = mkdtempSync('/tmp/signet-');
    giveTo(made, runner);
    return made;
  }
  if (!isPrivate(inHome, runner)) {
    mkdirSync(inHome, { mode: 0o700 });
    giveTo(inHome, runner);
  }
  return inHome;
}

function isPrivate(directory: string, runner: Runner): boolean {
  const found = lstatSync(directory, { throwIfNoEntry: false });
  const owner = runner.spawn.uid ?? process.getuid?.();
  return found?.isDirectory() === true && found.uid === owner && (found.mode & 0o077) === 0;
}

function giveTo(directory: string, { spawn: { uid, gid } }: Runner): void {
  if (uid !== undefined && gid !== undefined) chownSync(directory, uid, gid);
}
