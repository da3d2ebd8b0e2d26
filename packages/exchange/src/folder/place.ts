// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { link, lstat, mkdir, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from '@signet/base';
import { exists, makeBelow, syncDirectory, systemCode } from './durable.ts';
import type { LinkWitness } from './journal.ts';

/**
 * What came of giving a file a name that nobody has, which `rename()` alone cannot do: it replaces.
 *
 * Where there are hard links, `link()` makes the name, complete and at once, or fails because it is taken: no file is
 * ever replaced, whoever else writes there. Where there are none (SMB by some mounts, FAT), the clients agree on a
 * name by making a directory for it in `work/.names/`, look whether it is free, and rename: this holds among clients of
 * Signet. A program that is no client and writes the same name between the look and the rename (microseconds) is not
 * protected there.
 */
export type Placed = 'placed' | 'taken';

/** How old a name lock is when its owner must have died with it (milliseconds, by the share's own clock). */
const staleLock = 3_600_000;

/** Codes by which file systems say that they have no hard links. */
const noLinks = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'EINVAL', 'UNKNOWN']);

/** Where a file is to be: a folder that is there, and a path below it with `/`. */
export interface Place {
  readonly folder: string;
  readonly name: string;
}

/**
 * How long to wait so that two status changes of a file cannot bear the same time (milliseconds): kernels take the time
 * from a clock that ticks every 4 to 10 ms.
 */
export const statusTick = 15;

/** What the file system says of a file that a hard link to it would change, and that stays changed. */
export async function linkWitness(path: string): Promise<LinkWitness> {
  const found = await lstat(path, { bigint: true });
  return { links: Number(found.nlink), changed: String(found.ctimeNs) };
}

/**
 * Whether a directory's file system makes hard links and tells of them truthfully: tried, not guessed. SMB mounts often
 * make none; SFTP mounts make them, but count no links and know no time of status change.
 */
export async function hasHardLinks(directory: string): Promise<boolean> {
  const probe = join(directory, `.probe-${uuidv7()}`);
  const second = `${probe}-link`;
  await writeFile(probe, '', { flag: 'wx' });
  try {
    const before = await linkWitness(probe);
    await delay(statusTick);
    await link(probe, second);
    const linked = await linkWitness(probe);
    await unlink(second);
    const after = await linkWitness(probe);
    const told = linked.links === 2 && after.links === 1 && after.changed !== before.changed;
    return told && linked.changed !== before.changed && (await isSameFile(probe, probe));
  } catch (error) {
    if (noLinks.has(systemCode(error) ?? '')) return false;
    throw error;
  } finally {
    await rm(second, { force: true });
    await rm(probe, { force: true });
  }
}

/** Makes `to` a second name of the file, durably. `refused`: the file system makes no link of this file. */
export async function linkTo(from: string, to: Place): Promise<Placed | 'refused'> {
  const target = await makeReady(to);
  try {
    await link(from, target);
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EEXIST') return 'taken';
    if (noLinks.has(code)) return 'refused';
    throw error;
  }
  await syncDirectory(dirname(target));
  return 'placed';
}

/** Renames a file under the agreement on names, durably. */
export async function renameTo(from: string, to: Place, names: string): Promise<Placed> {
  const target = await makeReady(to);
  const lock = join(names, createHash('sha256').update(target).digest('hex').slice(0, 32));
  if (!(await takeLock(lock))) return 'taken';
  try {
    if (await exists(target)) return 'taken';
    await rename(from, target);
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
  await syncDirectory(dirname(target));
  return 'placed';
}

/** Makes the directories below the folder; gives the path. */
async function makeReady({ folder, name }: Place): Promise<string> {
  await makeBelow(folder, posix.dirname(name));
  return join(folder, name);
}

/**
 * Moves a file of ours to a name that nobody has. Repeatable: after a crash between its two steps it finds its own link
 * and ends what was begun.
 */
export async function moveTo(
  from: string,
  to: Place,
  way: { names: string; hardLinks: boolean },
): Promise<Placed> {
  if (!way.hardLinks) return renameTo(from, to, way.names);
  const linked = await linkTo(from, to);
  // Linux refuses links to other people's files (fs.protected_hardlinks); renaming them is allowed.
  if (linked === 'refused') return renameTo(from, to, way.names);
  if (linked === 'taken' && !(await isSameFile(from, join(to.folder, to.name)))) return 'taken';
  await unlink(from);
  return 'placed';
}

/** Whether two paths are names of one file. */
async function isSameFile(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([lstat(one, { bigint: true }), lstat(other, { bigint: true })]);
    return a.ino === b.ino && a.dev === b.dev && a.ino !== 0n;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function takeLock(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  }
  await breakStaleLock(lock);
  return false;
}

/** A client that died while it held a name must not hold it for ever. Age is measured by a file written now. */
async function breakStaleLock(lock: string): Promise<void> {
  const probe = join(dirname(lock), `.now-${uuidv7()}`);
  try {
    await writeFile(probe, '');
    const [now, then] = [await stat(probe), await stat(lock)];
    if (now.mtimeMs - then.mtimeMs > staleLock) await rm(lock, { recursive: true, force: true });
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(probe, { force: true });
  }
}
