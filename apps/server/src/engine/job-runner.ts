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

/** How long to wait after the queue could not be asked, milliseconds. */
const pauseAfterFailure = 1000;

/**
 * Starts to claim due jobs, as many as may be worked on at a time. It wakes by the store's hint, by `wake`, and by itself
 * since a hint can be lost.
 */
export function startJobRunner(parts: EngineParts): JobRunner {
  const { jobs, queue, log, limits } = parts;
  const active = new Set<Promise<void>>();
  const pause = alarm();
  let stopping = false;
  /** Whether the last look at the queue may have left something there. */
  let more = false;

  const start = (claimed: ClaimedJob): void => {
    const running: Promise<void> = runClaimed(claimed, parts)
      .catch((error) => log.info({ err: error, job: claimed.job.id }, 'a background job was not sealed'))
      .finally(() => {
        active.delete(running);
        if (more) pause.ring();
      });
    active.add(running);
  };
  const claimMore = async (): Promise<void> => {
    const room = limits.concurrentJobs - active.size;
    const claimed = room > 0 ? await jobs.claim(room) : [];
    more = claimed.length >= room;
    for (const one of claimed) start(one);
  };
  /** Looks at the queue once; gives the milliseconds to sleep after it. */
  const look = async (): Promise<number> => {
    pause.silence();
    try {
      await claimMore();
      return limits.pollMilliseconds;
    } catch (error) {
      log.warn({ err: error }, 'the queue could not be asked');
      pause.silence();
      return pauseAfterFailure;
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping) {
      const milliseconds = await look();
      if (!stopping) await pause.sleep(milliseconds);
    }
  };
  const unsubscribe = queue.onWork(pause.ring);
  const ended = loop();

  return {
    wake: pause.ring,
    async stop() {
      stopping = true;
      unsubscribe();
      pause.ring();
      await ended;
      await Promise.allSettled(active);
    },
  };
}

/** A sleep that can be ended from outside; a ring that comes before the sleep is not lost. */
function alarm() {
  let rung = false;
  let wakeUp: () => void = () => undefined;
  return {
    ring(): void {
      rung = true;
      wakeUp();
    },
    /** Forgets a ring. */
    silence(): void {
      rung = false;
    },
    sleep(milliseconds: number): Promise<void> {
      if (rung) return Promise.resolve();
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      wakeUp = () => {
        clearTimeout(timer);
        resolve();
      };
      return promise;
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
