// SPDX-License-Identifier: Apache-2.0
import { asSignetError, SignetError } from '@signet/base';
import { type BlobRef, type Lease, problemOf, type SealingJob } from '@signet/sealing';
import type { EngineParts } from './parts.ts';
import { lostOwnership, retryAt } from './retry.ts';

/** A job that this process holds, and how it ends when it cannot be sealed. */
export interface HeldWork {
  readonly job: SealingJob;
  readonly lease: Lease;
  /**
   * What lies in the document store for it: then a passing failure gives it back to the queue until its deadline. Null:
   * only the request has the bytes, nobody but the caller waits, and any failure ends it.
   */
  readonly input: BlobRef | null;
  /** Aborts what is done for a caller who is gone; not given where the job outlives the request. */
  readonly caller?: AbortSignal;
}

/** What holding a job takes of the engine. */
type HoldingParts = Pick<EngineParts, 'jobs' | 'blobs' | 'leases' | 'clock' | 'observer' | 'log'>;

/**
 * Does the work of a held job under a lease that is renewed meanwhile. When it fails the job is ended or given back
 * accordingly, and the error is thrown on, with the job's id in its details.
 */
export async function doHeld<T>(
  held: HeldWork,
  parts: HoldingParts,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const keeping = parts.leases.hold(held.lease);
  const signals = held.caller ? [keeping.signal, held.caller] : [keeping.signal];
  try {
    return await work(AbortSignal.any(signals));
  } catch (error) {
    const coded = codedError(error, held, keeping.signal);
    await settle(coded, held, parts).catch((cause) =>
      parts.log.warn(
        { err: cause, job: held.job.id },
        'a failure could not be stored; the lease will run out',
      ),
    );
    throw new SignetError(coded.code, { ...coded.details, job: held.job.id }, coded.cause ?? coded);
  } finally {
    keeping.release();
  }
}

/** What an aborted step threw is only the echo of the abortion: the reason is told instead. */
function codedError(error: unknown, held: HeldWork, lost: AbortSignal): SignetError {
  if (lost.aborted) return new SignetError('seal.lease-lost', { job: held.job.id }, error);
  const coded = asSignetError(error, held.job.id);
  if (held.caller?.aborted && coded.code === 'general.internal')
    return new SignetError('request.aborted', {}, error);
  return coded;
}

async function settle(error: SignetError, held: HeldWork, parts: HoldingParts): Promise<void> {
  const { job, lease, input } = held;
  const { jobs, clock, observer, log } = parts;
  if (error.code === 'general.internal') log.error({ err: error, job: job.id }, 'unexpected fault');
  if (lostOwnership(error)) return;
  const problem = problemOf(error, job.id);
  const due = retryAt(job.id, clock.now());
  if (input !== null && error.row.retryable && due < job.deadline) {
    observer.deferred(job.process, error.code);
    await jobs.defer(lease, due, problem);
    return;
  }
  observer.failed(job.process, error.code);
  await jobs.fail(lease, problem);
  if (input !== null) await removeQuietly(input, parts);
}

/** Removes bytes that nothing refers to any more; what cannot be removed now is left to the store's sweep. */
export async function removeQuietly(
  blob: BlobRef,
  { blobs, log }: Pick<EngineParts, 'blobs' | 'log'>,
): Promise<void> {
  await blobs
    .remove(blob)
    .catch((cause) => log.warn({ err: cause, blob: blob.id }, 'a file could not be removed'));
}
