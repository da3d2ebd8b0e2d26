// SPDX-License-Identifier: Apache-2.0
import type { SignetError, Uuid } from '@signet/base';

/** An arrival as told to people: never more than its own binding's operator may see. */
export interface ArrivalTrace {
  readonly binding: string;
  readonly arrival: Uuid;
  readonly path: string;
}

/** Hears what happens in the folders: logs and metrics hang here. None of these may throw. */
export interface ExchangeObserver {
  claimed(trace: ArrivalTrace): void;
  delivered(trace: ArrivalTrace & { readonly outName: string; readonly seconds: number }): void;
  failed(trace: ArrivalTrace, error: SignetError): void;
  /** A retryable error: it is tried again in so many seconds. */
  deferred(trace: ArrivalTrace, error: SignetError, seconds: number): void;
  /** The file changed after it was claimed and waits again. */
  restarted(trace: ArrivalTrace): void;
  /** Something about the folder itself and not about one arrival; `undefined`: all is well again. */
  folder(binding: string, error: SignetError | undefined): void;
}
