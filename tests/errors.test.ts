// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { errorTable } from '../packages/base/src/index.ts';
import { errorsPage } from '../scripts/errors-doc.ts';

const root = join(import.meta.dirname, '..');
const sources = globSync('{packages,apps}/*/src/**/*.ts', { cwd: root })
  .filter((path) => !/packages[\\/]base[\\/]src[\\/]errors/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

test('docs/errors.md is the error table', () => {
  assert.equal(
    readFileSync(join(root, 'docs', 'errors.md'), 'utf8'),
    errorsPage(),
    'run: node scripts/errors-doc.ts',
  );
});

test('every code of the table is used by the product', () => {
  const unused = Object.keys(errorTable).filter((code) => !sources.includes(`'${code}'`));
  assert.deepEqual(unused, []);
});

test('codes read area.reason, sentences end, statuses are those of an error', () => {
  for (const [code, row] of Object.entries(errorTable)) {
    assert.match(code, /^[a-z0-9]+\.[a-z0-9-]+$/);
    assert.match(row.message, /[.)]$/, code);
    assert.ok(row.status >= 400 && row.status <= 599, code);
    assert.ok(!row.retryable || [408, 409, 429, 500, 502, 503, 504].includes(row.status), code);
  }
});
