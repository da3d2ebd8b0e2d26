// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, sign } from 'node:crypto';
import { algorithmsOfKey, nodeSignatureOptions, type SignatureAlgorithmId } from './algorithms/index.ts';

/** A key that signs certificates, revocation lists and answers of trust services at once, as node:crypto can. */
export interface SynchronousSigner {
  readonly algorithm: SignatureAlgorithmId;
  /** Makes the signature value over data (not over its digest); for ECDSA the DER SEQUENCE of r and s. */
  sign(data: Uint8Array): Uint8Array;
}

/**
 * A signer over a private key in memory.
 *
 * @param algorithm default: the one that the algorithm table prefers for such a key
 */
export function keySigner(key: KeyObject, algorithm = algorithmsOfKey(key)[0]!): SynchronousSigner {
  const { digest, options } = nodeSignatureOptions(algorithm);
  const keyWithOptions = { key, ...options };
  return { algorithm, sign: (data) => sign(digest, data, keyWithOptions) };
}
