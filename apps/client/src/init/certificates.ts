// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Clock } from '@signet/base';
import {
  buildCertificate,
  buildName,
  type CertificateExtensions,
  extendedKeyUsages,
  hostName,
  randomSerialNumber,
} from '@signet/pkix';

/** A certificate and its private key, PEM. */
export interface PemPair {
  readonly certificate: string;
  readonly key: string;
}

const day = 86_400_000;

/** The server knows the client by the fingerprint of this certificate alone, and can revoke it there. */
const clientDays = 3650;

/** Longest that common TLS clients take. */
const listenerDays = 825;

/** Makes a key and its self-signed certificate for TLS client authentication. */
export function makeClientCertificate(name: string, clock: Clock): PemPair {
  return selfSigned(name, clientDays, clock, { extKeyUsage: { purposes: [extendedKeyUsages.clientAuth] } });
}

/** Makes a key and its self-signed certificate for the REST listener: applications trust this very certificate. */
export function makeListenerCertificate(names: readonly string[], clock: Clock): PemPair {
  return selfSigned(names[0] ?? 'localhost', listenerDays, clock, {
    extKeyUsage: { purposes: [extendedKeyUsages.serverAuth] },
    subjectAltName: names.map(hostName),
  });
}

function selfSigned(name: string, days: number, clock: Clock, extensions: CertificateExtensions): PemPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const now = clock.now().getTime();
  const certificate = buildCertificate({
    subject: buildName([['CN', name.slice(0, 64)]]),
    subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    serialNumber: randomSerialNumber(),
    // From an hour ago on, for machines whose clocks are a little behind.
    notBefore: new Date(now - 3_600_000),
    notAfter: new Date(now + days * day),
    issuer: { key: privateKey },
    extensions: { basicConstraints: { ca: false }, keyUsage: ['digitalSignature'], ...extensions },
  });
  return {
    certificate: new X509Certificate(certificate.bytes).toString(),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
