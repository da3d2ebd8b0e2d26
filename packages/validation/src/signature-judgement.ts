// SPDX-License-Identifier: Apache-2.0
import type { DocumentChange, PdfSignature, VerifiedPdfSignature } from '@signet/ades/pades';
import type { SignetError } from '@signet/base';
import { type Certificate, extendedKeyUsages } from '@signet/pkix';
import { displayName } from './certificate-report.ts';
import { failed, findingOf, indeterminate, type Judgement, passed, worst } from './judgement.ts';

/** Format, identification and cryptographic verification of a signature as one judgement (EN 319 102-1 §5.2.2 to §5.2.7). */
export function integrityJudgement(verified: VerifiedPdfSignature): Judgement {
  const judgements = [...verified.failures, ...verified.unsupported].map(judgementOf);
  return worst(judgements.toSorted((a, b) => rank(a) - rank(b)));
}

function judgementOf(problem: SignetError): Judgement {
  const finding = findingOf(problem);
  switch (problem.code) {
    case 'cms.message-digest-mismatch':
    case 'tsp.imprint-mismatch':
      return failed('HASH_FAILURE', finding);
    case 'cms.signature-invalid':
    case 'tsp.signature-invalid':
      return failed('SIG_CRYPTO_FAILURE', finding);
    case 'ades.no-signing-certificate':
      return indeterminate('NO_SIGNING_CERTIFICATE_FOUND', finding);
    case 'cms.signing-certificate-missing':
    case 'cms.signing-certificate-mismatch':
    case 'cms.signer-identifier-mismatch':
      return indeterminate('SIG_CONSTRAINTS_FAILURE', finding);
    case 'cms.algorithm-not-supported':
      return indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', finding);
    default:
      return failed('FORMAT_FAILURE', finding);
  }
}

/** Of several failures the one that tells most about the document comes first. */
function rank({ subIndication }: Judgement): number {
  const order = ['HASH_FAILURE', 'SIG_CRYPTO_FAILURE', 'FORMAT_FAILURE'];
  const place = order.indexOf(subIndication ?? '');
  return place < 0 ? order.length : place;
}

/**
 * What later revisions did, as a judgement. A change that is forbidden is a failure of the format; comments on a document
 * that no certification speaks about are for people to look at.
 */
export function changesJudgement(signature: PdfSignature, changes: readonly DocumentChange[]): Judgement {
  const forbidden = changes.filter(({ allowed }) => !allowed);
  if (forbidden.length === 0) return passed;
  const findings = forbidden.map((change) => ({
    key: `change-${change.kind}`,
    message: `After this signature was made, ${change.what}.`,
  }));
  const onlyComments = forbidden.every(({ kind }) => kind === 'annotation');
  return onlyComments && signature.permissions.docMdp === undefined
    ? indeterminate('SIG_CONSTRAINTS_FAILURE', ...findings)
    : failed('FORMAT_FAILURE', ...findings);
}

/** Purposes with which a certificate may seal or sign documents; without the extension, any purpose is meant. */
const documentPurposes: readonly string[] = [
  extendedKeyUsages.any,
  extendedKeyUsages.emailProtection,
  extendedKeyUsages.clientAuth,
  // id-kp-documentSigning (RFC 9336), and what came before it: Adobe's and Microsoft's.
  '1.3.6.1.5.5.7.3.36',
  '1.2.840.113583.1.1.5',
  '1.3.6.1.4.1.311.10.3.12',
];

/** Whether a certificate's key may be used to sign documents (EN 319 102-1 §5.2.6.4: chain constraints). */
export function purposeJudgement(certificate: Certificate): Judgement {
  const { keyUsage, extKeyUsage } = certificate;
  const wrongUsage =
    keyUsage !== undefined && !keyUsage.has('digitalSignature') && !keyUsage.has('nonRepudiation');
  const wrongPurpose =
    extKeyUsage !== undefined && !extKeyUsage.some((purpose) => documentPurposes.includes(purpose));
  if (!wrongUsage && !wrongPurpose) return passed;
  return indeterminate('CHAIN_CONSTRAINTS_FAILURE', {
    key: 'certificate-purpose',
    message: `Certificate "${displayName(certificate)}" is not one for signing documents.`,
  });
}
