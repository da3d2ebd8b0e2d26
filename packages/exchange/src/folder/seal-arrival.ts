// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { SignetError } from '@signet/base';
import type { ReceivedDocument } from '../spool/spool.ts';
import { syncDirectory } from './durable.ts';
import type { ArrivalRecord, SealedFacts } from './journal.ts';
import { type ArrivalParts, arrivalPaths, isOfService, type LiveArrival } from './parts.ts';
import type { SealedArrival } from './sealer.ts';
import { copyChunks, fileSha256, lookAt, sameLook, snapshot, writeAll } from './snapshot.ts';

/** A record in a certain phase. */
export type InPhase<P extends ArrivalRecord['phase']> = Extract<ArrivalRecord, { phase: P }>;

/**
 * From a claimed file to its sealed form in `work/`: a private copy is taken and its digest journalled before anything is
 * sent, so that one arrival id never stands for two contents.
 *
 * @throws SignetError `exchange.document-changed`, `exchange.document-empty`, and whatever the sealer threw
 */
export async function sealArrival(
  live: LiveArrival,
  claimed: InPhase<'claimed'> | undefined,
  parts: ArrivalParts,
): Promise<InPhase<'sealed'>> {
  const paths = arrivalPaths(parts, live);
  await standsStill(live, paths.original);
  try {
    const document = await snapshot(paths.original, paths.spool);
    const record = claimed ?? (await journalClaim(live, document.sha256, parts));
    if (document.sha256 !== record.sha256In)
      throw new SignetError('exchange.document-changed', { name: live.path });
    if (document.size === 0) throw new SignetError('exchange.document-empty', { name: live.path });
    const outcome = await askSealer(record, document, parts);
    await writeSealed(outcome, document, paths.sealed);
    if ((await fileSha256(paths.sealed)) !== outcome.sha256Out) {
      throw new SignetError('exchange.result-mismatch', { name: live.path });
    }
    const sealed = { ...record, phase: 'sealed', sealed: factsOf(outcome) } as const;
    await parts.journal.append(sealed);
    if (outcome.kind === 'package') await rm(outcome.file, { force: true });
    return sealed;
  } finally {
    await rm(paths.spool, { force: true });
  }
}

/** A file that was not (or not surely) at rest when it was claimed is watched in `work/` as it would be in `in/`. */
async function standsStill(live: LiveArrival, original: string): Promise<void> {
  if (live.settled) return;
  const look = await lookAt(original);
  const still = live.lastLook !== undefined && sameLook(live.lastLook, look);
  live.lastLook = look;
  if (!still) throw new SignetError('exchange.document-changed', { name: live.path });
  live.settled = true;
}

async function journalClaim(
  live: LiveArrival,
  sha256In: string,
  parts: ArrivalParts,
): Promise<InPhase<'claimed'>> {
  const record: InPhase<'claimed'> = {
    format: 1,
    kind: 'arrival',
    phase: 'claimed',
    arrival: live.id,
    binding: parts.binding.name,
    path: live.path,
    claimedAt: parts.clock.now().toISOString(),
    sha256In,
  };
  await parts.journal.append(record);
  parts.observer.claimed({ binding: record.binding, arrival: live.id, path: live.path });
  return record;
}

async function askSealer(
  record: InPhase<'claimed'>,
  document: ReceivedDocument,
  parts: ArrivalParts,
): Promise<SealedArrival> {
  const { binding, signal } = parts;
  const { arrival: id, path } = record;
  const claimedAt = new Date(record.claimedAt);
  try {
    const outcome = await parts.sealer.seal({ id, binding, path, document, claimedAt, signal });
    parts.gate.answered();
    return outcome;
  } catch (error) {
    if (isOfService(error)) parts.gate.unanswered(parts.clock.now().getTime());
    else parts.gate.answered();
    throw error;
  }
}

/** Writes the sealed form, durably, under a name that only this client knows; a rest of an earlier try goes first. */
async function writeSealed(
  outcome: SealedArrival,
  document: ReceivedDocument,
  target: string,
): Promise<void> {
  await rm(target, { force: true });
  const file = await open(target, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o666);
  try {
    if (outcome.kind === 'package') await appendFile(file, outcome.file);
    else {
      if ('bytes' in document) await writeAll(file, document.bytes);
      else await appendFile(file, document.path);
      await writeAll(file, outcome.appended);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await syncDirectory(dirname(target));
}

async function appendFile(target: Awaited<ReturnType<typeof open>>, path: string): Promise<void> {
  const source = await open(path, 'r');
  try {
    await copyChunks(source, createHash('sha256'), target);
  } finally {
    await source.close();
  }
}

function factsOf(outcome: SealedArrival): SealedFacts {
  const { sha256Out, receipt } = outcome;
  return {
    sha256Out,
    ...(receipt === undefined ? {} : { receipt }),
    ...(outcome.kind === 'document' ? { record: outcome.record } : {}),
  };
}
