// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fromBER } from 'asn1js';
import * as pkijs from 'pkijs';
import { OpensslDirectory, withoutOpenssl } from '../../../tests/testkit/openssl.ts';
import { type KeyName, type KeyPair, TestPki } from '../../../tests/testkit/pki.ts';
import {
  attributeTypes,
  attributeValues,
  contentTypes,
  digest,
  encodeOid,
  encodePem,
  encodeSignedAttributes,
  encodeSignedData,
  findSignerCertificate,
  keySigner,
  parseCertificate,
  parseSignedData,
  parseSigningCertificateV2,
  readDer,
  refersTo,
  type SignatureAlgorithmId,
  signatureAlgorithm,
  verifySignerInfo,
} from '../src/index.ts';
import { toIndefiniteLengths } from './indefinite-lengths.ts';

const pki = new TestPki();
const content = Buffer.from('the signed content');

const variants: readonly (readonly [KeyName, SignatureAlgorithmId])[] = [
  ['p256', 'ecdsa-sha256'],
  ['p256', 'ecdsa-sha3-256'],
  ['p384', 'ecdsa-sha384'],
  ['rsa3072', 'rsa-pkcs1-sha256'],
  ['rsa3072', 'rsa-pkcs1-sha512'],
  ['rsa3072', 'rsa-pss-sha256'],
  ['ed25519', 'ed25519'],
];

function signed(pair: KeyPair, algorithm: SignatureAlgorithmId, detached = true): Uint8Array {
  const certificate = pair.certificate.bytes;
  const digestAlgorithm = signatureAlgorithm(algorithm).hash;
  const signedAttributes = encodeSignedAttributes({
    messageDigest: digest(digestAlgorithm, content),
    signingCertificate: { certificate },
    algorithmProtection: { digestAlgorithm, signatureAlgorithm: algorithm },
  });
  const signature = keySigner(pair.key, algorithm).sign(signedAttributes);
  return encodeSignedData({
    ...(detached ? {} : { content }),
    certificates: pki.chain(pair),
    signer: { certificate, digestAlgorithm, signatureAlgorithm: algorithm, signedAttributes, signature },
  });
}

/** The Attribute encodings inside signed attributes. */
function attributesOf(cms: Uint8Array): Uint8Array[] {
  const attributes = readDer(parseSignedData(cms).signerInfos[0]!.signedAttributes!.encoded).set();
  const encodings: Uint8Array[] = [];
  while (!attributes.atEnd) encodings.push(attributes.next().bytes);
  return encodings;
}

function failuresOf(cms: Uint8Array) {
  const signedData = parseSignedData(cms);
  const signerInfo = signedData.signerInfos[0]!;
  const certificate = findSignerCertificate(signerInfo, signedData.certificates);
  assert.ok(certificate);
  const { hash } = signatureAlgorithm(
    verifySignerInfo({ signedData, signerInfo, certificate, contentDigest: new Uint8Array() })
      .signatureAlgorithm!,
  );
  return verifySignerInfo({ signedData, signerInfo, certificate, contentDigest: digest(hash, content) })
    .failures;
}

describe('a SignedData that we write', () => {
  for (const [key, algorithm] of variants) {
    test(`${algorithm}: comes back as written and verifies`, () => {
      const pair = pki.seal(key);
      const cms = signed(pair, algorithm);
      const signedData = parseSignedData(cms);
      assert.equal(signedData.version, 1);
      assert.equal(signedData.contentType, contentTypes.data);
      assert.equal(signedData.content, undefined);
      assert.deepEqual(
        signedData.certificates.map((each) => Buffer.from(each).toString('hex')).sort(),
        pki
          .chain(pair)
          .map((each) => Buffer.from(each).toString('hex'))
          .sort(),
      );
      assert.deepEqual(failuresOf(cms), []);
    });

    // openssl cms knows no EdDSA before 3.2.
    if (algorithm === 'ed25519') continue;
    test(`${algorithm}: openssl accepts it as CAdES`, { skip: withoutOpenssl }, (context) => {
      const directory = new OpensslDirectory(context);
      const { ok, text } = directory.run(
        ...['cms', '-verify', '-cades', '-inform', 'DER', '-binary', '-purpose', 'any', '-no_check_time'],
        ...['-in', directory.file('signature', signed(pki.seal(key), algorithm))],
        ...['-content', directory.file('content', content), '-out', directory.path('out')],
        ...['-CAfile', directory.file('root.pem', encodePem('CERTIFICATE', pki.root.certificate.bytes))],
      );
      assert.ok(ok, text);
      assert.match(text, /CAdES Verification successful/);
    });
  }

  test('pkijs accepts it', async () => {
    const contentInfo = new pkijs.ContentInfo({
      schema: fromBER(signed(pki.seal('p256'), 'ecdsa-sha256')).result,
    });
    const signedData = new pkijs.SignedData({ schema: contentInfo.content });
    const data = Uint8Array.from(content).buffer;
    assert.equal(await signedData.verify({ signer: 0, data }), true);
  });

  test('is DER: sets are sorted, also when certificates are given in another order', () => {
    const pair = pki.seal('p256');
    const certificate = pair.certificate.bytes;
    const signedAttributes = encodeSignedAttributes({
      messageDigest: new Uint8Array(32),
      signingCertificate: { certificate },
      signingTime: new Date('2026-06-01T00:00:00Z'),
    });
    const signer = {
      certificate,
      digestAlgorithm: 'sha256',
      signatureAlgorithm: 'ecdsa-sha256',
      signedAttributes,
      signature: new Uint8Array(8),
    } as const;
    const chain = pki.chain(pair);
    const one = encodeSignedData({ certificates: chain, signer });
    assert.deepEqual(one, encodeSignedData({ certificates: chain.toReversed(), signer }));
    const types = parseSignedData(one).signerInfos[0]!.signedAttributes!.attributes.map(({ type }) => type);
    // The shortest encoding sorts first: content type, then time and digest, the certificate's reference last.
    assert.deepEqual(types, [
      attributeTypes.contentType,
      attributeTypes.signingTime,
      attributeTypes.messageDigest,
      attributeTypes.signingCertificateV2,
    ]);
  });

  test('carries content, and another content type makes it version 3', () => {
    const pair = pki.seal('p256');
    assert.deepEqual(Buffer.from(parseSignedData(signed(pair, 'ecdsa-sha256', false)).content!), content);
    const cms = parseSignedData(pki.stamp(new Uint8Array(32)));
    assert.equal(cms.version, 3);
    assert.equal(cms.signerInfos[0]!.version, 1);
  });

  test('refers to its certificate by SHA-256 without naming it, by others with the name', () => {
    const certificate = pki.seal('p256').certificate.bytes;
    for (const [digestAlgorithm, named] of [
      ['sha256', false],
      ['sha512', true],
    ] as const) {
      const encoded = encodeSignedAttributes({
        messageDigest: new Uint8Array(32),
        signingCertificate: { certificate, digestAlgorithm },
      });
      const sha512 = encodeOid('2.16.840.1.101.3.4.2.3');
      assert.equal(Buffer.from(encoded).includes(Buffer.from(sha512)), named);
      const signer = {
        certificate,
        digestAlgorithm: 'sha256',
        signatureAlgorithm: 'ecdsa-sha256',
        signedAttributes: encoded,
        signature: new Uint8Array(8),
      } as const;
      const { signedAttributes } = parseSignedData(encodeSignedData({ certificates: [], signer }))
        .signerInfos[0]!;
      const [value] = attributeValues(signedAttributes!.attributes, attributeTypes.signingCertificateV2);
      const reference = parseSigningCertificateV2(value!);
      assert.equal(reference.digestAlgorithm, digestAlgorithm);
      assert.equal(reference.issuerSerial, undefined);
      assert.ok(refersTo(reference, certificate));
      assert.ok(!refersTo(reference, pki.root.certificate.bytes));
    }
  });
});

describe('a SignedData of others', () => {
  test('with indefinite lengths around what must be DER is read and verifies', () => {
    const pair = pki.seal('p256');
    for (const detached of [true, false]) {
      const der = signed(pair, 'ecdsa-sha256', detached);
      const cms = toIndefiniteLengths(der, [
        ...pki.chain(pair),
        pair.certificate.issuer.bytes,
        ...attributesOf(der),
      ]);
      assert.equal(cms[1], 0x80);
      assert.deepEqual(failuresOf(cms), []);
      const carried = parseSignedData(cms).content;
      assert.deepEqual(carried && Buffer.from(carried), detached ? undefined : content);
    }
  });

  test('may be followed by zeros only where padding is expected', () => {
    const cms = signed(pki.seal('p256'), 'ecdsa-sha256');
    const padded = Buffer.concat([cms, Buffer.alloc(100)]);
    assert.deepEqual(Uint8Array.from(parseSignedData(padded, { padding: true }).encoded), cms);
    assert.throws(() => parseSignedData(padded), { code: 'cms.malformed' });
    padded[padded.length - 1] = 1;
    assert.throws(() => parseSignedData(padded, { padding: true }), { code: 'cms.malformed' });
  });

  test('made by openssl is read, signer by key identifier, streamed', { skip: withoutOpenssl }, (context) => {
    const directory = new OpensslDirectory(context);
    const pair = pki.seal('rsa3072');
    const signer = directory.file('signer.pem', encodePem('CERTIFICATE', pair.certificate.bytes));
    const key = directory.file('key.pem', pair.key.export({ type: 'pkcs8', format: 'pem' }));
    for (const [options, kind] of [
      [['-keyid', '-nodetach', '-stream'], 'subjectKeyIdentifier'],
      [['-cades'], 'issuerAndSerialNumber'],
    ] as const) {
      const { ok, text } = directory.run(
        ...[
          'cms',
          '-sign',
          '-binary',
          '-md',
          'sha384',
          '-outform',
          'DER',
          '-in',
          directory.file('content', content),
        ],
        ...['-signer', signer, '-inkey', key, '-out', directory.path('signature'), ...options],
      );
      assert.ok(ok, text);
      const signedData = parseSignedData(readFileSync(directory.path('signature')));
      const signerInfo = signedData.signerInfos[0]!;
      assert.equal(signerInfo.signerIdentifier.kind, kind);
      const certificate = findSignerCertificate(signerInfo, signedData.certificates);
      assert.equal(certificate?.fingerprint, pair.certificate.fingerprint);
      const contentDigest = digest('sha384', signedData.content ?? content);
      const { failures } = verifySignerInfo({ signedData, signerInfo, certificate, contentDigest });
      const withoutReference = kind === 'subjectKeyIdentifier';
      assert.deepEqual(failures, withoutReference ? ['cms.signing-certificate-missing'] : []);
    }
  });

  test('keeps the octets of certificates that are not DER', () => {
    const cms = toIndefiniteLengths(signed(pki.seal('p256'), 'ecdsa-sha256'));
    const [first] = parseSignedData(cms).certificates;
    assert.equal(first![1], 0x80);
    assert.deepEqual(first!.subarray(-2), Uint8Array.of(0, 0));
    assert.throws(() => parseCertificate(first!), { code: 'x509.malformed' });
  });
});

test('a signature by node:crypto over the DTBS is what verifies', () => {
  const pair = pki.seal('p256');
  const cms = parseSignedData(signed(pair, 'ecdsa-sha256'));
  const dtbs = cms.signerInfos[0]!.signedAttributes!.encoded;
  assert.equal(dtbs[0], 0x31);
  assert.notDeepEqual(sign('sha256', dtbs, pair.key), cms.signerInfos[0]!.signature);
});
