// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildCertificate,
  contentTypes,
  context,
  type DerNode,
  type DerValue,
  der,
  encodeDer,
  findSignerCertificate,
  parseSignedData,
} from '../src/index.ts';

const pki = new TestPki();
const token = pki.stamp(new Uint8Array(32));

const contentInfo = (...fields: readonly DerValue[]) =>
  encodeDer(der.sequence(der.oid(contentTypes.signedData), der.context(0, der.sequence(...fields))));
const version = der.integer(1);
const digests = der.setOf([]);
const encapsulated = der.sequence(der.oid(contentTypes.data));

const malformed: Readonly<Record<string, Uint8Array>> = {
  'nothing at all': new Uint8Array(),
  'one octet': Uint8Array.of(0x30),
  'an empty sequence': Uint8Array.of(0x30, 0),
  'an indefinite length that never ends': Uint8Array.of(0x30, 0x80, 0x30, 0x80),
  'a length of four gigabytes': Uint8Array.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff, 0x06),
  text: Buffer.from('-----BEGIN CMS-----'),
  'a PDF': Buffer.from('%PDF-1.7\n'),
  zeros: new Uint8Array(1000),
  'something after it': Buffer.concat([token, Buffer.from('x')]),
  'two of them': Buffer.concat([token, token]),
  'no content': encodeDer(der.sequence(der.oid(contentTypes.signedData))),
  'no signer infos': contentInfo(version, digests, encapsulated),
  'something after the signer infos': contentInfo(
    version,
    digests,
    encapsulated,
    der.setOf([]),
    der.nothing(),
  ),
  'signer infos that are none': contentInfo(version, digests, encapsulated, der.setOf([der.sequence()])),
  'a version that is no number': contentInfo(der.nothing(), digests, encapsulated, der.setOf([])),
  'a revocation list that is none': contentInfo(
    version,
    digests,
    encapsulated,
    der.context(1, der.integer(1)),
    der.setOf([]),
  ),
};

describe('what is no SignedData is refused as cms.malformed', () => {
  for (const [name, bytes] of Object.entries(malformed)) {
    test(name, () => assert.throws(() => parseSignedData(bytes), { code: 'cms.malformed' }));
  }

  test('every truncation of a real one', () => {
    for (let length = 0; length < token.length; length++) {
      assert.throws(() => parseSignedData(token.subarray(0, length)), { code: 'cms.malformed' });
    }
  });

  test('sequences nested a hundred thousand deep, with and without their lengths', () => {
    const indefinite = Buffer.alloc(200_000, Uint8Array.of(0x30, 0x80));
    assert.throws(() => parseSignedData(indefinite), { code: 'cms.malformed' });
    let nested: DerNode = der.sequence();
    for (let i = 0; i < 1000; i++) nested = der.sequence(nested);
    assert.throws(() => parseSignedData(contentInfo(version, digests, encapsulated, nested)), {
      code: 'cms.malformed',
    });
  });

  test('other kinds of CMS are told apart', () => {
    const enveloped = encodeDer(
      der.sequence(der.oid('1.2.840.113549.1.7.3'), der.context(0, der.sequence())),
    );
    assert.throws(() => parseSignedData(enveloped), { code: 'cms.content-type' });
  });
});

describe('what is odd but allowed is read', () => {
  test('no signer, no certificate', () => {
    const bytes = contentInfo(version, digests, encapsulated, der.setOf([]));
    const { signerInfos, certificates, content } = parseSignedData(bytes);
    assert.deepEqual(
      { signerInfos, certificates, content },
      { signerInfos: [], certificates: [], content: undefined },
    );
  });

  test('other formats of certificates and revocation information are kept apart', () => {
    const attributeCertificate = der.context(2, der.sequence());
    const ocsp = der.context(1, der.oid('1.3.6.1.5.5.7.16.2'), der.sequence(der.enumerated(0)));
    const signedData = parseSignedData(
      contentInfo(
        version,
        digests,
        encapsulated,
        der.context(0, attributeCertificate),
        der.context(1, ocsp),
        der.setOf([]),
      ),
    );
    assert.deepEqual(signedData.certificates, []);
    assert.deepEqual(
      signedData.otherCertificates.map((bytes) => bytes[0]),
      [context(2)],
    );
    assert.deepEqual(
      signedData.otherRevocationInfos.map(({ format }) => format),
      ['1.3.6.1.5.5.7.16.2'],
    );
  });

  test('content of PKCS#7 that is no octet string counts without tag and length', () => {
    const odd = der.sequence(der.oid(contentTypes.data), der.context(0, der.sequence(der.integer(5))));
    const { content } = parseSignedData(contentInfo(version, digests, odd, der.setOf([])));
    assert.deepEqual(Uint8Array.from(content!), Uint8Array.of(2, 1, 5));
  });
});

test('certificates that cannot be read do not hide the signer’s', () => {
  const { signerInfos, certificates } = parseSignedData(token);
  const broken = [Uint8Array.of(0x30, 0), new Uint8Array(), certificates[0]!.subarray(0, 50)];
  const found = findSignerCertificate(signerInfos[0]!, [...broken, ...certificates]);
  assert.equal(found?.fingerprint, pki.tsa.certificate.fingerprint);
  assert.equal(findSignerCertificate(signerInfos[0]!, broken), undefined);
});

test('a certificate with the signer’s issuer and serial number does not pass for the signer’s', () => {
  const { signerInfos, certificates } = parseSignedData(token);
  const own = pki.tsa.certificate;
  const twin = buildCertificate({
    subject: own.subject,
    subjectPublicKeyInfo: pki.root.certificate.subjectPublicKeyInfo,
    serialNumber: own.serialNumber,
    notBefore: own.notBefore,
    notAfter: own.notAfter,
    issuer: { certificate: pki.issuing.certificate, key: pki.issuing.key },
  });
  const found = findSignerCertificate(signerInfos[0]!, [twin.bytes, ...certificates]);
  assert.equal(found?.fingerprint, own.fingerprint);
});
