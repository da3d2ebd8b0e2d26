// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import {
  type AlgorithmIdentifier,
  identifySignatureAlgorithm,
  statedSaltLength,
  verifySignatureValue,
} from '../algorithms/index.ts';
import type { Certificate } from './certificate.ts';

/** `SEQUENCE { toBeSigned, AlgorithmIdentifier, BIT STRING }` as received: certificates, revocation lists, OCSP answers. */
export interface SignedStructure {
  /** DER of what is signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
}

/**
 * Whether the signature of `certificate` verifies under the key of `issuer`. Names, validity and purposes are not looked at.
 * An algorithm or key that is not supported, or that does not fit the other, does not verify.
 */
export function certificateSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  return isSignedBy(certificate, issuer);
}

/** Whether the signature of a structure verifies under the key of a certificate; as `certificateSignedBy`. */
export function isSignedBy(structure: SignedStructure, signer: Certificate): boolean {
  try {
    return verifySignatureValue({
      algorithm: identifySignatureAlgorithm(structure.signatureAlgorithm).id,
      publicKey: signer.publicKey,
      dtbs: structure.tbs,
      signatureValue: structure.signatureValue,
      saltLength: statedSaltLength(structure.signatureAlgorithm),
    });
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  }
}
