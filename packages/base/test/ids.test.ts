// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fixedClock, isUuid, uuidv7 } from '@signet/base';

test('ids of one process are unique and sort in the order of their making, also within one millisecond', () => {
  const clock = fixedClock('2026-01-01T00:00:00Z');
  const ids = Array.from({ length: 10_000 }, () => uuidv7(clock));
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual([...ids].sort(), ids);
});

test('an id is a UUID of version 7 that carries its time', () => {
  const before = Date.now();
  const id = uuidv7();
  assert.ok(isUuid(id));
  assert.equal(id[14], '7');
  assert.ok(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) >= before);
});

test('what is not a UUID is not taken for one', () => {
  for (const text of [
    '',
    'a',
    '../../etc/passwd',
    '018f0000-0000-7000-0000-000000000000',
    '018F0000-0000-7000-8000-000000000000',
  ]) {
    assert.equal(isUuid(text), false, text);
  }
});
