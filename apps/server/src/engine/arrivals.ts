// SPDX-License-Identifier: Apache-2.0
import { type Clock, uuidv7 } from '@signet/base';
import type { Caller } from '@signet/exchange/rest';
import type { Channel, IdempotencyKey, SealingJob, SealingProcess, Transfer } from '@signet/sealing';

/** What a way in knows of a document. */
export interface Arrival {
  readonly channel: Channel;
  readonly transfer: Transfer;
  readonly documentName?: string | undefined;
  readonly sha256In: string;
  readonly size: number;
  readonly batch?: string;
  readonly idempotency?: IdempotencyKey | undefined;
}

/** Makes the job of an arrival: bound to the process version that is in force now. */
export function newJob(caller: Caller, process: SealingProcess, arrival: Arrival, clock: Clock): SealingJob {
  const { process: name, limits } = process.configuration;
  const { documentName, idempotency, batch, ...known } = arrival;
  return {
    format: 1,
    id: uuidv7(clock),
    tenant: caller.tenant,
    process: name,
    version: process.version,
    identity: caller.identity,
    ...known,
    ...(documentName !== undefined && { documentName }),
    ...(idempotency !== undefined && { idempotency }),
    ...(batch !== undefined && { batch }),
    deadline: new Date(clock.now().getTime() + limits.deadlineHours * 3_600_000),
  };
}
