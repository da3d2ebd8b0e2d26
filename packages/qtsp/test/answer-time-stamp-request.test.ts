// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixedClock } from '@signet/base';
import {
  type DerValue,
  type DigestAlgorithmId,
  der,
  digest,
  encodeDer,
  encodeTimeStampRequest,
  judgeTimeStampResponse,
  keySigner,
  parseTimeStampResponse,
  parseTimeStampToken,
} from '@signet/pkix';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import { answerTimeStampRequest, type TimeStampingAuthority } from '../src/index.ts';

const pki = new TestPki();
const clock = fixedClock(new Date(pkiTime.getTime() + 123));
const authority: TimeStampingAuthority = {
  certificate: pki.tsa.certificate.bytes,
  issuers: [pki.issuing.certificate.bytes],
  signer: keySigner(pki.tsa.key),
  policy: { oid: '2.999.1.2', accuracy: { seconds: 1, milliseconds: 0, microseconds: 0 } },
};
const imprintBy = (digestAlgorithm: DigestAlgorithmId) => ({
  digestAlgorithm,
  digest: digest(digestAlgorithm, Buffer.from('data')),
});
const imprint = imprintBy('sha256');
const ask = (request: Uint8Array) => answerTimeStampRequest(request, authority, clock);

describe('a request is granted', () => {
  for (const algorithm of ['sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512'] as const) {
    test(`with ${algorithm}, and the answer stands up to judgement`, () => {
      const expected = { imprint: imprintBy(algorithm), nonce: 1n << 63n, policy: '2.999.1.2' };
      const { response, serialNumber, failure } = ask(encodeTimeStampRequest(expected));
      const { token, certificate } = judgeTimeStampResponse(response, expected);
      assert.equal(certificate.fingerprint, pki.tsa.certificate.fingerprint);
      assert.deepEqual([token.info.serialNumber, failure], [serialNumber, undefined]);
      assert.deepEqual(token.info.genTime, clock.now());
      assert.equal(token.info.ordering, false);
      assert.deepEqual(token.info.accuracy, authority.policy.accuracy);
      assert.equal(token.signedData.certificates.length, 2);
    });
  }

  test('without certificates if none are asked for', () => {
    const { response } = ask(encodeTimeStampRequest({ imprint, certReq: false }));
    const token = parseTimeStampToken(parseTimeStampResponse(response).token!);
    assert.deepEqual(token.signedData.certificates, []);
    const known = { imprint, certReq: false, certificates: [pki.tsa.certificate.bytes] };
    assert.ok(judgeTimeStampResponse(response, known));
  });

  test('with a serial number never used before', () => {
    const request = encodeTimeStampRequest({ imprint });
    const serials = new Set(Array.from({ length: 200 }, () => ask(request).serialNumber));
    assert.equal(serials.size, 200);
  });
});

describe('a request is rejected', () => {
  const sequence = (version: number, oid: string, octets: Uint8Array, ...more: readonly DerValue[]) =>
    encodeDer(
      der.sequence(
        der.integer(version),
        der.sequence(der.sequence(der.oid(oid)), der.octetString(octets)),
        ...more,
      ),
    );
  const sha256 = '2.16.840.1.101.3.4.2.1';
  const extensions = der.context(0, der.sequence(der.oid('1.2.3'), der.octetString()));
  const cases: readonly (readonly [string, string, Uint8Array])[] = [
    ['badDataFormat', 'that cannot be read', Buffer.from('not DER')],
    ['badDataFormat', 'that is empty', new Uint8Array()],
    ['badDataFormat', 'whose digest is too short', sequence(1, sha256, new Uint8Array(31))],
    ['badRequest', 'of another version', sequence(2, sha256, new Uint8Array(32))],
    ['badAlg', 'by SHA-1', encodeTimeStampRequest({ imprint: imprintBy('sha1') })],
    ['badAlg', 'by an algorithm nobody knows', sequence(1, '1.2.3.4', new Uint8Array(32))],
    ['unacceptedPolicy', 'for another policy', encodeTimeStampRequest({ imprint, policy: '2.999.1.3' })],
    ['unacceptedExtension', 'with an extension', sequence(1, sha256, new Uint8Array(32), extensions)],
  ];
  for (const [failure, name, request] of cases) {
    test(`${failure}: ${name}`, () => {
      const answer = ask(request);
      const { status, failures, token } = parseTimeStampResponse(answer.response);
      assert.deepEqual(
        { status, failures, token },
        { status: 'rejection', failures: [failure], token: undefined },
      );
      assert.deepEqual([answer.failure, answer.serialNumber], [failure, undefined]);
    });
  }

  test('or granted, whatever 3,000 mutations do to it, and never with a throw', () => {
    const random = new Random(0x7a);
    const request = encodeTimeStampRequest({ imprint, nonce: 5n, policy: '2.999.1.2' });
    const statuses = new Set<string | undefined>();
    for (let i = 0; i < 3_000; i++) {
      statuses.add(parseTimeStampResponse(ask(mutate(request, random)).response).status);
    }
    assert.deepEqual([...statuses].sort(), ['granted', 'rejection']);
  });
});

test('a policy may narrow the digests', () => {
  const narrow = { ...authority, policy: { ...authority.policy, digestAlgorithms: ['sha512'] } } as const;
  assert.equal(answerTimeStampRequest(encodeTimeStampRequest({ imprint }), narrow, clock).failure, 'badAlg');
});
