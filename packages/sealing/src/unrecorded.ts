// SPDX-License-Identifier: Apache-2.0
// Sealing as a library: the same path, for a run that nobody needs to recover. One that dies has released nothing and is
// simply started again, so attempts are numbered but not stored.
import { type Clock, uuidv7 } from '@signet/base';
import type { DocumentInput } from './document-work.ts';
import type { HeldDocument, SealingParts } from './seal.ts';
import type { SealingProcess } from './sealing-process.ts';

/** Stores that remember nothing. */
export const unrecordedJobs: SealingParts['jobs'] = {
  recordIntention: async (lease) => ({ lease, number: 1 }),
  lose: async () => undefined,
  release: async () => undefined,
};

/** Nobody else's: stored tenants begin at 1. */
const noTenant = 0;

/**
 * Holds a document for `seal` with `unrecordedJobs`.
 *
 * @param identity who seals, for the job's sake alone
 */
export function holdUnrecorded(
  document: DocumentInput,
  process: SealingProcess,
  identity: string,
  clock: Clock,
): HeldDocument {
  const { process: name, limits } = process.configuration;
  const id = uuidv7(clock);
  return {
    document,
    lease: { tenant: noTenant, job: id, owner: identity, epoch: 1 },
    job: {
      format: 1,
      id,
      tenant: noTenant,
      process: name,
      version: process.version,
      channel: 'rest',
      transfer: 'document',
      identity,
      sha256In: document.sha256,
      size: document.size,
      deadline: new Date(clock.now().getTime() + limits.deadlineHours * 3_600_000),
    },
  };
}
