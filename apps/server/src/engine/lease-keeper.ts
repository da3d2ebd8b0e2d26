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
  /** Renewals since it is held: the first is spared, since a new lease has all its time before it. */
  turns: number;
  /** Renewals in a row that did not find it. */
  missed: number;
}

/** A lease whose first intention is just being stored may be missed once; one that was taken over is missed always. */
const missesOfLost = 2;

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
    const asked = [...held.values()].filter((entry) => entry.turns++ > 0);
    try {
      const leases = asked.map(({ lease }) => lease);
      const renewed = leases.length === 0 ? [] : await jobs.renew(leases);
      const still = new Set(renewed.map(({ job }) => job));
      for (const entry of asked) {
        entry.missed = still.has(entry.lease.job) ? 0 : entry.missed + 1;
        if (entry.missed >= missesOfLost && held.get(entry.lease.job) === entry) entry.abort.abort();
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
      const entry: Entry = { lease, abort: new AbortController(), turns: 0, missed: 0 };
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
