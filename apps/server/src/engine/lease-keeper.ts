// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { JobStore, Lease } from '@signet/sealing';

/** The leases that this process holds. Each is renewed at a third of its time for as long as it is worked on. */
export interface LeaseKeeper {
  /**
   * Keeps a lease until `release` is called.
   *
   * @returns `signal` is aborted when another process took the job over: what is still done for it is for nothing
   */
  hold(lease: Lease): HeldLease;
  /** How many are held. */
  readonly size: number;
  close(): void;
}

/** One kept lease. */
export interface HeldLease {
  readonly signal: AbortSignal;
  release(): void;
}

interface Entry {
  readonly lease: Lease;
  readonly abort: AbortController;
}

/**
 * Renews leases in one call for all. A failure to renew is only told: the database decides, by the epoch of every later
 * write, and a short outage need not stop what would still be in time.
 *
 * @param failed hears why a renewal did not work
 */
export function leaseKeeper(
  jobs: Pick<JobStore, 'renew' | 'leaseSeconds'>,
  failed: (error: unknown) => void,
): LeaseKeeper {
  const held = new Map<Uuid, Entry>();
  let renewing = false;

  const renew = async (): Promise<void> => {
    if (renewing || held.size === 0) return;
    renewing = true;
    const asked = [...held.values()];
    try {
      const still = new Set((await jobs.renew(asked.map(({ lease }) => lease))).map(({ job }) => job));
      for (const { lease, abort } of asked) {
        if (!still.has(lease.job) && held.get(lease.job)?.abort === abort) abort.abort();
      }
    } catch (error) {
      failed(error);
    } finally {
      renewing = false;
    }
  };
  const timer = setInterval(() => void renew(), (jobs.leaseSeconds * 1000) / 3);
  timer.unref();

  return {
    hold(lease) {
      const entry: Entry = { lease, abort: new AbortController() };
      held.set(lease.job, entry);
      return {
        signal: entry.abort.signal,
        release() {
          if (held.get(lease.job) === entry) held.delete(lease.job);
        },
      };
    },
    get size() {
      return held.size;
    },
    close: () => clearInterval(timer),
  };
}
