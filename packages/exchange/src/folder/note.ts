// SPDX-License-Identifier: Apache-2.0
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Uuid } from '@signet/base';
import type { ResultRecord } from '@signet/sealing';
import { exists, systemCode } from './durable.ts';
import { type ArrivalParts, arrivalPaths } from './parts.ts';
import { moveTo, type Placed } from './place.ts';

/**
 * What lies beside a sealed document as `NAME.signet.json`: its record, where the result is lower than wanted or carries
 * warnings; undefined where all is as it should be.
 */
export function loweredNote(record: ResultRecord | undefined): string | undefined {
  if (record === undefined) return undefined;
  if (record.levelReached === record.levelWanted && record.warnings.length === 0) return undefined;
  return `${JSON.stringify(record, null, 2)}\n`;
}

/** Puts a small text into one of the folders, durably and never over anything. The same text there already is placed. */
export async function placeNote(
  parts: ArrivalParts,
  arrival: Uuid,
  note: { readonly folder: 'out' | 'failed'; readonly name: string; readonly text: string },
): Promise<Placed> {
  const target = join(parts.root.folders[note.folder], note.name);
  if (await exists(target)) return (await readText(target)) === note.text ? 'placed' : 'taken';
  const source = arrivalPaths(parts, { id: arrival, path: '' }).note;
  await rm(source, { force: true });
  await writeFile(source, note.text, { flag: 'wx', flush: true });
  return moveTo(
    source,
    { folder: parts.root.folders[note.folder], name: note.name },
    { names: parts.root.folders.names, hardLinks: parts.root.hardLinks },
  );
}

/** Takes a record back whose document could not be given that name after all. */
export async function withdrawNote(parts: ArrivalParts, name: string, text: string): Promise<void> {
  const target = join(parts.root.folders.out, name);
  if ((await readText(target)) === text) await rm(target, { force: true });
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'EISDIR') return undefined;
    throw error;
  }
}
