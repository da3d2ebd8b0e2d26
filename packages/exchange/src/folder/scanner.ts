// SPDX-License-Identifier: Apache-2.0
import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Clock } from '@signet/base';
import type { FolderBinding } from './binding.ts';
import { systemCode } from './durable.ts';
import { isDocumentName, isFolderName, markerEnding } from './names.ts';
import { type Look, lookAt, sameLook } from './snapshot.ts';

/** A file in `in/` that may be taken. */
export interface ReadyFile {
  /** Relative to `in/`, with `/`. */
  readonly path: string;
  /** As it was when it stood still: a claim compares. */
  readonly look: Look;
  /** Whether `NAME.ready` lies beside it. */
  readonly marked: boolean;
}

/** What one scan found. */
export interface Scan {
  /** Oldest first. */
  readonly ready: readonly ReadyFile[];
  /** Names that are not UTF-8: they cannot be taken. */
  readonly unreadable: readonly string[];
}

/** Watches one `in/` by looking: events of other computers' changes do not come through SMB, NFS and SFTP mounts. */
export interface FolderScanner {
  /** @throws the system's error if `in/` cannot be read */
  scan(): Promise<Scan>;
}

/** How deep sub-directories of `in/` are looked into. Their path is kept in `out/`, `failed/` and `archive/`. */
const deepest = 8;

/** How many files are looked at in one scan; the next scan goes on behind them, so 10,000 cost no more than these. */
const looksPerScan = 2_000;

/** How many looks are under way at once: enough to hide a share's latency, few enough to leave threads to others. */
const looksAtOnce = 4;

/** How long a file may be empty before it is taken for what it is (milliseconds): many programs create first, then write. */
const emptyAfter = 60_000;

interface Seen {
  readonly look: Look;
  /** Milliseconds since when it looks like this. */
  readonly since: number;
}

/** Makes a scanner of a binding's `in/`. It remembers from scan to scan what it saw. */
export function folderScanner(directory: string, binding: FolderBinding, clock: Clock): FolderScanner {
  const seen = new Map<string, Seen>();
  const ready = new Map<string, ReadyFile>();
  const stillFor = Math.max(binding.stillSeconds, binding.scanSeconds * 0.5) * 1000;
  let cursor = '';

  const judge = async (path: string, marked: boolean): Promise<void> => {
    const look = await lookOrUndefined(join(directory, path));
    if (look === undefined) return;
    const now = clock.now().getTime();
    const before = seen.get(path);
    const still = before !== undefined && sameLook(before.look, look);
    if (!still) seen.set(path, { look, since: now });
    const stood = still ? now - before.since : -1;
    const complete = marked || (binding.takeOn === 'still' && stood >= stillFor);
    const isReady = look.size > 0 ? complete : complete && (marked || stood >= emptyAfter);
    if (isReady) ready.set(path, { path, look, marked });
  };

  return {
    async scan() {
      const names = await listing(directory);
      const files = names.filter((path) => isDocumentName(posix.basename(path)));
      const present = new Set(names);
      forget(seen, present);
      forget(ready, present);
      const turn = nextTurn(
        files.filter((path) => !path.includes('\uFFFD')),
        ready,
        cursor,
      );
      cursor = turn.cursor;
      await each(turn.paths, (path) => judge(path, present.has(path + markerEnding)));
      return {
        ready: [...ready.values()].sort((a, b) => a.look.modified - b.look.modified),
        unreadable: files.filter((path) => path.includes('\uFFFD')),
      };
    },
  };
}

/** All names below a directory, relative to it. Links and special files are left out: they could lead anywhere. */
async function listing(directory: string): Promise<string[]> {
  const found: string[] = [];
  const walk = async (relative: string, depth: number): Promise<void> => {
    for (const entry of await readdir(join(directory, relative), { withFileTypes: true })) {
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isFile()) found.push(path);
      else if (entry.isDirectory() && depth < deepest && isFolderName(entry.name)) {
        await walk(path, depth + 1).catch(ignoreMissing);
      }
    }
  };
  await walk('', 1);
  return found;
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}

/** The files to look at in this scan: those that are not known to be ready, behind the ones of the last scan. */
function nextTurn(files: readonly string[], ready: ReadonlyMap<string, unknown>, cursor: string) {
  const open = files.filter((path) => !ready.has(path));
  if (open.length <= looksPerScan) return { paths: open, cursor: '' };
  open.sort();
  const start = open.findIndex((path) => path > cursor);
  const from = start === -1 ? 0 : start;
  const paths = open.slice(from, from + looksPerScan);
  return { paths, cursor: from + looksPerScan >= open.length ? '' : paths.at(-1)! };
}

function forget(known: Map<string, unknown>, present: ReadonlySet<string>): void {
  for (const path of known.keys()) if (!present.has(path)) known.delete(path);
}

async function lookOrUndefined(path: string): Promise<Look | undefined> {
  try {
    return await lookAt(path);
  } catch (error) {
    // Another client took it, or its writer renamed it, since the listing.
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < items.length) await work(items[next++]!);
  };
  await Promise.all(Array.from({ length: Math.min(looksAtOnce, items.length) }, lane));
}
