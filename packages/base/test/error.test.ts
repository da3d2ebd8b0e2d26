// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asSignetError, isErrorCode, isSignetError, SignetError } from '@signet/base';

test('the sentence is the row of the table with its details filled in', () => {
  const error = new SignetError('general.io', { path: 'a.pdf', reason: 'ENOSPC' });
  assert.equal(error.message, 'Reading or writing a.pdf failed: ENOSPC.');
  assert.equal(error.row.status, 503);
  assert.equal(error.row.retryable, true);
});

test('a detail cannot smuggle in a placeholder or a pattern', () => {
  const error = new SignetError('general.io', { path: '{reason} $& $1', reason: 'EIO' });
  assert.equal(error.message, 'Reading or writing {reason} $& $1 failed: EIO.');
});

test('what has no code becomes general.internal and keeps its cause inside', () => {
  const cause = new RangeError('secret path');
  const error = asSignetError(cause, 'request-1');
  assert.ok(isSignetError(error, 'general.internal'));
  assert.equal(error.cause, cause);
  assert.ok(!error.message.includes('secret'));
  assert.equal(asSignetError(error), error);
});

test('codes from outside are looked up, not believed', () => {
  assert.ok(isErrorCode('general.io'));
  assert.equal(isErrorCode('toString'), false);
  assert.equal(isErrorCode('general.unheard-of'), false);
});
