// SPDX-License-Identifier: Apache-2.0
// The engine's small parts, each for itself.
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fixedClock, SignetError, uuidv7 } from '@signet/base';
import type { Lease } from '@signet/sealing';
import { freshCache } from '../src/engine/fresh-cache.ts';
import { doHeld, type HeldWork } from '../src/engine/held-work.ts';
import { leaseKeeper } from '../src/engine/lease-keeper.ts';
import type { EngineParts } from '../src/engine/parts.ts';
import { arrivedAt, retryAt } from '../src/engine/retry.ts';

describe('a fresh cache', () => {
  it('asks once for callers at the same time, and again when the answer is old', async () => {
    const cache = freshCache<number>(30);
    let asked = 0;
    const ask = async () => ++asked;
    assert.deepEqual(await Promise.all([cache.get('a', ask), cache.get('a', ask)]), [1, 1]);
    assert.equal(await cache.get('a', ask), 1);
    assert.equal(await cache.get('b', ask), 2);
    await sleep(50);
    assert.equal(await cache.get('a', ask), 3);
  });

  it('keeps no failure, and forgets when told', async () => {
    const cache = freshCache<string>(60_000);
    await assert.rejects(cache.get('a', () => Promise.reject(new SignetError('storage.closed'))));
    assert.equal(await cache.get('a', async () => 'good'), 'good');
    cache.clear();
    assert.equal(await cache.get('a', async () => 'better'), 'better');
  });
});

describe('the time of a retry', () => {
  it('grows with the age of the job, from a second to a minute', () => {
    const now = new Date('2026-11-24T12:00:00Z');
    const pause = (ageSeconds: number): number => {
      const job = uuidv7(fixedClock(new Date(now.getTime() - ageSeconds * 1000)));
      return (retryAt(job, now).getTime() - now.getTime()) / 1000;
    };
    assert.equal(pause(86_400), 60);
    assert.ok(pause(40) >= 1 && pause(40) <= 60);
    const job = '0192f0c1-8a2b-7000-8000-000000000000';
    assert.equal(arrivedAt(job), 0x0192f0c18a2b);
    assert.equal(retryAt(job, new Date(0x0192f0c18a2b)).getTime() - 0x0192f0c18a2b, 1000);
    assert.equal(retryAt(job, new Date(0x0192f0c18a2b + 40_000)).getTime() - 0x0192f0c18a2b, 60_000);
  });
});

const leaseOf = (job: string): Lease => ({ tenant: 1, job, owner: 'me', epoch: 1 });

describe('the lease keeper', () => {
  it('renews what is held, and aborts what is missed twice', async () => {
    const renewed: string[][] = [];
    const jobs = {
      leaseSeconds: 0.06,
      async renew(leases: readonly Lease[]) {
        renewed.push(leases.map(({ job }) => job));
        return leases.filter(({ job }) => job === 'kept');
      },
    };
    const keeper = leaseKeeper(jobs, () => assert.fail('renewals do not fail here'));
    const [kept, taken, done] = ['kept', 'taken', 'done'].map((job) => keeper.hold(leaseOf(job)));
    done!.release();
    while (!taken!.signal.aborted) await sleep(5);
    assert.equal(kept!.signal.aborted, false);
    assert.ok(renewed.length >= 2);
    assert.ok(renewed.every((asked) => !asked.includes('done')));
    keeper.close();
  });
});

/** A job that came a minute ago, held with or without a stored input. */
function held(stored: boolean, deadline = new Date(Date.now() + 3_600_000)): HeldWork {
  const id = uuidv7(fixedClock(new Date(Date.now() - 60_000)));
  const sha256 = '0'.repeat(64);
  return {
    job: {
      format: 1,
      id,
      tenant: 1,
      process: 'p',
      version: 1,
      channel: 'rest',
      transfer: 'document',
      identity: 'i',
      sha256In: sha256,
      size: 1,
      deadline,
    },
    lease: leaseOf(id),
    input: stored ? { tenant: 1, id, size: 1, sha256 } : null,
  };
}

/** Stores that only write down what is asked of them. */
function recording() {
  const calls: string[] = [];
  const note =
    (name: string) =>
    async (..._: unknown[]): Promise<never[]> => {
      calls.push(name);
      return [];
    };
  const parts = {
    jobs: { defer: note('defer'), fail: note('fail') },
    blobs: { remove: note('remove') },
    leases: { hold: () => ({ signal: new AbortController().signal, release: () => undefined }) },
    clock: { now: () => new Date() },
    observer: { deferred: () => undefined, failed: () => undefined, sealed: () => undefined },
    log: { warn: () => undefined, error: () => undefined },
  } as unknown as EngineParts;
  return { calls, parts };
}

describe('a held job that fails', () => {
  const fails = (code: ConstructorParameters<typeof SignetError>[0]) => async () => {
    throw new SignetError(code);
  };
  const afterwards = async (work: HeldWork, code: Parameters<typeof fails>[0]): Promise<string[]> => {
    const { calls, parts } = recording();
    await assert.rejects(doHeld(work, parts, fails(code)), { code });
    return calls;
  };

  it('goes back to the queue for a passing reason, before its deadline', async () => {
    assert.deepEqual(await afterwards(held(true), 'storage.closed'), ['defer']);
    assert.deepEqual(await afterwards(held(true, new Date()), 'storage.closed'), ['fail', 'remove']);
  });

  it('ends for a lasting one, and its input is removed', async () => {
    assert.deepEqual(await afterwards(held(true), 'pdf.not-a-pdf'), ['fail', 'remove']);
  });

  it('ends for any reason where only the caller waits for it', async () => {
    assert.deepEqual(await afterwards(held(false), 'storage.closed'), ['fail']);
  });

  it('is left alone when another process has it', async () => {
    assert.deepEqual(await afterwards(held(true), 'seal.lease-lost'), []);
    assert.deepEqual(await afterwards(held(true), 'seal.attempt-not-live'), []);
  });

  it('names the job in what it throws', async () => {
    const work = held(false);
    const { parts } = recording();
    await assert.rejects(doHeld(work, parts, fails('pdf.not-a-pdf')), (error: SignetError) => {
      assert.equal(error.details.job, work.job.id);
      return true;
    });
  });
});
