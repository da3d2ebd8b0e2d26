// SPDX-License-Identifier: Apache-2.0
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Clock, isSignetError, SignetError, type Uuid, uuidv7 } from '@signet/base';
import { type BindingFolders, bindingFolders, type FolderBinding } from './binding.ts';
import { makeBelow, syncDirectory, systemCode } from './durable.ts';
import type { JournalView } from './journal.ts';
import { hasHardLinks } from './place.ts';

/** An exchange folder that is there and is the one that this client worked in before. */
export interface ExchangeRoot {
  readonly folders: BindingFolders;
  readonly hardLinks: boolean;
  /**
   * Makes sure that the folder is still there. What is missing in an empty mount point is not gone: so no conclusion is
   * drawn from a missing file before this has resolved.
   *
   * @throws SignetError `exchange.root-away`
   */
  present(): Promise<void>;
}

/** Name of the file in `work/<clientId>/` that holds the mark of this root. */
const markName = '.signet-mark';

/**
 * Takes a root into use: makes its folders at the first time, and afterwards recognises it by its mark. An empty mount
 * point looks like a new exchange folder, so a root with live arrivals and without the mark is `away`.
 *
 * @throws SignetError `exchange.root-away`, `exchange.folders-apart`
 */
export async function openRoot(
  binding: FolderBinding,
  journal: JournalView,
  clock: Clock,
): Promise<ExchangeRoot> {
  const folders = bindingFolders(binding);
  const known = journal.root(binding.name);
  const isFirstUse = known === undefined || known.root !== binding.root;
  try {
    const there = await readdir(binding.root);
    if (isFirstUse || (there.includes('in') && journal.arrivalsOf(binding.name).length === 0)) {
      await makeFolders(binding.root, folders);
      await takeIntoUse(binding, folders, journal, clock);
    }
    const mark = journal.root(binding.name)?.mark;
    await checkMark(binding, folders, mark);
    await makeFolders(binding.root, folders);
    await checkOneFileSystem(binding, folders);
    const hardLinks = binding.hardLinks && (await hasHardLinks(folders.own));
    return { folders, hardLinks, present: () => checkMark(binding, folders, mark) };
  } catch (error) {
    throw away(binding, error);
  }
}

/** Makes the folders that are missing, in a root that is there. */
async function makeFolders(root: string, { own }: BindingFolders): Promise<void> {
  const names = ['in', 'out', 'failed', 'archive', `work/${basename(own)}`, 'work/.names'];
  for (const name of names) await makeBelow(root, name);
}

/** Writes a mark unless the one that the journal knows is there already. The journal learns of it after it is durable. */
async function takeIntoUse(
  binding: FolderBinding,
  folders: BindingFolders,
  journal: JournalView,
  clock: Clock,
): Promise<void> {
  const found = await readMark(folders);
  if (found !== undefined && found === journal.root(binding.name)?.mark) return;
  const mark = found ?? uuidv7(clock);
  if (found === undefined)
    await writeFile(join(folders.own, markName), `${mark}\n`, { flag: 'wx', flush: true });
  await syncDirectory(folders.own);
  await journal.append({ format: 1, kind: 'root', binding: binding.name, root: binding.root, mark });
}

async function readMark(folders: BindingFolders): Promise<Uuid | undefined> {
  try {
    const text = (await readFile(join(folders.own, markName), 'utf8')).trim();
    return text === '' ? undefined : text;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function checkMark(
  binding: FolderBinding,
  folders: BindingFolders,
  mark: Uuid | undefined,
): Promise<void> {
  let found: Uuid | undefined;
  try {
    found = await readMark(folders);
  } catch (error) {
    throw away(binding, error);
  }
  if (found === undefined || found !== mark) {
    throw away(binding, 'it is not the folder that this client worked in (is its share mounted?)');
  }
}

/** A rename between two file systems is a copy that can be seen half done. */
async function checkOneFileSystem(binding: FolderBinding, folders: BindingFolders): Promise<void> {
  const devices = await Promise.all(
    [folders.in, folders.out, folders.failed, folders.archive, folders.own].map(
      async (path) => (await stat(path)).dev,
    ),
  );
  if (new Set(devices).size > 1) throw new SignetError('exchange.folders-apart', { root: binding.root });
}

function away(binding: FolderBinding, cause: unknown): SignetError {
  if (isSignetError(cause)) return cause;
  const reason = typeof cause === 'string' ? cause : (systemCode(cause) ?? 'unknown');
  return new SignetError('exchange.root-away', { root: binding.root, reason }, cause);
}
