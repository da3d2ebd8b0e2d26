// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SignetError } from '@signet/base';
import { errorOfProblem, problemOf, problemOfJob } from '@signet/exchange/rest';
import fc from 'fast-check';
import { bearerToken } from '../src/rest/authentication.ts';
import {
  formatAttachment,
  formatReprDigest,
  formatStringList,
  parseAttachmentName,
  parseIdempotencyKey,
  parseReprDigest,
  parseStringList,
  prefersAsync,
} from '../src/rest/header-fields.ts';

test('Repr-Digest as in RFC 9530 §2, beside other algorithms', () => {
  const sha256 = '5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03';
  assert.equal(formatReprDigest(sha256), 'sha-256=:WJG1tSLV3whtD/CxEPvZ0hu0/HFjrzTQgoai6Eb2vgM=:');
  assert.equal(parseReprDigest(`md5=:AAAA:, ${formatReprDigest(sha256)}`), sha256);
  for (const field of [undefined, '', 'sha-256=WJG1', 'sha-512=:AAAA:', 'sha-256=:AAAA:']) {
    assert.equal(parseReprDigest(field), undefined);
  }
});

test('lists of strings come back as they went', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme-ascii' })), (values) => {
      assert.deepEqual(parseStringList(formatStringList(values)), values);
    }),
  );
  assert.equal(formatStringList(['ż\r\nSet-Cookie: x']), '"???Set-Cookie: x"');
});

test('file names come back as they went, and are never paths', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }), (name) => {
      fc.pre(name.isWellFormed());
      const parsed = parseAttachmentName(formatAttachment(name)) ?? '';
      assert.ok(!/[/\\\p{Cc}]/u.test(parsed.replace(/[\u0080-\u009f]/g, '')));
      // biome-ignore lint/suspicious/noControlCharactersInRegex: names without them are the ones that stay
      if (!/[/\\\u0000-\u001f\u007f]/.test(name)) assert.equal(parsed, name);
    }),
  );
  assert.equal(parseAttachmentName('attachment; filename="../../etc/passwd"'), 'passwd');
  assert.equal(parseAttachmentName("attachment; filename=a.pdf; filename*=UTF-8''%C5%BC.pdf"), 'ż.pdf');
  assert.equal(parseAttachmentName("attachment; filename=a.pdf; filename*=UTF-8''%zz"), 'a.pdf');
  assert.equal(parseAttachmentName('attachment; filename="a/"'), undefined);
  assert.equal(parseAttachmentName('attachment'), undefined);
  assert.ok(!/[\r\n]/.test(formatAttachment('a\r\nSet-Cookie: b')));
});

test('Prefer: respond-async among others', () => {
  for (const field of ['respond-async', 'Respond-Async', 'wait=5, respond-async', 'respond-async; foo=1']) {
    assert.ok(prefersAsync(field), field);
  }
  for (const field of [undefined, '', 'wait=5', 'respond-async-not', 'return=respond-async']) {
    assert.ok(!prefersAsync(field), String(field));
  }
});

test('an Idempotency-Key is plain or quoted', () => {
  assert.equal(
    parseIdempotencyKey('8e03978e-40d5-43dd-bc93-6894a57f9324'),
    '8e03978e-40d5-43dd-bc93-6894a57f9324',
  );
  assert.equal(parseIdempotencyKey('"8e03978e"'), '8e03978e');
  assert.equal(parseIdempotencyKey(undefined), undefined);
  for (const field of ['', '""', 'a b', '"a', 'ż', 'x'.repeat(256), ['a', 'b, c']]) {
    assert.throws(() => parseIdempotencyKey(field), { code: 'request.invalid' });
  }
});

test('a bearer token is taken as RFC 6750 writes it', () => {
  assert.equal(bearerToken('Bearer abc.DEF-_~+/=='), 'abc.DEF-_~+/==');
  assert.equal(bearerToken('bearer x'), 'x');
  for (const field of [
    '',
    'Bearer',
    'Bearer ',
    'Bearer a b',
    'Basic eDp5',
    'Bearer ż',
    `Bearer ${'x'.repeat(600)}`,
  ]) {
    assert.throws(() => bearerToken(field), { code: 'access.malformed-authorization' });
  }
});

const id = '01890a5d-ac96-774b-bcce-b302099a8057';

test('a problem document comes back as the error it was', () => {
  const error = new SignetError('request.in-progress', { job: id });
  const problem = problemOf(error, id);
  assert.deepEqual(
    { ...problem, detail: '' },
    {
      type: 'urn:signet:error:request.in-progress',
      title: 'In progress',
      status: 409,
      detail: '',
      instance: `urn:uuid:${id}`,
      code: 'request.in-progress',
      retryable: true,
      details: { job: id },
      job: id,
    },
  );
  const back = errorOfProblem(JSON.parse(JSON.stringify(problem)), 409);
  assert.deepEqual([back.code, back.details, back.message], [error.code, error.details, error.message]);
});

test('causes and paths stay inside', () => {
  const error = new SignetError(
    'general.io',
    { path: '/srv/keys/seal.p12', reason: 'EACCES' },
    new TypeError('secret'),
  );
  assert.doesNotMatch(JSON.stringify(problemOf(error, id)), /srv|secret/);
  const stored = { code: error.code, message: error.message, details: error.details };
  assert.doesNotMatch(JSON.stringify(problemOfJob(stored, id)), /srv/);
});

test('codes that are not known here are told apart by whether they pass', () => {
  assert.equal(errorOfProblem({ code: 'new.code', retryable: true }, 400).code, 'exchange.server-error');
  assert.equal(errorOfProblem({ code: 'new.code', retryable: false }, 500).code, 'exchange.server-refused');
  assert.equal(errorOfProblem(undefined, 503).code, 'exchange.server-error');
  assert.equal(errorOfProblem('text', 403).code, 'exchange.server-refused');
  assert.equal(errorOfProblem({ code: '__proto__' }, 400).code, 'exchange.server-refused');
  assert.deepEqual(
    errorOfProblem({ code: 'request.invalid', details: { where: 'x', deep: {} } }, 400).details,
    { where: 'x' },
  );
});

test('a name that is cut in the middle of a character can still be written', () => {
  const field = `attachment; filename*=UTF-8''${encodeURIComponent(`${'a'.repeat(254)}😀.pdf`)}`;
  const name = parseAttachmentName(field) ?? '';
  assert.equal(name.length, 255);
  assert.match(formatAttachment(name), /^attachment; /);
});
