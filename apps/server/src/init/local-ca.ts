// SPDX-License-Identifier: Apache-2.0
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { Clock } from '@signet/base';
import {
  buildCertificate,
  buildName,
  type Certificate,
  extendedKeyUsages,
  hostName,
  randomSerialNumber,
} from '@signet/pkix';

/** A certificate with its private key. */
export interface Certified {
  readonly certificate: Certificate;
  readonly key: KeyObject;
}

const day = 86_400_000;
/** A local CA is meant to be put into trust stores once. */
const authorityDays = 3650;
/** The longest that common TLS clients take from a CA of one's own. */
const serverDays = 825;

/** Makes a CA for the TLS certificate of this server alone: it may issue no further CAs. */
export function makeLocalCa(host: string, clock: Clock): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = buildCertificate({
    subject: buildName([
      ['O', 'Signet'],
      ['CN', `Local CA of the Sealing Server on ${host}`.slice(0, 64)],
    ]),
    subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    serialNumber: randomSerialNumber(),
    ...validity(clock, authorityDays),
    issuer: { key: privateKey },
    extensions: {
      basicConstraints: { ca: true, pathLength: 0 },
      keyUsage: ['keyCertSign', 'cRLSign'],
    },
  });
  return { certificate, key: privateKey };
}

/**
 * Issues a TLS server certificate (RFC 5280 §4.2.1.12, RFC 9525: names only in subjectAltName).
 *
 * @param names host names and addresses
 */
export function issueServerCertificate(ca: Certified, names: readonly string[], clock: Clock): Certified {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = buildCertificate({
    subject: buildName([['CN', (names[0] ?? 'localhost').slice(0, 64)]]),
    subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    serialNumber: randomSerialNumber(),
    ...validity(clock, serverDays),
    issuer: ca,
    extensions: {
      basicConstraints: { ca: false },
      keyUsage: ['digitalSignature'],
      extKeyUsage: { purposes: [extendedKeyUsages.serverAuth] },
      subjectAltName: names.map(hostName),
    },
  });
  return { certificate, key: privateKey };
}

/** From an hour ago on, for machines whose clocks are a little behind. */
function validity(clock: Clock, days: number): { notBefore: Date; notAfter: Date } {
  const now = clock.now().getTime();
  return { notBefore: new Date(now - 3_600_000), notAfter: new Date(now + days * day) };
}
