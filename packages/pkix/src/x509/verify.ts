// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { identifySignatureAlgorithm, verifySignatureValue } from '../algorithms/index.ts';
import type { Certificate } from './certificate.ts';

/**
 * Whether the signature of `certificate` verifies under the key of `issuer`. Names, validity and purposes are not looked at.
 * An algorithm or key that is not supported, or that does not fit the other, does not verify.
 */
export function certificateSignedBy(certificate: Certificate, issuer: Certificate): boolean {
  try {
    return verifySignatureValue({
      algorithm: identifySignatureAlgorithm(certificate.signatureAlgorithm).id,
      publicKey: issuer.publicKey,
      dtbs: certificate.tbs,
      signatureValue: certificate.signatureValue,
    });
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  }
}
