// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode } from '@signet/base';
import type { Channel, ResultRecord, Transfer } from '@signet/sealing';

/** Hears what the engine does; metrics are made of it. It must not throw. */
export interface EngineObserver {
  sealed(record: ResultRecord, how: { channel: Channel; transfer: Transfer }, seconds: number): void;
  failed(process: string, code: ErrorCode): void;
  /** A job was given back to be tried again. */
  deferred(process: string, code: ErrorCode): void;
}
