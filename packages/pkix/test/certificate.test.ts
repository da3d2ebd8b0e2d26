// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as pkijs from 'pkijs';
import {
  buildCertificate,
  buildCertificationRequest,
  buildName,
  type Certificate,
  type CertificateInput,
  certificateSignedBy,
  decodePem,
  der,
  encodeDer,
  extendedKeyUsages,
  extensionOids,
  nameAttributes,
  parseCertificate,
  parseCertificationRequest,
  publicKeyOf,
  randomSerialNumber,
  readDer,
  readName,
  verifyCertificationRequest,
} from '../src/index.ts';

const key = (namedCurve = 'P-256') => generateKeyPairSync('ec', { namedCurve }).privateKey;
const keyInfo = (of: KeyObject) => publicKeyOf(of).export({ format: 'der', type: 'spki' });
const rootKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const sealKey = key();

const root: Certificate = build({
  issuer: { key: rootKey },
  subjectPublicKeyInfo: keyInfo(rootKey),
  subject: buildName([
    ['C', 'PL'],
    ['O', 'Przykład'],
    ['CN', 'Root'],
  ]),
  extensions: { basicConstraints: { ca: true, pathLength: 1 }, keyUsage: ['keyCertSign', 'cRLSign'] },
});
const seal = build({
  subject: buildName([
    ['C', 'PL'],
    ['O', 'Żółw, "Spółka"'],
    ['organizationIdentifier', 'VATPL-1234567890'],
    ['CN', ' #Seal '],
  ]),
  extensions: {
    keyUsage: ['digitalSignature', 'nonRepudiation', 'decipherOnly'],
    extKeyUsage: { purposes: [extendedKeyUsages.timeStamping], critical: true },
    certificatePolicies: ['0.4.0.194112.1.3'],
    crlUrls: ['http://crl.example/a.crl'],
    ocspUrls: ['http://ocsp.example/'],
    caIssuersUrls: ['http://ca.example/ca.cer'],
    subjectAltName: [
      { kind: 'dns', text: 'seal.example' },
      { kind: 'uri', text: 'urn:seal' },
      { kind: 'email', text: 'a@example' },
      { kind: 'ip', octets: Uint8Array.of(192, 0, 2, 1) },
      { kind: 'registered', oid: '1.2.3' },
      { kind: 'directory', name: buildName([['CN', 'x']]) },
    ],
    qcStatements: {
      compliance: true,
      sscd: true,
      types: ['eseal'],
      retentionYears: 10,
      pds: [{ url: 'https://pds.example/en', language: 'en' }],
      semantics: '0.4.0.194121.1.2',
      legislation: ['PL'],
    },
    ocspNoCheck: true,
  },
});

function build(input: Partial<CertificateInput>): Certificate {
  return buildCertificate({
    subject: buildName([['CN', 'Subject']]),
    subjectPublicKeyInfo: keyInfo(sealKey),
    serialNumber: randomSerialNumber(),
    notBefore: new Date('2026-01-01T00:00:00Z'),
    notAfter: new Date('2055-01-01T00:00:00Z'),
    issuer: input.issuer ?? { certificate: root, key: rootKey },
    ...input,
  });
}

describe('what was built is read', () => {
  test('fields', () => {
    assert.equal(seal.version, 3);
    assert.equal(
      seal.subject.toString(),
      'CN=\\ #Seal\\ ,organizationIdentifier=VATPL-1234567890,O=Żółw\\, \\"Spółka\\",C=PL',
    );
    assert.equal(seal.subject.attribute('organizationIdentifier'), 'VATPL-1234567890');
    assert.ok(seal.issuer.equals(root.subject));
    assert.equal(seal.notAfter.toISOString(), '2055-01-01T00:00:00.000Z');
    assert.ok(seal.publicKey.equals(publicKeyOf(sealKey)));
    assert.ok(root.isSelfIssued && !seal.isSelfIssued);
  });

  test('validity includes both ends', () => {
    assert.deepEqual(
      [
        '2025-12-31T23:59:59Z',
        '2026-01-01T00:00:00Z',
        '2055-01-01T00:00:00.999Z',
        '2055-01-01T00:00:01Z',
      ].map((at) => seal.isValidAt(new Date(at))),
      [false, true, true, false],
    );
  });

  test('extensions', () => {
    assert.deepEqual(root.basicConstraints, { ca: true, pathLength: 1 });
    assert.deepEqual([...(seal.keyUsage ?? [])], ['digitalSignature', 'nonRepudiation', 'decipherOnly']);
    assert.deepEqual(seal.extKeyUsage, [extendedKeyUsages.timeStamping]);
    assert.ok(seal.isCritical(extensionOids.extKeyUsage) && !seal.isCritical(extensionOids.qcStatements));
    assert.deepEqual(seal.certificatePolicies, ['0.4.0.194112.1.3']);
    assert.deepEqual(seal.crlUrls, ['http://crl.example/a.crl']);
    assert.deepEqual(seal.authorityInformationAccess, {
      ocsp: ['http://ocsp.example/'],
      caIssuers: ['http://ca.example/ca.cer'],
    });
    assert.deepEqual(
      Buffer.from(seal.authorityKeyIdentifier!.keyIdentifier!),
      Buffer.from(root.subjectKeyIdentifier!),
    );
    assert.deepEqual(
      seal.subjectAltName.map(({ kind }) => kind),
      ['dns', 'uri', 'email', 'ip', 'registered', 'directory'],
    );
    assert.ok(seal.extensions.has(extensionOids.ocspNoCheck));
    assert.deepEqual(seal.qcStatements, {
      compliance: true,
      sscd: true,
      types: ['eseal'],
      retentionYears: 10,
      pds: [{ url: 'https://pds.example/en', language: 'en' }],
      semantics: '0.4.0.194121.1.2',
      legislation: ['PL'],
      oids: ['1.3.6.1.5.5.7.11.2', ...[1, 3, 4, 5, 6, 7].map((arc) => `0.4.0.1862.1.${arc}`)],
    });
  });

  test('absent extensions', () => {
    const bare = build({});
    assert.deepEqual(
      [bare.basicConstraints, bare.keyUsage, bare.extKeyUsage, bare.qcStatements, bare.nameConstraints],
      new Array(5).fill(undefined),
    );
    assert.deepEqual([bare.crlUrls, bare.subjectAltName, bare.policyMappings], [[], [], []]);
  });

  test('the critical extensions that are not known', () => {
    const certificate = build({
      extensions: { others: [{ oid: '1.2.3.4', critical: true, value: Buffer.from('0500', 'hex') }] },
    });
    assert.deepEqual(certificate.unknownCriticalExtensions(new Set(Object.values(extensionOids))), [
      '1.2.3.4',
    ]);
  });

  test('signatures', () => {
    assert.ok(certificateSignedBy(root, root));
    assert.ok(certificateSignedBy(seal, root));
    assert.ok(!certificateSignedBy(root, seal));
    const changed = Buffer.from(seal.bytes);
    changed[changed.length - 1]! ^= 1;
    assert.ok(!certificateSignedBy(parseCertificate(changed), root));
  });
});

describe('other readers agree', () => {
  test('node:crypto', () => {
    const theirs = new X509Certificate(seal.bytes);
    assert.equal(theirs.fingerprint256.replaceAll(':', '').toLowerCase(), seal.fingerprint);
    assert.equal(theirs.serialNumber.toLowerCase(), seal.serialNumberHex);
    assert.equal(theirs.validFromDate.getTime(), seal.notBefore.getTime());
    assert.equal(
      theirs.subjectAltName,
      'DNS:seal.example, URI:urn:seal, email:a@example, IP Address:192.0.2.1, Registered ID:1.2.3, DirName:CN=x',
    );
    assert.ok(theirs.checkIssued(new X509Certificate(root.bytes)));
    assert.ok(theirs.verify(createPublicKey(rootKey.export({ format: 'pem', type: 'pkcs8' }))));
  });

  test('pkijs', () => {
    const theirs = pkijs.Certificate.fromBER(seal.bytes);
    assert.deepEqual(
      theirs.extensions?.map(({ extnID, critical }) => [extnID, critical]),
      [...seal.extensions.values()].map(({ oid, critical }) => [oid, critical]),
    );
    assert.deepEqual(
      theirs.subject.typesAndValues.map(({ type, value }) => [type, value.valueBlock.value]),
      seal.subject.rdns.flat().map(({ type, text }) => [type, text]),
    );
  });

  // The Ed25519 certificate and key of RFC 8410 §10.
  test('RFC 8410', () => {
    const certificate = parseCertificate(decodePem(rfc8410Certificate)[0]!.bytes);
    assert.equal(certificate.subject.toString(), 'CN=IETF Test Demo');
    assert.equal(certificate.publicKey.asymmetricKeyType, 'x25519');
    const issuer = build({
      subjectPublicKeyInfo: decodePem(rfc8410Key)[0]!.bytes,
      subject: certificate.issuer,
    });
    assert.ok(certificateSignedBy(certificate, issuer));
  });
});

describe('names', () => {
  test('case, spaces and kind of string do not count', () => {
    const of = (value: der.DerNode) =>
      readName(
        readDer(encodeDer(der.sequence(der.setOf([der.sequence(der.oid(nameAttributes.CN), value)])))),
      );
    const one = of(der.utf8String('Good  CA'));
    assert.ok(one.equals(of(der.printableString(' good ca '))));
    assert.ok(one.equals(of(der.bmpString('GOOD CA'))));
    assert.ok(!one.equals(of(der.utf8String('GoodCA'))));
    assert.ok(!one.equals(buildName([['O', 'Good CA']])));
    assert.equal(of(der.octetString(Uint8Array.of(1))).toString(), 'CN=#040101');
  });

  test('types without a short name are numbers', () => {
    assert.equal(buildName([['1.2.3', 'x']]).toString(), '1.2.3=#0c0178');
  });

  test('control characters are written in hexadecimal', () => {
    assert.equal(buildName([['CN', 'a\n\u0085']]).toString(), 'CN=a\\0a\\c2\\85');
  });

  test('any text comes back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
        assert.equal(buildName([['CN', text]]).attribute('CN'), text);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  test('the most specific attribute is the last', () => {
    const name = buildName([
      ['OU', 'outer'],
      ['OU', 'inner'],
    ]);
    assert.equal(name.attribute('OU'), 'inner');
    assert.deepEqual(name.attributes('2.5.4.11'), ['outer', 'inner']);
    assert.equal(name.attribute('CN'), undefined);
  });
});

describe('requests', () => {
  const bytes = buildCertificationRequest({ subject: seal.subject, key: sealKey });

  test('are read and prove their key', () => {
    const request = parseCertificationRequest(bytes);
    assert.ok(request.subject.equals(seal.subject));
    assert.ok(verifyCertificationRequest(request).equals(publicKeyOf(sealKey)));
  });

  test('with another key are refused', () => {
    const request = parseCertificationRequest(bytes);
    const other = { ...request, subjectPublicKeyInfo: keyInfo(key()) };
    assert.throws(() => verifyCertificationRequest(other), { code: 'x509.request-signature' });
    const useless = { ...request, subjectPublicKeyInfo: Buffer.from('3000', 'hex') };
    assert.throws(() => verifyCertificationRequest(useless), { code: 'x509.request-signature' });
  });

  test('that are none are refused', () => {
    assert.throws(() => parseCertificationRequest(seal.bytes), { code: 'x509.request-malformed' });
    assert.throws(() => parseCertificationRequest(new Uint8Array(0)), { code: 'x509.request-malformed' });
  });

  test('pkijs verifies them', async () => {
    const theirs = pkijs.CertificationRequest.fromBER(bytes);
    assert.equal(await theirs.verify(), true);
  });
});

const rfc8410Certificate = `-----BEGIN CERTIFICATE-----
MIIBLDCB36ADAgECAghWAUdKKo3DMDAFBgMrZXAwGTEXMBUGA1UEAwwOSUVURiBU
ZXN0IERlbW8wHhcNMTYwODAxMTIxOTI0WhcNNDAxMjMxMjM1OTU5WjAZMRcwFQYD
VQQDDA5JRVRGIFRlc3QgRGVtbzAqMAUGAytlbgMhAIUg8AmJMKdUdIt93LQ+91oN
vzoNJjga9OukqY6qm05qo0UwQzAPBgNVHRMBAf8EBTADAQEAMA4GA1UdDwEBAAQE
AwIDCDAgBgNVHQ4BAQAEFgQUmx9e7e0EM4Xk97xiPFl1uQvIuzswBQYDK2VwA0EA
ryMB/t3J5v/BzKc9dNZIpDmAgs3babFOTQbs+BolzlDUwsPrdGxO3YNGhW7Ibz3O
GhhlxXrCe1Cgw1AH9efZBw==
-----END CERTIFICATE-----`;

const rfc8410Key = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=
-----END PUBLIC KEY-----`;
