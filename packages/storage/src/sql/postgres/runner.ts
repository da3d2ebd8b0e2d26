// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { SignetError } from '@signet/base';

const run = promisify(execFile);

/** The user under which PostgreSQL runs: we ourselves, or an unprivileged one when we are root, which it refuses. */
export interface Runner {
  readonly name: string;
  /** Options for spawning a program as this user; empty when that is who we are. */
  readonly spawn: { readonly uid?: number; readonly gid?: number };
}

/** Users that may run the database for root, the first that exists is taken. */
const candidates = ['signet', 'postgres', 'nobody'];

/**
 * Chooses who runs PostgreSQL.
 *
 * @throws SignetError `storage.user-without-name`, `storage.no-unprivileged-user`
 */
export async function chooseRunner(): Promise<Runner> {
  if (process.getuid?.() !== 0) return { name: ownName(), spawn: {} };
  for (const name of candidates) {
    const ids = await Promise.all([numericId('-u', name), numericId('-g', name)]);
    const [uid, gid] = ids;
    if (uid !== undefined && gid !== undefined && uid !== 0) return { name, spawn: { uid, gid } };
  }
  throw new SignetError('storage.no-unprivileged-user', { tried: candidates.join(', ') });
}

/**
 * The name of the user that runs this process.
 *
 * @throws SignetError `storage.user-without-name`
 */
export function ownName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    throw new SignetError('storage.user-without-name', { uid: process.getuid?.() ?? -1 }, error);
  }
}

async function numericId(option: '-u' | '-g', name: string): Promise<number | undefined> {
  try {
    return Number((await run('id', [option, name])).stdout.trim());
  } catch {
    return undefined;
  }
}
