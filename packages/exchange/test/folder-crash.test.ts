// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { uuidv7 } from '@signet/base';
import { drop, namesIn, testDirectory, until } from './folder-support.ts';

/** Random kills per run; `SIGNET_FOLDER_KILLS=200` makes it the long one. */
const kills = Number(process.env.SIGNET_FOLDER_KILLS ?? 5);
const documentsPerKill = 20;
const worker = join(import.meta.dirname, 'folder-crash-worker.ts');

/** One exchange folder, the client that is killed, and a consumer that takes what it finds in `out/` at any moment. */
function scene(t: TestContext) {
  const directory = testDirectory(t);
  const root = join(directory, 'exchange');
  for (const folder of ['exchange', 'exchange/in', 'state']) mkdirSync(join(directory, folder));
  const clientId = uuidv7();
  const consumed: string[] = [];
  const children: ChildProcess[] = [];
  t.after(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  return {
    root,
    clientId,
    consumed,
    start(...args: string[]): ChildProcess {
      const child = spawn(process.execPath, [worker, directory, clientId, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      children.push(child);
      return child;
    },
    consume(): void {
      // As a consumer on another computer does: copy, then remove. No link is left that could be counted.
      for (const name of namesIn(root, 'out')) {
        consumed.push(readFileSync(join(root, 'out', name), 'utf8'));
        rmSync(join(root, 'out', name));
      }
    },
    /** How many arrivals this client still has in `work/`. */
    inWork: () => namesIn(root, join('work', clientId)).filter((name) => !name.startsWith('.')).length,
  };
}

/** Each document came out exactly once, whole, and with the stamp of its own arrival. */
function assertOnce(consumed: readonly string[], sent: readonly string[]): void {
  assert.deepEqual(consumed.map((text) => text.split('\nSEALED ')[0]).sort(), [...sent].sort());
  for (const text of consumed) assert.match(text, /\nSEALED [0-9a-f-]{36} [0-9a-f]{64}\n$/);
}

describe('kill -9 of a folder exchange', { timeout: 60_000 + kills * 2_000, concurrency: 2 }, () => {
  for (const hardLinks of ['true', 'false']) {
    for (const phase of ['claimed', 'sealed', 'delivering', 'delivered', 'finished']) {
      for (const moment of ['before', 'after']) {
        test(`${moment} it noted «${phase}», hard links ${hardLinks}: one delivery`, async (t) => {
          const { root, start, consume, consumed, inWork } = scene(t);
          drop(root, 'a.pdf', 'document a');
          const first = start(hardLinks, phase, moment);
          await once(first, 'exit');
          assert.equal(first.signalCode, 'SIGKILL');
          consume();
          start(hardLinks);
          await until(() => {
            consume();
            return namesIn(root, 'archive').length === 1 && inWork() === 0;
          });
          await delay(50);
          consume();
          assertOnce(consumed, ['document a']);
          assert.deepEqual(namesIn(root, 'failed'), []);
          assert.deepEqual(namesIn(root, 'archive'), ['a.pdf']);
        });
      }
    }
  }

  test(`${kills} times at random moments, with equal names and a consumer: nothing lost, nothing twice`, async (t) => {
    const { root, start, consume, consumed, inWork } = scene(t);
    const sent: string[] = [];
    for (let round = 0; round < kills; round += 1) {
      const child = start(round % 2 === 0 ? 'true' : 'false');
      for (let n = 0; n < documentsPerKill; n += 1) {
        const content = `round ${round} document ${n}`;
        sent.push(content);
        drop(root, `${round}-${n}.pdf`, content);
      }
      const deadline = Date.now() + 150 + Math.random() * 350;
      while (Date.now() < deadline) {
        consume();
        await delay(3);
      }
      child.kill('SIGKILL');
      await once(child, 'exit');
      consume();
    }
    start('true');
    await until(() => {
      consume();
      return namesIn(root, 'archive').length === sent.length && inWork() === 0;
    });
    await delay(50);
    consume();
    assertOnce(consumed, sent);
    assert.deepEqual(namesIn(root, 'failed'), []);
  });
});
