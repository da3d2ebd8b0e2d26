// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  pdfSignatures,
  readSecurityStore,
  removedSignatures,
  type VerifiedPdfSignature,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { type ByteSource, hashRange } from '@signet/base';
import { openPdf, type PdfDocument } from '@signet/documents/pdf';
import { type AlgorithmPolicy, etsiAlgorithmPolicy } from '@signet/pkix';
import type { ValidationContext } from './certificate-validation.ts';
import { worstIndication } from './judgement.ts';
import { readableCertificates } from './readable-certificates.ts';
import type { Finding, ValidationReport } from './report.ts';
import { RevocationValues } from './revocation.ts';
import { documentTimeStampReport, signatureReport } from './signature-report.ts';
import { type ValidatedTimeStamp, validateTimeStamp } from './time-stamp-validation.ts';

/** What a validation may lean on: everything is handed in, nothing is fetched. It can be cloned to another thread. */
export interface ValidationInput {
  /** DER certificates of trust anchors. */
  readonly trustAnchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path. They are not trusted. */
  readonly extraCertificates?: readonly Uint8Array[];
  /** The time for which the judgement holds. */
  readonly at: Date;
  /** Revocation values as received: DER of CRLs and of OCSP responses. */
  readonly revocation?: {
    readonly crls?: readonly Uint8Array[];
    readonly ocspResponses?: readonly Uint8Array[];
  };
  readonly policy?: ValidationPolicy;
}

/** Constraints that EN 319 102-1 leaves to the signature validation policy. */
export interface ValidationPolicy {
  /**
   * `required` (default): without fresh revocation values a signature is INDETERMINATE / TRY_LATER, as the standard says.
   * `if-present`: values that are there must not revoke; without any, the report tells that revocation was not checked.
   */
  readonly revocation?: 'required' | 'if-present';
  /** Until when algorithms count; default ETSI TS 119 312. */
  readonly algorithms?: AlgorithmPolicy;
}

/**
 * Validates every signature and document time-stamp of a PDF (EN 319 102-1 §5.3 to §5.5; PAdES, EN 319 142-1): integrity,
 * what later revisions changed, time-stamps, path, revocation and algorithms, with the values handed in and those that the
 * document carries.
 *
 * @throws SignetError `pdf.*` if the document cannot be read at all, `ades.too-many-signatures`; what is wrong with a
 *   signature is in the report
 */
export function validatePdf(source: ByteSource, input: ValidationInput): ValidationReport {
  const pdf = openPdf(source);
  const found = pdfSignatures(pdf);
  const certificates = [...(input.extraCertificates ?? []), ...(readSecurityStore(pdf)?.certificates ?? [])];
  const verified = found.map((signature) => verifyPdfSignature(pdf, signature, { certificates }));
  const context = contextOf(pdf, input, verified, certificates);

  const stamps = documentTimeStamps(verified, context);
  const signatures = verified
    .filter(({ signature }) => signature.kind !== 'document-time-stamp')
    .map((each) => signatureReport(pdf, each, stamps, context));
  const documentTimeStampReports = verified
    .filter(({ signature }) => signature.kind === 'document-time-stamp')
    .map((each) => documentTimeStampReport(pdf, each, stamps));
  return {
    format: 1,
    validationTime: input.at.toISOString(),
    document: { size: source.length, sha256: sha256Of(source) },
    indication: worstIndication(
      [...signatures, ...documentTimeStampReports].map(({ indication }) => indication),
    ),
    signatures,
    documentTimeStamps: documentTimeStampReports,
    findings: removedSignatures(pdf).map(removedFinding),
  };
}

/**
 * The document time-stamps, judged from the newest to the oldest: each one that passed proves that everything it covers
 * existed, earlier time-stamps among it (§5.6.2).
 */
function documentTimeStamps(
  verified: readonly VerifiedPdfSignature[],
  context: ValidationContext,
): ReadonlyMap<VerifiedPdfSignature, ValidatedTimeStamp> {
  const judged = new Map<VerifiedPdfSignature, ValidatedTimeStamp>();
  let existedAt: Date | undefined;
  for (const each of verified.toReversed()) {
    if (each.documentTimeStamp === undefined) continue;
    const result = validateTimeStamp('document-time-stamp', each.documentTimeStamp, existedAt, context);
    judged.set(each, result);
    existedAt = result.proves ?? existedAt;
  }
  return judged;
}

function contextOf(
  pdf: PdfDocument,
  input: ValidationInput,
  verified: readonly VerifiedPdfSignature[],
  certificates: readonly Uint8Array[],
): ValidationContext {
  const store = readSecurityStore(pdf);
  const carried = verified.flatMap(({ received, documentTimeStamp, signatureTimeStamps }) => [
    ...(received?.signedData.certificates ?? []),
    ...[documentTimeStamp, ...signatureTimeStamps].flatMap(
      (stamp) => stamp?.token?.signedData.certificates ?? [],
    ),
  ]);
  const { policy = {}, revocation = {} } = input;
  return {
    anchors: readableCertificates(input.trustAnchors),
    candidates: readableCertificates([...carried, ...certificates]),
    at: input.at,
    revocation: new RevocationValues(
      [
        ...(revocation.crls ?? []),
        ...(store?.crls ?? []),
        ...verified.flatMap(({ received }) => received?.signedData.crls ?? []),
      ],
      [...(revocation.ocspResponses ?? []), ...(store?.ocspResponses ?? [])],
    ),
    revocationRequired: (policy.revocation ?? 'required') === 'required',
    algorithms: policy.algorithms ?? etsiAlgorithmPolicy,
  };
}

function removedFinding(field: string): Finding {
  return {
    key: 'signature-removed',
    message: `A later revision took away the signature of field "${field}".`,
  };
}

function sha256Of(source: ByteSource): string {
  const hash = createHash('sha256');
  hashRange(hash, source, 0, source.length);
  return hash.digest('hex');
}
