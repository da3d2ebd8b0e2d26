// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fixedClock } from '@signet/base';
import {
  type CertificateStatus,
  encodeOcspRequest,
  extendedKeyUsages,
  judgeOcspResponse,
  keySigner,
  parseOcspResponse,
} from '@signet/pkix';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import { answerOcspRequest, type OcspResponder } from '../src/index.ts';

const pki = new TestPki();
const clock = fixedClock(pkiTime);
const issuer = pki.issuing.certificate;
const { certificate } = pki.seal('p256');
const delegated = pki.issue('Test OCSP', {
  issuer: pki.issuing,
  extensions: { extKeyUsage: { purposes: [extendedKeyUsages.ocspSigning] } },
});
const responder: OcspResponder = {
  issuer,
  certificate: delegated.certificate,
  signer: keySigner(delegated.key),
  statusOf: (serialNumber) => ({ kind: serialNumber === certificate.serialNumberHex ? 'good' : 'unknown' }),
};
const asked = { certificate, issuer };
const nonce = Buffer.alloc(16, 3);

describe('answerOcspRequest', () => {
  test('answers about a certificate, repeating the nonce', () => {
    for (const digestAlgorithm of ['sha1', 'sha256'] as const) {
      const request = encodeOcspRequest({ certificates: [asked], nonce, digestAlgorithm });
      const response = parseOcspResponse(answerOcspRequest(request, responder, clock));
      const { single, basic } = judgeOcspResponse(response, { ...asked, nonce, at: pkiTime });
      assert.deepEqual(single.status, { kind: 'good' });
      assert.deepEqual(single.nextUpdate, new Date(pkiTime.getTime() + 3_600_000));
      assert.deepEqual(Buffer.from(basic.nonce!), nonce);
    }
  });

  test('gives what is known of each certificate asked about', () => {
    const revoked: CertificateStatus = { kind: 'revoked', revocationTime: pkiTime, reason: 'superseded' };
    const other = pki.seal('p384').certificate;
    const certificates = [
      asked,
      { certificate: other, issuer },
      { certificate: issuer, issuer: pki.root.certificate },
    ];
    const statusOf = (serialNumber: string): CertificateStatus =>
      serialNumber === other.serialNumberHex ? revoked : { kind: 'good' };
    const bytes = answerOcspRequest(encodeOcspRequest({ certificates }), { ...responder, statusOf }, clock);
    const statuses = parseOcspResponse(bytes).basic!.responses.map(({ status }) => status);
    assert.deepEqual(statuses, [{ kind: 'good' }, revoked, { kind: 'unknown' }]);
  });

  test('carries no certificate where the issuer answers itself', () => {
    const own = { ...responder, certificate: issuer, signer: keySigner(pki.issuing.key) };
    const bytes = answerOcspRequest(encodeOcspRequest({ certificates: [asked] }), own, clock);
    const response = parseOcspResponse(bytes);
    assert.deepEqual(response.basic!.certificates, []);
    assert.ok(judgeOcspResponse(response, asked));
  });

  test('unauthorized: certificates of another issuer', () => {
    const certificates = [{ certificate: issuer, issuer: pki.root.certificate }];
    const bytes = answerOcspRequest(encodeOcspRequest({ certificates }), responder, clock);
    assert.equal(parseOcspResponse(bytes).status, 'unauthorized');
  });

  test('malformedRequest: no DER, nothing asked, too much asked, a nonce out of bounds', () => {
    const requests = [
      Buffer.from('x'),
      encodeOcspRequest({ certificates: [] }),
      encodeOcspRequest({ certificates: new Array(21).fill(asked) }),
      encodeOcspRequest({ certificates: [asked], nonce: new Uint8Array() }),
      encodeOcspRequest({ certificates: [asked], nonce: new Uint8Array(129) }),
    ];
    for (const request of requests) {
      assert.equal(
        parseOcspResponse(answerOcspRequest(request, responder, clock)).status,
        'malformedRequest',
      );
    }
  });

  test('answers 3,000 mutated requests without a throw', () => {
    const random = new Random(0x0c59);
    const request = encodeOcspRequest({ certificates: [asked], nonce });
    const statuses = new Set<string | undefined>();
    for (let i = 0; i < 3_000; i++) {
      statuses.add(parseOcspResponse(answerOcspRequest(mutate(request, random), responder, clock)).status);
    }
    assert.deepEqual([...statuses].sort(), ['malformedRequest', 'successful', 'unauthorized']);
  });
});
