// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { OpensslDirectory, withoutOpenssl } from '../../../tests/testkit/openssl.ts';
import { TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildTimeStampToken,
  der,
  digest,
  digestAlgorithmOf,
  encodeDer,
  encodePem,
  encodeTimeStampRequest,
  encodeTimeStampResponse,
  keySigner,
  parseTimeStampInfo,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseTimeStampToken,
} from '../src/index.ts';

const pki = new TestPki();
const imprint = { digestAlgorithm: 'sha256', digest: digest('sha256', Buffer.from('data')) } as const;

describe('requests', () => {
  test('come back as written', () => {
    const nonce = fc.option(fc.bigInt({ min: 0n, max: (1n << 160n) - 1n }), { nil: undefined });
    const policy = fc.option(fc.constantFrom('1.2.3', '2.999.1.2', '0.4.0.2023.1.1'), { nil: undefined });
    fc.assert(
      fc.property(nonce, policy, fc.boolean(), (nonce, policy, certReq) => {
        const request = parseTimeStampRequest(
          encodeTimeStampRequest({
            imprint,
            certReq,
            ...(nonce === undefined ? {} : { nonce }),
            ...(policy === undefined ? {} : { policy }),
          }),
        );
        assert.equal(request.version, 1);
        assert.equal(digestAlgorithmOf(request.imprint.algorithm), 'sha256');
        assert.deepEqual(Buffer.from(request.imprint.digest), Buffer.from(imprint.digest));
        assert.deepEqual(
          { nonce: request.nonce, policy: request.policy, certReq: request.certReq },
          { nonce, policy, certReq },
        );
      }),
    );
  });

  test('ask for the certificate unless told otherwise', () => {
    assert.equal(parseTimeStampRequest(encodeTimeStampRequest({ imprint })).certReq, true);
  });

  test('tell their extensions', () => {
    const extension = der.sequence(der.oid('1.2.3.4'), der.octetString());
    const fields = [der.integer(1), der.sequence(der.sequence(der.oid('1.2.3')), der.octetString())];
    const bytes = encodeDer(der.sequence(...fields, der.context(0, extension)));
    assert.deepEqual(parseTimeStampRequest(bytes).extensions, ['1.2.3.4']);
  });

  test('made by openssl are read', { skip: withoutOpenssl }, (context) => {
    const directory = new OpensslDirectory(context);
    const data = directory.file('data', 'data');
    const out = directory.path('query');
    const { ok, text } = directory.run(
      'ts',
      '-query',
      '-data',
      data,
      '-sha512',
      '-tspolicy',
      '1.2.3',
      '-out',
      out,
    );
    assert.ok(ok, text);
    const request = parseTimeStampRequest(readFileSync(out));
    assert.deepEqual(Buffer.from(request.imprint.digest), Buffer.from(digest('sha512', Buffer.from('data'))));
    assert.equal(request.policy, '1.2.3');
    assert.equal(request.certReq, false);
    assert.ok(request.nonce! > 0n);
  });

  const refused: Readonly<Record<string, Uint8Array>> = {
    nothing: new Uint8Array(),
    'an empty sequence': Uint8Array.of(0x30, 0),
    'something after it': Buffer.concat([encodeTimeStampRequest({ imprint }), Uint8Array.of(0)]),
    'fields in another order': encodeDer(der.sequence(der.sequence(), der.integer(1))),
  };
  for (const [name, bytes] of Object.entries(refused)) {
    test(`tsp.request-malformed: ${name}`, () =>
      assert.throws(() => parseTimeStampRequest(bytes), { code: 'tsp.request-malformed' }));
  }
});

describe('responses', () => {
  test('of failure come back as written', () => {
    for (const failure of ['badAlg', 'badRequest', 'timeNotAvailable', 'systemFailure'] as const) {
      const bytes = encodeTimeStampResponse({ status: 'rejection', failure, text: 'zażółć' });
      const { status, statusText, failures, token } = parseTimeStampResponse(bytes);
      assert.deepEqual(
        { status, statusText, failures, token },
        { status: 'rejection', statusText: ['zażółć'], failures: [failure], token: undefined },
      );
    }
  });

  test('with a token keep its octets', () => {
    const token = pki.stamp(imprint.digest);
    const response = parseTimeStampResponse(encodeTimeStampResponse({ status: 'granted', token }));
    assert.equal(response.status, 'granted');
    assert.deepEqual(Buffer.from(response.token!), Buffer.from(token));
  });

  test('with a status, failure bits and lengths that nobody defined are read', () => {
    const bytes = encodeDer(
      der.sequence(der.sequence(der.integer(77), der.bitString(Uint8Array.of(0x60, 0, 0, 0, 0x80), 7))),
    );
    const { status, statusCode, failures } = parseTimeStampResponse(bytes);
    assert.deepEqual(
      { status, statusCode, failures },
      { status: undefined, statusCode: 77, failures: ['badRequest'] },
    );
    const negative = encodeDer(der.sequence(der.sequence(der.integer(-1))));
    assert.equal(parseTimeStampResponse(negative).status, undefined);
  });
});

describe('tokens', () => {
  const info = {
    policy: '2.999.1',
    imprint,
    serialNumber: 1n << 127n,
    genTime: new Date('2026-06-01T10:00:00.250Z'),
  };
  const { certificate, key } = pki.tsa;
  const build = (more: object) =>
    buildTimeStampToken({
      info: { ...info, ...more },
      certificate: certificate.bytes,
      certificates: [certificate.bytes],
      signer: keySigner(key),
    });

  test('come back as written, fractions of the second and accuracy included', () => {
    const accuracy = { seconds: 1, milliseconds: 500, microseconds: 999 };
    const token = parseTimeStampToken(build({ accuracy, ordering: true, nonce: 0n }));
    const { imprint: received, tsa, extensions, ...rest } = token.info;
    assert.deepEqual(rest, {
      version: 1,
      policy: '2.999.1',
      serialNumber: 1n << 127n,
      genTime: info.genTime,
      genTimeText: '20260601100000.25Z',
      accuracy,
      ordering: true,
      nonce: 0n,
    });
    assert.deepEqual(Buffer.from(received.digest), Buffer.from(imprint.digest));
    assert.deepEqual({ tsa, extensions }, { tsa: undefined, extensions: [] });
  });

  test('may be followed by the zeros of a hole where that is expected', () => {
    const token = build({});
    const padded = Buffer.concat([token, Buffer.alloc(7)]);
    assert.deepEqual(Buffer.from(parseTimeStampToken(padded, { padding: true }).encoded), Buffer.from(token));
    assert.throws(() => parseTimeStampToken(padded), { code: 'tsp.token-malformed' });
  });

  test('with a genTime of many digits keep them as text', () => {
    const content = encodeDer(
      der.sequence(
        der.integer(1),
        der.oid('1.2'),
        der.sequence(der.sequence(der.oid('1.2.3')), der.octetString()),
        der.integer(1),
        der.element(0x18, Buffer.from('20260601100000.123456789Z')),
        der.sequence(der.element(0x80, Uint8Array.of(5))),
        der.context(0, der.element(0x86, Buffer.from('http://tsa'))),
      ),
    );
    const parsed = parseTimeStampInfo(content);
    assert.equal(parsed.genTimeText, '20260601100000.123456789Z');
    assert.equal(parsed.genTime.toISOString(), '2026-06-01T10:00:00.123Z');
    assert.deepEqual(parsed.accuracy, { seconds: 0, milliseconds: 5, microseconds: 0 });
    assert.equal(parsed.tsa?.[0], 0x86);
  });

  test('are no CMS of another kind', () => {
    assert.throws(() => parseTimeStampToken(encodeTimeStampRequest({ imprint })), {
      code: 'tsp.token-malformed',
    });
    const { token } = parseTimeStampResponse(
      encodeTimeStampResponse({ status: 'granted', token: build({}) }),
    );
    assert.throws(() => parseTimeStampToken(token!.subarray(1)), { code: 'tsp.token-malformed' });
  });

  test('are accepted by openssl ts', { skip: withoutOpenssl }, (context) => {
    const directory = new OpensslDirectory(context);
    const chain = [pki.root, pki.issuing].map((each) => encodePem('CERTIFICATE', each.certificate.bytes));
    const token = directory.file('token', pki.stamp(imprint.digest));
    const { text } = directory.run(
      ...['ts', '-verify', '-token_in', '-in', token, '-data', directory.file('data', 'data')],
      ...['-CAfile', directory.file('roots.pem', chain.join('')), '-attime', '1780000000'],
    );
    assert.match(text, /Verification: OK/);
  });
});
