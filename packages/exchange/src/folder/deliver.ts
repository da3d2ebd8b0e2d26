// SPDX-License-Identifier: Apache-2.0
import { unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SignetError } from '@signet/base';
import { exists, syncDirectory, systemCode } from './durable.ts';
import type { LinkWitness } from './journal.ts';
import { beside, numbered } from './names.ts';
import { loweredNote, placeNote, withdrawNote } from './note.ts';
import { type ArrivalParts, arrivalPaths } from './parts.ts';
import { linkTo, linkWitness, type Placed, renameTo, statusTick } from './place.ts';
import type { InPhase } from './seal-arrival.ts';
import { fileSha256 } from './snapshot.ts';

/**
 * Puts the sealed form into `out/`, complete and at once, under a name that nobody has. The one commit point is the link
 * (or, without hard links, the rename): whatever a consumer does with the file a moment later, and wherever this process
 * dies, it can be told afterwards whether it was passed.
 *
 * @throws SignetError `exchange.name-taken` (it waits), `exchange.document-changed` (it starts again)
 */
export async function deliver(
  record: InPhase<'sealed'> | InPhase<'delivering'>,
  parts: ArrivalParts,
): Promise<InPhase<'delivered'>> {
  for (let attempt = 1; ; attempt += 1) {
    const outName = numbered(record.path, attempt);
    if ((await tryName(record, outName, parts)) === 'placed') return delivered(record, outName, parts);
    if (parts.binding.onTaken === 'wait')
      throw new SignetError('exchange.name-taken', { name: outName, folder: 'out' });
  }
}

async function tryName(
  record: InPhase<'sealed'> | InPhase<'delivering'>,
  outName: string,
  parts: ArrivalParts,
): Promise<Placed> {
  const { folders, hardLinks } = parts.root;
  const paths = arrivalPaths(parts, { id: record.arrival, path: record.path });
  if (await exists(join(folders.out, outName))) return 'taken';
  await isUnchanged(record, paths.original);
  // The record lies beside the document before the document appears: who takes the one finds the other.
  const note = loweredNote(record.sealed.record);
  const noteName = beside(outName, '.signet.json');
  if (
    note !== undefined &&
    (await placeNote(parts, record.arrival, { folder: 'out', name: noteName, text: note })) === 'taken'
  ) {
    return 'taken';
  }
  const intend = (witness: LinkWitness | null) =>
    parts.journal.append({ ...record, phase: 'delivering', outName, witness });
  let placed: Placed | 'refused' = 'refused';
  if (hardLinks) {
    await intend(await linkWitness(paths.sealed));
    await delay(statusTick);
    placed = await linkTo(paths.sealed, { folder: folders.out, name: outName });
  }
  if (placed === 'refused') {
    await intend(null);
    placed = await renameTo(paths.sealed, { folder: folders.out, name: outName }, folders.names);
  }
  if (placed === 'taken' && note !== undefined) await withdrawNote(parts, noteName, note);
  return placed;
}

/**
 * Whether a delivery that was begun went through, wherever its file is now. By link: the sealed file's status has
 * changed since. By rename: the sealed file is gone.
 */
export async function wasDelivered(record: InPhase<'delivering'>, parts: ArrivalParts): Promise<boolean> {
  const { sealed } = arrivalPaths(parts, { id: record.arrival, path: record.path });
  await parts.root.present();
  try {
    const now = await linkWitness(sealed);
    return (
      record.witness !== null &&
      (now.links !== record.witness.links || now.changed !== record.witness.changed)
    );
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    // Missing while the share was away would be no proof: it must be there, and still lack the file.
    await parts.root.present();
    if (await exists(sealed)) return false;
  }
  return (
    record.witness === null ||
    hasDigest(join(parts.root.folders.out, record.outName), record.sealed.sha256Out)
  );
}

async function hasDigest(path: string, sha256: string): Promise<boolean> {
  return (await exists(path)) && (await fileSha256(path)) === sha256;
}

/** What was sealed must still be what lies there: a writer that stalled and went on has made another document of it. */
async function isUnchanged(
  record: InPhase<'sealed'> | InPhase<'delivering'>,
  original: string,
): Promise<void> {
  if ((await fileSha256(original)) !== record.sha256In) {
    throw new SignetError('exchange.document-changed', { name: record.path });
  }
}

/** Notes a delivery that went through. */
export async function delivered(
  record: InPhase<'sealed'> | InPhase<'delivering'>,
  outName: string,
  parts: ArrivalParts,
): Promise<InPhase<'delivered'>> {
  const { sealed } = arrivalPaths(parts, { id: record.arrival, path: record.path });
  // After a crash the name may have been made but not yet made durable.
  await syncDirectory(join(parts.root.folders.out, outName, '..')).catch(ignoreMissing);
  const { format, kind, arrival, binding, path, claimedAt, sha256In } = record;
  const done = {
    format,
    kind,
    arrival,
    binding,
    path,
    claimedAt,
    sha256In,
    phase: 'delivered',
    sealed: record.sealed,
    outName,
  } as const;
  await parts.journal.append(done);
  const seconds = (parts.clock.now().getTime() - Date.parse(claimedAt)) / 1000;
  parts.observer.delivered({ binding, arrival, path, outName, seconds });
  await unlink(sealed).catch(ignoreMissing);
  return done;
}

function ignoreMissing(error: unknown): void {
  if (systemCode(error) !== 'ENOENT') throw error;
}
