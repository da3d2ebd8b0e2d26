// SPDX-License-Identifier: Apache-2.0
import type { Clock, SignetError } from '@signet/base';
import type { FolderBinding } from './binding.ts';
import type { ArrivalJournal } from './journal.ts';
import type { ExchangeObserver } from './observer.ts';
import type { RetryTimes } from './retry.ts';
import type { ArrivalSealer } from './sealer.ts';

/** What the folder exchange is made of; the program puts it together by hand. */
export interface FolderExchangeOptions {
  readonly bindings: readonly FolderBinding[];
  readonly sealer: ArrivalSealer;
  readonly journal: ArrivalJournal;
  /** Local directory for private copies of larger documents; emptied at the start. Never in an exchange folder. */
  readonly spool: string;
  /** How many arrivals are under way at once over all bindings, which take turns. */
  readonly inFlight: number;
  readonly retry: RetryTimes;
  readonly observer: ExchangeObserver;
  readonly clock: Clock;
}

/** How a binding stands. */
export interface BindingStatus {
  readonly binding: string;
  /** Files that stand still in `in/` and were not claimed yet. */
  readonly ready: number;
  /** Arrivals under way now. */
  readonly working: number;
  /** Arrivals that wait to be tried again. */
  readonly waiting: number;
  /** Why the folder cannot be used now. */
  readonly problem: SignetError | undefined;
}

/** A running folder exchange. */
export interface FolderExchange {
  status(): readonly BindingStatus[];
  /** Takes nothing new, ends what is under way (it is recovered at the next start) and resolves when all is still. */
  stop(): Promise<void>;
}

/**
 * Starts watching the folders: first what a former run left in this client's own `work/` directories is gone on with,
 * then each `in/` is scanned. Folders that are away are waited for.
 *
 * @throws SignetError `exchange.bindings-overlap`
 */
export declare function startFolderExchange(options: FolderExchangeOptions): Promise<FolderExchange>;
