// SPDX-License-Identifier: Apache-2.0
import { isSignetError, type Uuid } from '@signet/base';

/**
 * When a job that failed for a passing reason is due again: after half of the time since it came, at least a second, at
 * most a minute. That doubles like a counted back-off but needs no count, and jobs of one outage, which came at
 * different times, do not come back together.
 */
export function retryAt(job: Uuid, now: Date): Date {
  const age = now.getTime() - arrivedAt(job);
  return new Date(now.getTime() + Math.min(60_000, Math.max(1000, age / 2)));
}

/** The instant in a UUIDv7 (RFC 9562 §5.7), milliseconds since 1970. */
export function arrivedAt(job: Uuid): number {
  return Number.parseInt(job.replaceAll('-', '').slice(0, 12), 16);
}

/** Whether an error says that somebody else has the job now: then its state is not ours to change. */
export function lostOwnership(error: unknown): boolean {
  return isSignetError(error, 'seal.lease-lost') || isSignetError(error, 'seal.attempt-not-live');
}
