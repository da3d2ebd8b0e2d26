// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import {
  buildCertificate,
  buildName,
  type CertificateExtensions,
  der,
  encodeDer,
  extensionOids,
  parseCertificate,
  publicKeyOf,
  readOnlySequence,
  signatureAlgorithm,
} from '../src/index.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const subjectPublicKeyInfo = publicKeyOf(privateKey).export({ format: 'der', type: 'spki' });

const certificateWith = (extensions: CertificateExtensions) =>
  buildCertificate({
    subject: buildName([['CN', 'x']]),
    subjectPublicKeyInfo,
    serialNumber: Uint8Array.of(1),
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    issuer: { key: privateKey },
    extensions,
  });
const good = certificateWith({});
const garbage = Buffer.from('30030101ff', 'hex');

test('what is no certificate is refused', () => {
  for (const bytes of [
    new Uint8Array(0),
    Buffer.from('3000', 'hex'),
    Buffer.from('-----BEGIN'),
    good.bytes.subarray(1),
    good.tbs,
  ]) {
    assert.throws(() => parseCertificate(bytes), { code: 'x509.malformed' });
  }
});

test('a cut anywhere is refused', () => {
  for (let size = 0; size < good.bytes.length; size++) {
    assert.throws(() => parseCertificate(good.bytes.subarray(0, size)), { code: 'x509.malformed' });
  }
});

test('bytes behind are refused', () => {
  assert.throws(() => parseCertificate(Buffer.concat([good.bytes, Buffer.alloc(1)])), {
    code: 'x509.malformed',
  });
});

test('two algorithms that differ are refused', () => {
  const fields = readOnlySequence(good.bytes);
  const tbs = fields.next().bytes;
  fields.skip();
  const forged = encodeDer(der.sequence(tbs, signatureAlgorithm('ed448').identifier, fields.next().bytes));
  assert.throws(() => parseCertificate(forged), { code: 'x509.malformed' });
});

test('an extension that comes twice is refused', () => {
  const other = { oid: '1.2.3', critical: false, value: garbage };
  const twice = () => certificateWith({ others: [other, other] });
  assert.throws(twice, { code: 'x509.malformed' });
});

const getters = {
  basicConstraints: extensionOids.basicConstraints,
  keyUsage: extensionOids.keyUsage,
  extKeyUsage: extensionOids.extKeyUsage,
  authorityInformationAccess: extensionOids.authorityInformationAccess,
  crlDistributionPoints: extensionOids.crlDistributionPoints,
  certificatePolicies: extensionOids.certificatePolicies,
  policyMappings: extensionOids.policyMappings,
  policyConstraints: extensionOids.policyConstraints,
  inhibitAnyPolicy: extensionOids.inhibitAnyPolicy,
  nameConstraints: extensionOids.nameConstraints,
  qcStatements: extensionOids.qcStatements,
} as const;
for (const [name, oid] of Object.entries(getters) as [keyof typeof getters, string][]) {
  test(`a malformed ${name} shows when it is asked for, not before`, () => {
    const value = Buffer.from('3003020400', 'hex');
    const certificate = certificateWith({ others: [{ oid, critical: false, value }] });
    assert.throws(() => certificate[name], { code: 'x509.malformed' });
  });
}

test('a key that cannot be used shows when it is asked for', () => {
  const certificate = buildCertificate({
    subject: buildName([['CN', 'x']]),
    subjectPublicKeyInfo: encodeDer(
      der.sequence(der.sequence(der.oid('1.2.840.10040.4.1')), der.bitString(Uint8Array.of(1))),
    ),
    serialNumber: Uint8Array.of(1),
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    issuer: { key: privateKey },
  });
  assert.throws(() => certificate.publicKey, { code: 'x509.public-key' });
});

test('a version 1 certificate has no extensions', () => {
  const algorithm = signatureAlgorithm('ed25519').identifier;
  const name = buildName([['CN', 'old']]).bytes;
  const period = der.sequence(der.time(new Date('2026-01-01')), der.time(new Date('2027-01-01')));
  const tbs = der.sequence(der.integer(1), algorithm, name, period, name, subjectPublicKeyInfo);
  const certificate = parseCertificate(
    encodeDer(der.sequence(tbs, algorithm, der.bitString(new Uint8Array(64)))),
  );
  assert.equal(certificate.version, 1);
  assert.equal(certificate.extensions.size, 0);
});
