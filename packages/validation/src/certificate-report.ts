// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import type { Certificate, QcStatements } from '@signet/pkix';
import type { CertificateReport } from './report.ts';

/** The facts of a certificate that a report tells. */
export function certificateReport(certificate: Certificate): CertificateReport {
  const statements = claims(certificate);
  const types = statements?.types ?? [];
  return {
    name: displayName(certificate),
    subject: certificate.subject.toString(),
    issuer: certificate.issuer.toString(),
    serialNumber: certificate.serialNumberHex,
    sha256: certificate.fingerprint,
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    qualifiedClaims: {
      compliance: statements?.compliance ?? false,
      device: statements?.sscd ?? false,
      types: types.map((type) => (type === 'esign' || type === 'eseal' || type === 'web' ? type : 'other')),
    },
  };
}

/** What people call the holder: the organisation, and the common name where it says more. */
export function displayName(certificate: Certificate): string {
  const organisation = certificate.subject.attribute('O');
  const commonName = certificate.subject.attribute('CN');
  if (organisation === undefined) return commonName ?? certificate.subject.toString();
  if (commonName === undefined || commonName === organisation) return organisation;
  return commonName.includes(organisation) ? commonName : `${organisation} (${commonName})`;
}

/** A statement that cannot be read claims nothing. */
function claims(certificate: Certificate): QcStatements | undefined {
  try {
    return certificate.qcStatements;
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}
