// SPDX-License-Identifier: Apache-2.0
import { asSignetError } from '@signet/base';
import type { Attempt, JobProblem, Lease } from './job.ts';
import type { SealingProcess } from './sealing-process.ts';
import type { JobStore } from './stores.ts';

/** Stores and audits the intention to use the process's key over a DocHash, before the key is touched. */
export function recordIntention(
  lease: Lease,
  docHash: Uint8Array,
  process: SealingProcess,
  jobs: Pick<JobStore, 'recordIntention'>,
): Promise<Attempt> {
  return jobs.recordIntention(lease, {
    docHash: Buffer.from(docHash).toString('hex'),
    certificate: process.certificate.fingerprint,
    credential: process.credential.name,
    algorithm: process.algorithm,
  });
}

/**
 * Runs what follows a recorded intention. Whatever goes wrong closes the attempt as lost: its signature value is dead.
 * If even that cannot be stored, the lease runs out and the next holder's intention closes it.
 */
export async function whileLive<T>(
  attempt: Attempt,
  jobs: Pick<JobStore, 'lose'>,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    await jobs.lose(attempt, problemOf(error, attempt.lease.job)).catch(() => undefined);
    throw error;
  }
}

/** Runs the check and the release of a written output; whatever goes wrong removes it. */
export async function whileKept<T>(
  output: { discard(): Promise<void> } | null,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    await output?.discard().catch(() => undefined);
    throw error;
  }
}

/** An error as a job's record keeps it: what may leave at an edge, nothing else. */
export function problemOf(error: unknown, reference: string): JobProblem {
  const { code, message, details } = asSignetError(error, reference);
  return { code, message, details };
}
