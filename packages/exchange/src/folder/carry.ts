// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSignetError, SignetError, uuidv7 } from '@signet/base';
import { succeed } from './claim.ts';
import { deliver, delivered, wasDelivered } from './deliver.ts';
import { exists, withPath } from './durable.ts';
import type { ArrivalRecord } from './journal.ts';
import { type ArrivalParts, arrivalPaths, isPastDeadline, isWaited, type LiveArrival } from './parts.ts';
import { finish, putAway, setAside, settle } from './put-away.ts';
import { type InPhase, sealArrival } from './seal-arrival.ts';
import { fileSha256 } from './snapshot.ts';

/** What became of carrying an arrival: it is over, waits because of an error, or goes on under another id. */
export type Carried =
  | { readonly kind: 'finished' }
  | { readonly kind: 'waits'; readonly error: SignetError }
  | { readonly kind: 'restarted'; readonly successor: LiveArrival };

/**
 * Carries one arrival from where the journal says it is to its end: claimed → sealed → delivered → put away. Called again
 * after a retryable error and after a crash; every step begins by finding out what was done.
 */
export async function carry(live: LiveArrival, parts: ArrivalParts): Promise<Carried> {
  try {
    await withPath(live.path, () => forward(live, parts));
    return { kind: 'finished' };
  } catch (thrown) {
    const error = isSignetError(thrown)
      ? thrown
      : new SignetError('general.internal', { reference: live.id }, thrown);
    try {
      return await withPath(live.path, () => decide(live, error, parts));
    } catch (second) {
      // Neither way could be gone to its end (a full disk, a share that went away): both are tried again later.
      return { kind: 'waits', error: isSignetError(second) ? second : error };
    }
  }
}

async function forward(live: LiveArrival, parts: ArrivalParts): Promise<void> {
  let record = parts.journal.arrival(live.id);
  if (record?.phase === 'failing') return setAside(record, parts);
  if (record?.phase === 'delivering' && (await wasDelivered(record, parts))) {
    record = await delivered(record, record.outName, parts);
  }
  if (record?.phase !== 'delivered') {
    await stillThere(live, parts);
    record = await deliver(await sealedForm(live, record, parts), parts);
  }
  await putAway(record, parts);
}

/** The record of an arrival whose sealed form lies in `work/`, made now if it was not yet. */
async function sealedForm(live: LiveArrival, record: ArrivalRecord | undefined, parts: ArrivalParts) {
  if (record?.phase === 'sealed' || record?.phase === 'delivering') {
    if (await exists(arrivalPaths(parts, live).sealed)) return record;
    await parts.root.present();
  }
  const claimed = record === undefined ? undefined : ({ ...base(record), phase: 'claimed' } as const);
  return sealArrival(live, claimed, parts);
}

/** Without its original an arrival has nothing to be sealed: somebody removed it from `work/`. */
async function stillThere(live: LiveArrival, parts: ArrivalParts): Promise<void> {
  await parts.root.present();
  if (await exists(arrivalPaths(parts, live).original)) return;
  await parts.root.present();
  throw new SignetError('exchange.document-gone', { name: live.path });
}

/** What follows from an error: wait, start again under a new id, or give the document up with its reason. */
async function decide(live: LiveArrival, error: SignetError, parts: ArrivalParts): Promise<Carried> {
  const record = parts.journal.arrival(live.id);
  const trace = { binding: parts.binding.name, arrival: live.id, path: live.path };
  if (error.code === 'exchange.document-gone') {
    parts.observer.failed(trace, error);
    if (record !== undefined) await finish(record, parts);
    return { kind: 'finished' };
  }
  if (record === undefined) return { kind: 'waits', error };
  if (error.code === 'exchange.document-changed') return restart(live, record, parts);
  if (record.phase !== 'claimed') return { kind: 'waits', error };
  const final = isWaited(error) ? pastDeadline(record, error, parts) : error;
  if (final === undefined) return { kind: 'waits', error };
  // What was refused may have been half of a document whose writer went on meanwhile.
  if ((await fileSha256(arrivalPaths(parts, live).original)) !== record.sha256In)
    return restart(live, record, parts);
  const problem = { code: final.code satisfies ErrorCode, message: final.message, details: final.details };
  const failing = { ...base(record), phase: 'failing', problem } as const;
  await parts.journal.append(failing);
  parts.observer.failed(trace, final);
  await setAside(failing, parts);
  return { kind: 'finished' };
}

function pastDeadline(
  record: ArrivalRecord,
  error: SignetError,
  parts: ArrivalParts,
): SignetError | undefined {
  if (!isPastDeadline(record, parts)) return undefined;
  const hours = parts.sealer.deadlineHours(parts.binding.process);
  return new SignetError(
    'exchange.deadline-passed',
    { name: record.path, hours, reason: error.message },
    error,
  );
}

/** The file is another document now: it waits again, where it lies, as a new arrival. */
async function restart(live: LiveArrival, record: ArrivalRecord, parts: ArrivalParts): Promise<Carried> {
  const successor = uuidv7(parts.clock);
  const receipt = 'sealed' in record ? record.sealed.receipt : undefined;
  const restarted: InPhase<'restarted'> = {
    ...base(record),
    phase: 'restarted',
    successor,
    ...(receipt === undefined ? {} : { receipt }),
  };
  await parts.journal.append(restarted);
  parts.observer.restarted({ binding: parts.binding.name, arrival: live.id, path: live.path });
  await completeRestart(restarted, parts);
  return { kind: 'restarted', successor: newArrival(successor, live.path, false) };
}

/** Ends an arrival in favour of its successor; repeatable after a crash. */
export async function completeRestart(record: InPhase<'restarted'>, parts: ArrivalParts): Promise<void> {
  await succeed(parts.root.folders, record.arrival, record.successor);
  await settle(record.receipt, parts);
  await finish(record, parts);
}

/** An arrival that nothing was done with yet in this process. */
export function newArrival(id: string, path: string, settled: boolean): LiveArrival {
  return { id, path, settled, lastLook: undefined, failures: 0, dueAt: 0 };
}

function base(record: ArrivalRecord) {
  const { format, kind, arrival, binding, path, claimedAt, sha256In } = record;
  return { format, kind, arrival, binding, path, claimedAt, sha256In };
}
