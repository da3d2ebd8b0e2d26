// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { ClaimedJob } from '@signet/sealing';
import { doHeld, type HeldWork } from './held-work.ts';
import { storedDocument } from './kept-output.ts';
import type { EngineParts } from './parts.ts';
import { sealHeld } from './seal-documents.ts';
import { sealHeldHash, storedDocHash } from './seal-hashes.ts';

/** Works on the queue: asynchronous requests, batches, and what a dead process left behind. */
export interface JobRunner {
  /** Says that there may be work. */
  wake(): void;
  /** Takes no more jobs; resolves when those in work have ended. */
  stop(): Promise<void>;
}

/** How long to wait after the queue could not be asked. */
const pauseAfterFailure = 1000;

/**
 * Starts to claim due jobs, as many as may be worked on at a time. It wakes by the store's hint, by `wake`, and by itself
 * since a hint can be lost.
 */
export function startJobRunner(parts: EngineParts): JobRunner {
  const { jobs, queue, log, limits } = parts;
  const active = new Set<Promise<void>>();
  let stopping = false;
  let wakeUp: () => void = () => undefined;
  let hinted = false;
  /** Whether the last look at the queue may have left something there. */
  let more = false;

  const wake = (): void => {
    hinted = true;
    wakeUp();
  };
  const rest = (milliseconds: number): Promise<void> => {
    if (hinted || stopping) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    wakeUp = () => {
      clearTimeout(timer);
      resolve();
    };
    return promise;
  };
  const start = (claimed: ClaimedJob): void => {
    const running: Promise<void> = runClaimed(claimed, parts)
      .catch((error) => log.info({ err: error, job: claimed.job.id }, 'a background job was not sealed'))
      .finally(() => {
        active.delete(running);
        if (more) wake();
      });
    active.add(running);
  };
  const claimMore = async (): Promise<void> => {
    const room = limits.concurrentJobs - active.size;
    if (room <= 0) {
      more = true;
      return;
    }
    const claimed = await jobs.claim(room);
    more = claimed.length === room;
    for (const one of claimed) start(one);
  };
  const loop = async (): Promise<void> => {
    while (!stopping) {
      hinted = false;
      try {
        await claimMore();
      } catch (error) {
        log.warn({ err: error }, 'the queue could not be asked');
        hinted = false;
        await rest(pauseAfterFailure);
        continue;
      }
      await rest(limits.pollMilliseconds);
    }
  };
  const unsubscribe = queue.onWork(wake);
  const ended = loop();

  return {
    wake,
    async stop() {
      stopping = true;
      unsubscribe();
      wakeUp();
      await ended;
      await Promise.allSettled(active);
    },
  };
}

async function runClaimed({ job, lease, input }: ClaimedJob, parts: EngineParts): Promise<void> {
  if (input === undefined) {
    const orphan: HeldWork = { job, lease, input: null };
    return doHeld(orphan, parts, () => {
      throw new SignetError('storage.blob-missing', { blob: 'input', job: job.id });
    });
  }
  const held: HeldWork = { job, lease, input };
  if (job.transfer === 'hash') await sealHeldHash(held, () => storedDocHash(input, parts), parts);
  else await sealHeld(held, () => storedDocument(parts.blobs, input, parts.limits.inlineBytes), parts);
}
