// SPDX-License-Identifier: Apache-2.0
import { constants, verify } from 'node:crypto';
import { SignetError } from '@signet/base';
import { digest } from './digest.ts';
import { keyFits } from './key.ts';
import { type SignatureAlgorithm, type SignatureAlgorithmId, signatureAlgorithm } from './signature.ts';
import type { SignatureVerification } from './signature-verification.ts';
import { rememberVerified, wasVerified } from './verified-signatures.ts';

/**
 * Whether a signature value verifies. A malformed value does not.
 *
 * @throws SignetError `algorithm.mismatch` if the key is not of the algorithm's kind
 */
export function verifySignatureValue(verification: SignatureVerification): boolean {
  const { algorithm, publicKey, dtbs, signatureValue, saltLength } = verification;
  const row = signatureAlgorithm(algorithm);
  if (!keyFits(row, publicKey)) {
    const other = publicKey.asymmetricKeyType ?? publicKey.type;
    throw new SignetError('algorithm.mismatch', { algorithm, other: `${other} key` });
  }
  if (wasVerified(verification)) return true;
  try {
    const options = { key: publicKey, ...paddingOf(row, saltLength) };
    const verifies = verify(nodeDigest(row), dtbs, options, signatureValue);
    if (verifies) rememberVerified(verification);
    return verifies;
  } catch {
    // OpenSSL throws instead of saying no where a key restricts its own use (RSASSA-PSS parameters, small modulus).
    return false;
  }
}

/**
 * Data to be signed representation (EN 319 102-1 §4.2.7): the digest of the DTBS, or the DTBS itself for EdDSA, which
 * digests by itself.
 */
export function dtbsr(algorithm: SignatureAlgorithmId, dtbs: Uint8Array): Uint8Array {
  const row = signatureAlgorithm(algorithm);
  return nodeDigest(row) === null ? dtbs : digest(row.hash, dtbs);
}

/** What node:crypto wants to be told of an algorithm to sign or verify: the digest (null for EdDSA) and the padding. */
export function nodeSignatureOptions(algorithm: SignatureAlgorithmId): {
  readonly digest: string | null;
  readonly options: { readonly padding?: number; readonly saltLength?: number };
} {
  const row = signatureAlgorithm(algorithm);
  const options = paddingOf(row);
  if (row.padding === 'pss')
    return { digest: row.hash, options: { ...options, saltLength: constants.RSA_PSS_SALTLEN_DIGEST } };
  return { digest: nodeDigest(row), options };
}

function nodeDigest(row: SignatureAlgorithm): string | null {
  return row.keyType === 'ed25519' || row.keyType === 'ed448' ? null : row.hash;
}

function paddingOf(row: SignatureAlgorithm, saltLength?: number): { padding?: number; saltLength?: number } {
  if (row.padding === undefined) return {};
  if (row.padding === 'pkcs1') return { padding: constants.RSA_PKCS1_PADDING };
  return {
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: saltLength ?? constants.RSA_PSS_SALTLEN_AUTO,
  };
}
