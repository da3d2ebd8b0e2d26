// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';
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
