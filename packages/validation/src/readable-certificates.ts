// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { type Certificate, parseCertificate } from '@signet/pkix';

/** The certificates that can be read, each once. One that cannot helps nobody; the others still may. */
export function readableCertificates(encoded: readonly Uint8Array[]): readonly Certificate[] {
  const byFingerprint = new Map<string, Certificate>();
  for (const bytes of encoded) {
    try {
      const certificate = parseCertificate(bytes);
      if (!byFingerprint.has(certificate.fingerprint))
        byFingerprint.set(certificate.fingerprint, certificate);
    } catch (error) {
      if (!isSignetError(error)) throw error;
    }
  }
  return [...byFingerprint.values()];
}
