// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { OpensslDirectory, withoutOpenssl } from '../../../tests/testkit/openssl.ts';
import { type KeyPair, pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildOcspResponse,
  type CertificateStatus,
  certIdNames,
  certIdNamesIssuer,
  der,
  encodeDer,
  encodeOcspFailure,
  encodeOcspRequest,
  encodePem,
  extendedKeyUsages,
  judgeBasicOcspResponse,
  judgeOcspResponse,
  keySigner,
  type OcspExpectation,
  type OcspResponseInput,
  parseBasicOcspResponse,
  parseOcspRequest,
  parseOcspResponse,
} from '../src/index.ts';

const pki = new TestPki();
const issuer = pki.issuing.certificate;
const { certificate } = pki.seal('p256');
const asked = { certificate, issuer };
const nonce = Buffer.alloc(32, 7);
const hour = 3_600_000;
const responderOf = (purposes: readonly string[], more: object = {}) =>
  pki.issue('Test OCSP', { issuer: pki.issuing, extensions: { extKeyUsage: { purposes } }, ...more });
const delegated = responderOf([extendedKeyUsages.ocspSigning]);

const certIdOf = (who = asked, digestAlgorithm: 'sha1' | 'sha256' = 'sha1') =>
  parseOcspRequest(encodeOcspRequest({ certificates: [who], digestAlgorithm })).certIds[0]!;

function answer(changes: Partial<OcspResponseInput> = {}, by: KeyPair = delegated): Uint8Array {
  return buildOcspResponse({
    responder: by.certificate,
    signer: keySigner(by.key),
    producedAt: pkiTime,
    responses: [single({ kind: 'good' })],
    certificates: by === pki.issuing ? [] : [by.certificate.bytes],
    ...changes,
  });
}

function single(status: CertificateStatus, certId = certIdOf().encoded) {
  return { certId, status, thisUpdate: pkiTime, nextUpdate: new Date(pkiTime.getTime() + hour) };
}

const judge = (bytes: Uint8Array, changes: Partial<OcspExpectation> = {}) =>
  judgeOcspResponse(parseOcspResponse(bytes), { ...asked, at: pkiTime, ...changes });

describe('OCSP requests', () => {
  test('come back as written', () => {
    const certificates = [asked, { certificate: issuer, issuer: pki.root.certificate }];
    const request = parseOcspRequest(encodeOcspRequest({ certificates, nonce }));
    assert.equal(request.isSigned, false);
    assert.deepEqual(Buffer.from(request.nonce!), nonce);
    assert.deepEqual(
      request.certIds.map((certId, index) => certIdNames(certId, certificates[index]!)),
      [true, true],
    );
    assert.equal(parseOcspRequest(encodeOcspRequest({ certificates })).nonce, undefined);
  });

  test('name a certificate by any digest, and no other', () => {
    for (const digestAlgorithm of ['sha1', 'sha256'] as const) {
      const certId = certIdOf(asked, digestAlgorithm);
      assert.ok(certIdNames(certId, asked));
      assert.ok(certIdNamesIssuer(certId, issuer));
      assert.ok(!certIdNames(certId, { certificate: pki.seal('p384').certificate, issuer }));
      assert.ok(!certIdNames(certId, { certificate, issuer: pki.root.certificate }));
      const { certificate: renewed } = pki.issue('Test Issuing CA', { issuer: pki.root });
      assert.ok(!certIdNames(certId, { certificate, issuer: renewed }));
    }
  });

  test('ocsp.request-malformed', () => {
    const request = encodeOcspRequest({ certificates: [asked] });
    for (let length = 0; length < request.length; length++) {
      assert.throws(() => parseOcspRequest(request.subarray(0, length)), { code: 'ocsp.request-malformed' });
    }
  });
});

describe('OCSP answers', () => {
  test('come back as written', () => {
    const archiveCutoff = new Date('2020-01-01T00:00:00Z');
    const statuses: CertificateStatus[] = [
      { kind: 'good' },
      { kind: 'unknown' },
      { kind: 'revoked', revocationTime: pkiTime, reason: undefined },
      { kind: 'revoked', revocationTime: pkiTime, reason: 'cessationOfOperation' },
    ];
    const responses = statuses.map((status) => ({ ...single(status), archiveCutoff }));
    const { status, basic } = parseOcspResponse(answer({ responses, nonce }));
    assert.equal(status, 'successful');
    assert.deepEqual(
      basic!.responses.map((each) => each.status),
      statuses,
    );
    assert.deepEqual(basic!.responses[0]!.nextUpdate, new Date(pkiTime.getTime() + hour));
    assert.deepEqual(basic!.responses[0]!.archiveCutoff, archiveCutoff);
    assert.deepEqual([basic!.producedAt, basic!.responderId.kind], [pkiTime, 'key']);
    assert.deepEqual(Buffer.from(basic!.nonce!), nonce);
    assert.deepEqual(Buffer.from(parseBasicOcspResponse(basic!.bytes).tbs), Buffer.from(basic!.tbs));
  });

  test('are good when the issuer signs, or whom it delegated to', () => {
    for (const by of [delegated, pki.issuing]) {
      const judged = judge(answer({ nonce }, by), { nonce });
      assert.deepEqual(judged.single.status, { kind: 'good' });
      assert.equal(judged.responder.fingerprint, by.certificate.fingerprint);
    }
    const { basic } = parseOcspResponse(answer());
    assert.equal(judgeBasicOcspResponse(basic!, asked).single.status.kind, 'good');
  });

  test('are good when a responder trusted by configuration signs', () => {
    const stranger = pki.issue('Company OCSP');
    const bytes = answer({}, stranger);
    assert.throws(() => judge(bytes), { code: 'ocsp.responder-unauthorized' });
    assert.ok(judge(bytes, { trustedResponders: [stranger.certificate] }));
  });

  test('the newest answer about the certificate counts', () => {
    const older = { ...single({ kind: 'good' }), thisUpdate: new Date(pkiTime.getTime() - hour) };
    const newer = single({ kind: 'revoked', revocationTime: pkiTime, reason: 'keyCompromise' });
    for (const responses of [
      [older, newer],
      [newer, older],
    ]) {
      assert.equal(judge(answer({ responses })).single.status.kind, 'revoked');
    }
  });
});

describe('judgeOcspResponse', () => {
  test('ocsp.try-later and ocsp.unsuccessful', () => {
    for (const [status, code] of [
      ['tryLater', 'ocsp.try-later'],
      ['internalError', 'ocsp.try-later'],
      ['unauthorized', 'ocsp.unsuccessful'],
      ['malformedRequest', 'ocsp.unsuccessful'],
      ['sigRequired', 'ocsp.unsuccessful'],
    ] as const) {
      assert.throws(() => judge(encodeOcspFailure(status)), { code });
    }
    assert.throws(() => judge(encodeDer(der.sequence(der.enumerated(99)))), { code: 'ocsp.unsuccessful' });
  });

  test('ocsp.malformed: success without an answer, or of another type', () => {
    assert.throws(() => judge(encodeDer(der.sequence(der.enumerated(0)))), { code: 'ocsp.malformed' });
    const other = der.sequence(der.oid('1.2.3'), der.octetString());
    assert.throws(() => judge(encodeDer(der.sequence(der.enumerated(0), der.context(0, other)))), {
      code: 'ocsp.malformed',
    });
  });

  test('ocsp.certificate-not-covered: an answer about another certificate', () => {
    const other = certIdOf({ certificate: pki.seal('p384').certificate, issuer }).encoded;
    const bytes = answer({ responses: [single({ kind: 'good' }, other)] });
    assert.throws(() => judge(bytes), { code: 'ocsp.certificate-not-covered' });
    assert.throws(() => judge(answer({ responses: [] })), { code: 'ocsp.certificate-not-covered' });
  });

  test('ocsp.responder-unauthorized: without the purpose, of another issuer, expired, self-made, not sent', () => {
    const forOcsp = { extKeyUsage: { purposes: [extendedKeyUsages.ocspSigning] } };
    const forged = pki.issue('Test Issuing CA');
    const unauthorized = [
      responderOf([extendedKeyUsages.serverAuth]),
      pki.issue('Test OCSP', { issuer: pki.issuing }),
      pki.issue('Test OCSP', { issuer: pki.root, extensions: forOcsp }),
      pki.issue('Test OCSP', { issuer: forged, extensions: forOcsp }),
      // Signed by the issuer's key, but in the name of another.
      pki.issue('Test OCSP', {
        issuer: { certificate: pki.root.certificate, key: pki.issuing.key },
        extensions: forOcsp,
      }),
      responderOf([extendedKeyUsages.ocspSigning], { notAfter: new Date(pkiTime.getTime() - hour) }),
      pki.seal('p256'),
    ];
    for (const by of unauthorized) {
      assert.throws(() => judge(answer({}, by)), { code: 'ocsp.responder-unauthorized' });
    }
    assert.throws(() => judge(answer({ certificates: [] })), { code: 'ocsp.responder-unauthorized' });
  });

  test('ocsp.signature-invalid: another key, changed octets', () => {
    assert.throws(() => judge(answer({ signer: keySigner(pki.root.key) })), {
      code: 'ocsp.signature-invalid',
    });
    const bytes = answer({
      responses: [single({ kind: 'revoked', revocationTime: pkiTime, reason: undefined })],
    });
    bytes[Buffer.from(bytes).lastIndexOf('20260601000000Z') + 3]! ^= 1;
    assert.throws(() => judge(bytes), { code: 'ocsp.signature-invalid' });
  });

  test('ocsp.nonce-mismatch: another nonce; none is what cached answers have', () => {
    assert.throws(() => judge(answer({ nonce: Buffer.alloc(32) }), { nonce }), {
      code: 'ocsp.nonce-mismatch',
    });
    assert.ok(judge(answer(), { nonce }));
  });

  test('ocsp.not-yet-valid and ocsp.stale, with a tolerance for clocks', () => {
    const at = (milliseconds: number) => ({ at: new Date(pkiTime.getTime() + milliseconds) });
    judge(answer(), at(-60_000));
    judge(answer(), at(hour + 60_000));
    assert.throws(() => judge(answer(), at(-60_001)), { code: 'ocsp.not-yet-valid' });
    assert.throws(() => judge(answer(), at(hour + 60_001)), { code: 'ocsp.stale' });
  });
});

describe('hostile OCSP answers', () => {
  test('every truncation is ocsp.malformed', () => {
    const bytes = answer({ nonce });
    for (let length = 0; length < bytes.length; length++) {
      assert.throws(() => parseOcspResponse(bytes.subarray(0, length)), { code: 'ocsp.malformed' });
    }
  });

  test('certificates that cannot be read do not hide the responder’s', () => {
    const certificates = [Uint8Array.of(0x30, 0), delegated.certificate.bytes];
    assert.ok(judge(answer({ certificates })));
  });
});

describe('with openssl', { skip: withoutOpenssl }, () => {
  test('it accepts our answer to its question', (context) => {
    const directory = new OpensslDirectory(context);
    const [issuerFile, file, root] = [issuer, certificate, pki.root.certificate].map((each, index) =>
      directory.file(`${index}.pem`, encodePem('CERTIFICATE', each.bytes)),
    ) as [string, string, string];
    const query = directory.path('query');
    directory.run('ocsp', '-issuer', issuerFile, '-sha256', '-cert', file, '-reqout', query);
    const request = parseOcspRequest(readFileSync(query));
    assert.ok(certIdNames(request.certIds[0]!, asked));
    const responses = [single({ kind: 'good' }, request.certIds[0]!.encoded)];
    const reply = directory.file('reply', answer({ responses, nonce: request.nonce! }));
    const { text } = directory.run(
      ...['ocsp', '-respin', reply, '-no_nonce', '-issuer', issuerFile, '-sha256', '-cert', file],
      ...['-CAfile', root, '-VAfile', issuerFile, '-attime', '1780272000', '-validity_period', '999999999'],
    );
    assert.match(text, /: good/);
  });

  test('we accept its answer to our question', (context) => {
    const directory = new OpensslDirectory(context);
    const pem = (name: string, pair: KeyPair) => [
      directory.file(`${name}.pem`, encodePem('CERTIFICATE', pair.certificate.bytes)),
      directory.file(`${name}.key`, pair.key.export({ type: 'pkcs8', format: 'pem' })),
    ];
    const line = `V\t360101000000Z\t\t${certificate.serialNumberHex.toUpperCase()}\tunknown\t/CN=x\n`;
    const [ca] = pem('ca', pki.issuing);
    const [signer, signerKey] = pem('ocsp', delegated);
    const request = directory.file('query', encodeOcspRequest({ certificates: [asked], nonce }));
    const { ok, text } = directory.run(
      ...['ocsp', '-index', directory.file('index.txt', line), '-CA', ca!, '-rsigner', signer!],
      ...['-rkey', signerKey!, '-reqin', request, '-respout', directory.path('reply'), '-ndays', '1'],
    );
    assert.ok(ok, text);
    const response = parseOcspResponse(readFileSync(directory.path('reply')));
    const judged = judgeOcspResponse(response, { ...asked, nonce });
    assert.deepEqual(judged.single.status, { kind: 'good' });
    assert.equal(judged.responder.fingerprint, delegated.certificate.fingerprint);
  });
});
