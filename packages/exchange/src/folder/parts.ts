// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { type Clock, isSignetError, type SignetError, type Uuid } from '@signet/base';
import { type FolderBinding, originalPath, sealedPath } from './binding.ts';
import type { ArrivalRecord, JournalView } from './journal.ts';
import type { ExchangeObserver } from './observer.ts';
import type { Gate } from './retry.ts';
import type { ExchangeRoot } from './root.ts';
import type { ArrivalSealer } from './sealer.ts';
import type { Look } from './snapshot.ts';

/** An arrival that this process is carrying: what is durable of it is in the journal. */
export interface LiveArrival {
  readonly id: Uuid;
  readonly path: string;
  /** False until it was seen to stand still where it lies in `work/`. */
  settled: boolean;
  lastLook: Look | undefined;
  /** Retryable errors in a row. */
  failures: number;
  /** Milliseconds: not before. */
  dueAt: number;
}

/** What the steps of an arrival work with. */
export interface ArrivalParts {
  readonly binding: FolderBinding;
  readonly root: ExchangeRoot;
  readonly sealer: ArrivalSealer;
  readonly journal: JournalView;
  readonly spool: string;
  readonly gate: Gate;
  readonly observer: ExchangeObserver;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The paths of one arrival. */
export function arrivalPaths(parts: ArrivalParts, arrival: { readonly id: Uuid; readonly path: string }) {
  const { folders } = parts.root;
  return {
    original: originalPath(folders, arrival.id, arrival.path),
    sealed: sealedPath(folders, arrival.id),
    /** A problem file or a record before it is put beside a document. */
    note: join(folders.own, arrival.id, '.note'),
    spool: join(parts.spool, arrival.id),
  };
}

/** Errors of this client's own rights or settings: the documents are not to blame and wait until it is put right. */
const ownFault = /^(access\.|request\.unknown-process$)/;

/** Whether a document waits after an error. Otherwise it goes to `failed/`. */
export function isWaited(error: SignetError): boolean {
  return error.row.retryable || error.row.fault === 'configuration' || ownFault.test(error.code);
}

/** Whether an arrival has waited as long as its process allows. */
export function isPastDeadline(record: ArrivalRecord, parts: ArrivalParts): boolean {
  const hours = parts.sealer.deadlineHours(parts.binding.process);
  return parts.clock.now().getTime() >= Date.parse(record.claimedAt) + hours * 3_600_000;
}

/** Whether an error tells of the service and not of this one document. */
export function isOfService(error: unknown): boolean {
  if (!isSignetError(error) || !isWaited(error)) return false;
  const { fault } = error.row;
  return fault === 'service' || fault === 'device' || fault === 'configuration' || ownFault.test(error.code);
}
