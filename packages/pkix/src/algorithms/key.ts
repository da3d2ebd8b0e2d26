// SPDX-License-Identifier: Apache-2.0
import { createPublicKey, type KeyObject } from 'node:crypto';
import { SignetError } from '@signet/base';
import type { Oid } from '../der/index.ts';
import { type DigestAlgorithmId, isDigestAlgorithmId } from './digest.ts';
import {
  type KeyType,
  type SignatureAlgorithm,
  type SignatureAlgorithmId,
  signatureAlgorithms,
} from './signature.ts';

/** One row of the table of elliptic curves (FIPS 186-5, RFC 5639). */
export interface Curve {
  readonly id: 'P-256' | 'P-384' | 'P-521' | 'brainpoolP256r1' | 'brainpoolP384r1' | 'brainpoolP512r1';
  readonly oid: Oid;
  /** The name that node:crypto knows it by. */
  readonly nodeName: string;
  readonly bits: number;
  /** The digest of the curve's size, with which it is used first (RFC 5480 §4). */
  readonly hash: DigestAlgorithmId;
}

/** The curves of this program. */
export const curves: readonly Curve[] = [
  { id: 'P-256', oid: '1.2.840.10045.3.1.7', nodeName: 'prime256v1', bits: 256, hash: 'sha256' },
  { id: 'P-384', oid: '1.3.132.0.34', nodeName: 'secp384r1', bits: 384, hash: 'sha384' },
  { id: 'P-521', oid: '1.3.132.0.35', nodeName: 'secp521r1', bits: 521, hash: 'sha512' },
  {
    id: 'brainpoolP256r1',
    oid: '1.3.36.3.3.2.8.1.1.7',
    nodeName: 'brainpoolP256r1',
    bits: 256,
    hash: 'sha256',
  },
  {
    id: 'brainpoolP384r1',
    oid: '1.3.36.3.3.2.8.1.1.11',
    nodeName: 'brainpoolP384r1',
    bits: 384,
    hash: 'sha384',
  },
  {
    id: 'brainpoolP512r1',
    oid: '1.3.36.3.3.2.8.1.1.13',
    nodeName: 'brainpoolP512r1',
    bits: 512,
    hash: 'sha512',
  },
];

/** What decides which algorithms a key can do. */
export interface KeyDescription {
  readonly type: KeyType;
  /** RSA modulus, or size of the curve. */
  readonly bits: number;
  /** EC only. */
  readonly curve: Curve | undefined;
  /** Whether the key says that it is for RSASSA-PSS alone (id-RSASSA-PSS, RFC 4055 §1.2). */
  readonly pssOnly: boolean;
  /** The one digest that such a key allows, if it names one. */
  readonly pssHash: DigestAlgorithmId | undefined;
}

/**
 * Describes a public or private key.
 *
 * @throws SignetError `algorithm.unknown` for a type or curve that is not in the table
 */
export function describeKey(key: KeyObject): KeyDescription {
  const details = key.asymmetricKeyDetails ?? {};
  const plain = { curve: undefined, pssOnly: false, pssHash: undefined };
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return { ...plain, type: 'rsa', bits: details.modulusLength ?? 0 };
    case 'rsa-pss': {
      const hash = details.hashAlgorithm ?? '';
      const pssHash = isDigestAlgorithmId(hash) ? hash : undefined;
      return { ...plain, type: 'rsa', bits: details.modulusLength ?? 0, pssOnly: true, pssHash };
    }
    case 'ec': {
      const curve = curves.find(({ nodeName }) => nodeName === details.namedCurve);
      if (curve === undefined)
        throw new SignetError('algorithm.unknown', { algorithm: details.namedCurve ?? 'ec' });
      return { ...plain, type: 'ec', bits: curve.bits, curve };
    }
    case 'ed25519':
      return { ...plain, type: 'ed25519', bits: 255 };
    case 'ed448':
      return { ...plain, type: 'ed448', bits: 448 };
    default:
      throw new SignetError('algorithm.unknown', { algorithm: key.asymmetricKeyType ?? key.type });
  }
}

/**
 * What new signatures a key can make, the preferred algorithm first. ECDSA begins with the digest of the curve's size. RSA
 * begins with PSS and SHA-256: ETSI TS 119 312 v1.5.1 ends PKCS#1 v1.5 of any size with 2028; devices that cannot do PSS
 * leave it out of their own list. SHA-2 comes before SHA-3, which fewer validators know.
 *
 * @throws SignetError `algorithm.unknown` for a key that is not in the table
 */
export function algorithmsOfKey(key: KeyObject): readonly SignatureAlgorithmId[] {
  const described = describeKey(key);
  return signatureAlgorithms
    .filter((row) => row.creation && fits(row, described))
    .map((row) => ({ id: row.id, rank: rank(row, described) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ id }) => id);
}

/** The public half of a private key. */
export function publicKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey.export({ format: 'pem', type: 'pkcs8' }));
}

/** Whether a key of that kind can make and verify signatures of this algorithm, whatever its size. */
export function keyFits(algorithm: SignatureAlgorithm, key: KeyObject): boolean {
  const type = key.asymmetricKeyType;
  return type === algorithm.keyType || (type === 'rsa-pss' && algorithm.padding === 'pss');
}

function fits(row: SignatureAlgorithm, key: KeyDescription): boolean {
  if (row.keyType !== key.type || key.bits < row.minimumKeyBits) return false;
  if (!key.pssOnly) return true;
  return row.padding === 'pss' && (key.pssHash === undefined || key.pssHash === row.hash);
}

function rank(row: SignatureAlgorithm, { curve }: KeyDescription): number {
  const ownSize = curve !== undefined && row.hash === curve.hash ? 0 : 1;
  const family = row.hash.startsWith('sha3-') ? 1 : 0;
  const padding = row.padding === 'pkcs1' ? 1 : 0;
  return family * 1000 + padding * 100 + ownSize * 10 + ['256', '384', '512'].indexOf(row.hash.slice(-3));
}
