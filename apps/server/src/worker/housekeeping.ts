// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@signet/program';
import type { LocalBlobStore } from '@signet/storage';
import type { Database } from '@signet/storage/sql';

const hour = 3_600_000;

/**
 * Removes hourly what has had its time: idempotency keys, codes, personal values, and files that nothing refers to. Each
 * worker does it, at an hour of its own; doing it twice harms nothing.
 */
export function startHousekeeping(
  { database, blobs }: { readonly database: Database; readonly blobs: LocalBlobStore },
  log: Logger,
): { stop(): void } {
  const once = async (): Promise<void> => {
    try {
      await database.housekeeping();
      const removed = await blobs.sweep(database.knownBlobs);
      if (removed > 0) log.info({ removed }, 'files that nothing referred to were removed');
    } catch (error) {
      log.warn({ err: error }, 'housekeeping failed; it is tried again in an hour');
    }
  };
  let timer = setTimeout(function again() {
    void once();
    timer = setTimeout(again, hour).unref();
  }, Math.random() * hour).unref();
  return { stop: () => clearTimeout(timer) };
}
