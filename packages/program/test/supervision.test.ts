// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { backOff } from '@signet/program';

const fixtures = join(import.meta.dirname, 'fixtures');

/** A supervisor in a process of its own, and the lines that it prints. */
function startSupervisor(...args: string[]): {
  process: ChildProcess;
  line(): Promise<Record<string, unknown>>;
} {
  const child = spawn(process.execPath, [join(fixtures, 'supervisor.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    process: child,
    async line() {
      const { value, done } = await lines.next();
      assert.ok(!done, 'the supervisor ended before it said more');
      return JSON.parse(value) as Record<string, unknown>;
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some(isAlive)) await sleep(20);
}

describe('a supervisor', () => {
  it('starts a killed child again on the same port, and ends all when told', async () => {
    const supervisor = startSupervisor('2');
    const ready = await supervisor.line();
    const pids = ready.pids as number[];
    assert.equal(pids.length, 2);
    process.kill(pids[0]!, 'SIGKILL');
    const again = await supervisor.line();
    assert.ok((again.pids as number[]).includes(pids[1]!), 'the other child stayed');
    assert.equal((again.pids as number[]).length, 2);
    const answer = await fetch(`http://127.0.0.1:${ready.port}/`);
    assert.ok((again.pids as number[]).includes(Number(await answer.text())));
    supervisor.process.kill('SIGTERM');
    const [code] = await once(supervisor.process, 'exit');
    assert.equal(code, 0);
    await untilGone(again.pids as number[]);
  });

  it('leaves no child behind when it is killed, and the port is free at once', async () => {
    const first = startSupervisor('2');
    const { pids, port } = await first.line();
    first.process.kill('SIGKILL');
    await once(first.process, 'exit');
    const second = startSupervisor('1', String(port));
    assert.equal((await second.line()).port, port);
    await untilGone(pids as number[]);
    second.process.kill('SIGTERM');
    await once(second.process, 'exit');
  });

  it('refuses a port that another one holds', async () => {
    const first = startSupervisor('1');
    const { port } = await first.line();
    const second = startSupervisor('1', String(port));
    assert.deepEqual(await second.line(), { failed: 'config.port-in-use' });
    first.process.kill('SIGTERM');
    await once(first.process, 'exit');
  });

  it('gives up on a child that never comes up', async () => {
    const supervisor = startSupervisor('1', '0', 'crash');
    assert.deepEqual(await supervisor.line(), { failed: 'config.workers-failing' });
    await once(supervisor.process, 'exit');
  });
});

describe('back-off', () => {
  it('doubles up to its ceiling, and starts anew after a reset', () => {
    const pause = backOff({ first: 100, ceiling: 500 }, () => 0);
    assert.deepEqual([pause.next(), pause.next(), pause.next(), pause.next()], [100, 200, 400, 500]);
    assert.equal(pause.failures, 4);
    pause.reset();
    assert.equal(pause.next(), 100);
  });
});
