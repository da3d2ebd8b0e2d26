// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import {
  buildCertificate,
  buildName,
  randomSerialNumber,
  type SignatureAlgorithmId,
  writePkcs12,
} from '@signet/pkix';

/** A seal key as a PKCS#12 file, and bare for the limit. */
export interface BenchKey {
  readonly name: string;
  readonly algorithm: SignatureAlgorithmId;
  readonly p12: Uint8Array;
  readonly password: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const year = 365 * 86_400_000;

/** P-256 and RSA-3072, each with a chain of two certificates. */
export function benchKeys(): readonly BenchKey[] {
  return [
    benchKey('P-256', 'ecdsa-sha256', generateKeyPairSync('ec', { namedCurve: 'P-256' })),
    benchKey('RSA-3072', 'rsa-pkcs1-sha256', generateKeyPairSync('rsa', { modulusLength: 3072 })),
  ];
}

function benchKey(
  name: string,
  algorithm: SignatureAlgorithmId,
  { privateKey, publicKey }: { readonly privateKey: KeyObject; readonly publicKey: KeyObject },
): BenchKey {
  const authority = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const validity = { notBefore: new Date(Date.now() - year), notAfter: new Date(Date.now() + year) };
  const issuer = buildCertificate({
    ...validity,
    subject: buildName([
      ['C', 'PL'],
      ['O', 'Signet benchmark'],
      ['CN', 'Benchmark CA'],
    ]),
    subjectPublicKeyInfo: authority.publicKey.export({ format: 'der', type: 'spki' }),
    serialNumber: randomSerialNumber(),
    issuer: { key: authority.privateKey },
    extensions: { basicConstraints: { ca: true }, keyUsage: ['keyCertSign', 'cRLSign'] },
  });
  const certificate = buildCertificate({
    ...validity,
    subject: buildName([
      ['C', 'PL'],
      ['O', 'Signet benchmark'],
      ['CN', `Benchmark seal ${name}`],
    ]),
    subjectPublicKeyInfo: publicKey.export({ format: 'der', type: 'spki' }),
    serialNumber: randomSerialNumber(),
    issuer: { certificate: issuer, key: authority.privateKey },
    extensions: { keyUsage: ['digitalSignature', 'nonRepudiation'] },
  });
  const password = 'benchmark';
  const p12 = writePkcs12({ key: privateKey, certificates: [certificate.bytes, issuer.bytes], password });
  return { name, algorithm, p12, password, privateKey, publicKey };
}
