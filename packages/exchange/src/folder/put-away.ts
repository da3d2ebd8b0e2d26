// SPDX-License-Identifier: Apache-2.0
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isSignetError, SignetError } from '@signet/base';
import { removeArrival } from './claim.ts';
import { exists } from './durable.ts';
import type { ArrivalRecord } from './journal.ts';
import { beside, numbered } from './names.ts';
import { placeNote } from './note.ts';
import { type ArrivalParts, arrivalPaths, isPastDeadline, isWaited } from './parts.ts';
import { moveTo } from './place.ts';
import { problemText } from './problem.ts';
import type { InPhase } from './seal-arrival.ts';

/**
 * After delivery: the original goes to `archive/` (or is removed, as the binding says), then the server may forget its
 * bytes. Each step finds out by itself whether it was done before a crash.
 *
 * @throws SignetError `exchange.name-taken` (it waits)
 */
export async function putAway(record: InPhase<'delivered'>, parts: ArrivalParts): Promise<void> {
  const { original } = arrivalPaths(parts, { id: record.arrival, path: record.path });
  if (parts.binding.archive) await moveOriginal(record, original, 'archive', parts);
  else await rm(original, { force: true });
  await settleOrWait(record, parts);
  await finish(record, parts);
}

/** A server that is away is asked again; after the deadline it is left to forget by itself. */
async function settleOrWait(record: InPhase<'delivered'>, parts: ArrivalParts): Promise<void> {
  if (record.sealed.receipt === undefined) return;
  try {
    await parts.sealer.settle(parts.binding, record.sealed.receipt);
  } catch (error) {
    const mayWait = isSignetError(error) && isWaited(error);
    if (mayWait && !isPastDeadline(record, parts)) throw error;
  }
}

/**
 * Where no seal can be made: the original goes to `failed/` with a file that says why. Moving it to `in/` again is the
 * retry.
 *
 * @throws SignetError `exchange.name-taken` (it waits)
 */
export async function setAside(record: InPhase<'failing'>, parts: ArrivalParts): Promise<void> {
  const { original } = arrivalPaths(parts, { id: record.arrival, path: record.path });
  const name = await moveOriginal(record, original, 'failed', parts);
  // The directory goes last: where it is gone, the problem file was written before a crash (and perhaps read and removed).
  if (await exists(join(parts.root.folders.own, record.arrival))) await writeProblem(record, name, parts);
  await finish(record, parts);
}

async function writeProblem(record: InPhase<'failing'>, name: string, parts: ArrivalParts): Promise<void> {
  const text = problemText(record, parts);
  for (let attempt = 1; ; attempt += 1) {
    const note = { folder: 'failed', name: numbered(beside(name, '.problem.txt'), attempt), text } as const;
    if ((await placeNote(parts, record.arrival, note)) === 'placed') return;
  }
}

/** Moves the original to a free name in a folder; gives that name, or the plain one if it had been moved before. */
async function moveOriginal(
  record: ArrivalRecord,
  original: string,
  folder: 'archive' | 'failed',
  parts: ArrivalParts,
): Promise<string> {
  const { folders, hardLinks } = parts.root;
  for (let attempt = 1; ; attempt += 1) {
    if (!(await exists(original))) {
      await parts.root.present();
      return record.path;
    }
    const name = numbered(record.path, attempt);
    const placed = await moveTo(
      original,
      { folder: folders[folder], name },
      { names: folders.names, hardLinks },
    );
    if (placed === 'placed') return name;
    if (parts.binding.onTaken === 'wait') throw new SignetError('exchange.name-taken', { name, folder });
  }
}

/** Lets the server forget what is dead. It does so by itself after a while: a server that is away is no reason to wait. */
export async function settle(receipt: string | undefined, parts: ArrivalParts): Promise<void> {
  if (receipt === undefined) return;
  await parts.sealer.settle(parts.binding, receipt).catch(() => undefined);
}

/** Ends an arrival: its directory goes, then the journal forgets it. */
export async function finish(record: ArrivalRecord, parts: ArrivalParts): Promise<void> {
  await removeArrival(parts.root.folders, record.arrival);
  const { format, kind, arrival, binding, path, claimedAt, sha256In } = record;
  await parts.journal.append({
    format,
    kind,
    arrival,
    binding,
    path,
    claimedAt,
    sha256In,
    phase: 'finished',
  });
}
