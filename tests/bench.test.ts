// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const main = join(import.meta.dirname, '..', 'bench', 'main.ts');
const members = ['case', 'docs_per_s', 'limit_per_s', 'ratio', 'p50_ms', 'p99_ms', 'peak_rss_mb'];

test('the benchmark of the library path prints one object a line, with figures of these names', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, 'pades', '--smoke', '--json'], {
    encoding: 'utf8',
  });
  assert.equal(status, 0, stderr);
  const figures = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.ok(figures.length >= 2);
  for (const { case: name, ...numbers } of figures) {
    assert.equal(typeof name, 'string');
    assert.deepEqual(['case', ...Object.keys(numbers)], members);
    for (const [member, value] of Object.entries(numbers)) assert.ok(Number(value) > 0, member);
  }
});

test('an unknown benchmark is refused with what there is', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'xades'], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /pades\|server/);
});
