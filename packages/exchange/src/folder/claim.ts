// SPDX-License-Identifier: Apache-2.0
import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { type Clock, isUuid, type Uuid, uuidv7 } from '@signet/base';
import { type BindingFolders, originalPath } from './binding.ts';
import { makeBelow, syncDirectory, systemCode } from './durable.ts';
import { isDocumentName, markerEnding } from './names.ts';
import type { ReadyFile } from './scanner.ts';
import { lookAt, sameLook } from './snapshot.ts';

/** A file that is ours: it lies in `work/<clientId>/<arrival>/<path>`. */
export interface Claimed {
  readonly arrival: Uuid;
  readonly path: string;
  /** Whether it is known to have stood still. If not, it is watched where it lies before anything is done with it. */
  readonly settled: boolean;
}

/** Codes that say: not now (held open on Windows, or not ours to move). */
const notNow = new Set(['EBUSY', 'EPERM', 'EACCES']);

/**
 * Claims a file by renaming it into this client's own directory, under a fresh id: of several clients exactly one
 * succeeds, and nothing can be replaced.
 *
 * @returns undefined if another client was faster or the file cannot be moved now
 */
export async function claim(
  file: ReadyFile,
  folders: BindingFolders,
  clock: Clock,
): Promise<Claimed | undefined> {
  const arrival = uuidv7(clock);
  const target = originalPath(folders, arrival, file.path);
  await makeBelow(folders.own, posix.join(arrival, posix.dirname(file.path)));
  try {
    await rename(join(folders.in, file.path), target);
  } catch (error) {
    await removeEmptyTree(join(folders.own, arrival));
    const code = systemCode(error) ?? '';
    if (code === 'ENOENT' || notNow.has(code)) return undefined;
    throw error;
  }
  await removeMarker(folders, file.path);
  await syncDirectory(dirname(target));
  await syncDirectory(folders.own);
  // Between the last look and the rename it may have been written to, or replaced by another of its name.
  return { arrival, path: file.path, settled: sameLook(await lookAt(target), file.look) };
}

/** Removes the marker of a claimed file: left behind it would have the next file of this name taken too early. */
export async function removeMarker(folders: BindingFolders, path: string): Promise<void> {
  await rm(join(folders.in, path + markerEnding), { force: true });
}

/**
 * Gives an arrival that changed a new id, where it lies: what was sealed under the old one is dead. One atomic rename of
 * a directory, repeatable after a crash.
 */
export async function succeed(folders: BindingFolders, arrival: Uuid, successor: Uuid): Promise<void> {
  await rm(join(folders.own, arrival, '.sealed'), { force: true });
  try {
    await rename(join(folders.own, arrival), join(folders.own, successor));
  } catch (error) {
    // Done before a crash, by this same client.
    if (systemCode(error) !== 'ENOENT') throw error;
  }
  await syncDirectory(folders.own);
}

/** The arrivals that lie in this client's own directory, each with the path of its original (undefined: none is left). */
export async function ownArrivals(folders: BindingFolders): Promise<Map<Uuid, string | undefined>> {
  const found = new Map<Uuid, string | undefined>();
  for (const entry of await readdir(folders.own, { withFileTypes: true })) {
    if (!entry.isDirectory() || !isUuid(entry.name)) continue;
    found.set(entry.name, await originalIn(join(folders.own, entry.name), ''));
  }
  return found;
}

async function originalIn(directory: string, relative: string): Promise<string | undefined> {
  for (const entry of await readdir(join(directory, relative), { withFileTypes: true })) {
    const path = posix.join(relative, entry.name);
    if (entry.isFile() && isDocumentName(entry.name)) return path;
    const deeper = entry.isDirectory() ? await originalIn(directory, path) : undefined;
    if (deeper !== undefined) return deeper;
  }
  return undefined;
}

/** Removes an arrival's directory with what Signet itself left there; a document is never removed by this. */
export async function removeArrival(folders: BindingFolders, arrival: Uuid): Promise<void> {
  const directory = join(folders.own, arrival);
  await rm(join(directory, '.sealed'), { force: true });
  await rm(join(directory, '.note'), { force: true });
  await removeEmptyTree(directory);
}

/** Removes directories as long as nothing lies in them. */
async function removeEmptyTree(directory: string): Promise<void> {
  try {
    for (const entry of await readdir(directory, { withFileTypes: true })) {
      if (entry.isDirectory()) await removeEmptyTree(join(directory, entry.name));
    }
    await rmdir(directory);
  } catch (error) {
    const code = systemCode(error);
    if (code !== 'ENOENT' && code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}
