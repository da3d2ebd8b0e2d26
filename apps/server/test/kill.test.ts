// SPDX-License-Identifier: Apache-2.0
// kill -9 of one process or another under load: nothing is lost, nothing is sealed twice, and a restart works.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSignetError, uuidv7 } from '@signet/base';
import type { SealingApi } from '@signet/exchange/rest';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import {
  configure,
  isAlive,
  startTestTrust,
  TestServer,
  type TestTrust,
} from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let server: TestServer;
let api: SealingApi;

before(async () => {
  trust = await startTestTrust();
  server = await TestServer.create(trust);
  await server.start();
  api = server.api();
  await configure(api, trust);
});

after(async () => {
  await api?.close();
  await server?.remove();
  await trust?.close();
});

const document = { bytes: makePdf({ pages: 1, bytes: 10_000 }) };

/** Seals with a key until there is an answer; every failure on the way must be one that passes. */
async function sealInTheEnd(idempotencyKey: string): Promise<string> {
  for (;;) {
    try {
      return (await api.seal({ process: 'b-b', document, idempotencyKey }, 'memory')).job;
    } catch (error) {
      assert.ok(isSignetError(error), String(error));
      assert.ok(error.row.retryable, error.code);
      await sleep(100);
    }
  }
}

/** Keeps `parallel` sealings going until `stop`, and gives the job of each key. */
function load(parallel: number): { stop(): Promise<ReadonlyMap<string, string>> } {
  const jobs = new Map<string, string>();
  let stopping = false;
  const lanes = Array.from({ length: parallel }, async () => {
    while (!stopping) {
      const key = uuidv7();
      jobs.set(key, await sealInTheEnd(key));
    }
  });
  return {
    async stop() {
      stopping = true;
      await Promise.all(lanes);
      return jobs;
    },
  };
}

/** Has documents accepted for the background, and gives their jobs. */
async function acceptSome(): Promise<readonly string[]> {
  const views = Array.from({ length: 20 }, () =>
    api.sealLater({ process: 'b-t', document, idempotencyKey: uuidv7() }),
  );
  return (await Promise.all(views)).map(({ job }) => job);
}

/** Waits until jobs have ended; all must be sealed. */
async function allSealed(jobs: readonly string[]): Promise<void> {
  for (const job of jobs) {
    let view = await api.job(job);
    for (; view.state === 'accepted' || view.state === 'sealing'; view = await api.job(job)) await sleep(50);
    assert.equal(view.state, 'sealed');
  }
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

describe('kill -9', () => {
  it('of a worker under load: another takes its place, every document is sealed once', async () => {
    const running = load(4);
    await sleep(300);
    const [victim] = server.workers;
    process.kill(victim!, 'SIGKILL');
    await until(() => !server.workers.includes(victim!) && server.workers.length === 2);
    await sleep(300);
    const jobs = await running.stop();
    assert.equal(new Set(jobs.values()).size, jobs.size, 'each key has a job of its own');
    // The same key gives the same job: it was never sealed a second time.
    for (const [key, job] of [...jobs].slice(-5)) assert.equal(await sealInTheEnd(key), job);
    for (const job of jobs.values()) assert.equal((await api.job(job)).state, 'sealed');
  });

  it('would be kinder than this: a worker that froze and wakes again releases nothing that was taken over', async () => {
    const running = load(4);
    await sleep(300);
    const [victim] = server.workers;
    process.kill(victim!, 'SIGSTOP');
    await sleep(3000);
    process.kill(victim!, 'SIGCONT');
    await sleep(300);
    const jobs = await running.stop();
    assert.equal(new Set(jobs.values()).size, jobs.size, 'each key has a job of its own');
    for (const [key, job] of [...jobs].slice(-5)) assert.equal(await sealInTheEnd(key), job);
    for (const job of jobs.values()) assert.equal((await api.job(job)).state, 'sealed');
  });

  it('of PostgreSQL under load: it is started again, and the workers go on', async () => {
    const running = load(4);
    await sleep(300);
    const [workers, postmaster] = [server.workers, server.postmaster];
    process.kill(postmaster, 'SIGKILL');
    await until(() => server.postmaster !== postmaster);
    await sleep(300);
    const jobs = await running.stop();
    for (const job of jobs.values()) assert.equal((await api.job(job)).state, 'sealed');
    assert.deepEqual(server.workers, workers);
  });

  it('of all at once: after a restart every accepted document is sealed', async () => {
    const accepted = await acceptSome();
    const all = [server.supervisor, server.postmaster, ...server.workers];
    for (const pid of all) process.kill(pid, 'SIGKILL');
    await until(() => !all.some(isAlive));
    await server.start();
    await allSealed(accepted);
  });

  it('of the supervisor: its children end, and a new one serves at the same address', async () => {
    const accepted = await acceptSome();
    const workers = server.workers;
    process.kill(server.supervisor, 'SIGKILL');
    await until(() => !workers.some(isAlive));
    await server.start();
    await allSealed(accepted);
  });

  it('is not needed: told to stop it ends by itself, with code 0', async () => {
    const workers = server.workers;
    assert.equal(await server.stop(), 0);
    assert.ok(!workers.some(isAlive));
  });

  it('of nothing: a second server at the same port says so and ends', async () => {
    await server.start();
    const main = join(import.meta.dirname, '..', 'src', 'main.ts');
    const second = spawn(process.execPath, [main, 'run', '--config', `${server.directory}/server.yaml`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr.on('data', (text) => {
      said += text;
    });
    const [code] = await once(second, 'exit');
    assert.notEqual(code, 0);
    assert.match(said, /\[(config\.port-in-use|storage\.in-use)\]/);
  });
});
