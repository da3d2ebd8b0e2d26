// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { lockDirectory } from '../src/index.ts';

const directory = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(directory, { recursive: true, force: true }));

const inUse = { code: 'storage.in-use' };

it('gives a directory to one taker in a process', () => {
  const lock = lockDirectory(directory);
  assert.throws(() => lockDirectory(directory), inUse);
  lock.release();
  lock.release();
  lockDirectory(directory).release();
});

it('is given back by a process that is killed', async () => {
  const module = new URL('../src/index.ts', import.meta.url).href;
  const program = `const { lockDirectory } = await import(${JSON.stringify(module)});
    lockDirectory(process.argv[1]); process.stdout.write('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  assert.throws(() => lockDirectory(directory), inUse);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockDirectory(directory).release();
});

it('names a directory that is not there', () => {
  assert.throws(() => lockDirectory(join(directory, 'missing')), { code: 'general.io' });
});
