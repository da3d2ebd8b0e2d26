// SPDX-License-Identifier: Apache-2.0

import type { AdesLevel } from '@signet/ades';
import {
  type DocumentChange,
  differences,
  isCovered,
  type PdfSignature,
  readSecurityStore,
  type VerifiedPdfSignature,
} from '@signet/ades/pades';
import { isSignetError } from '@signet/base';
import type { PdfDocument } from '@signet/documents/pdf';
import { attributeTypes, attributeValues } from '@signet/pkix';
import { certificateReport } from './certificate-report.ts';
import {
  algorithmJudgement,
  keyBits,
  type ValidationContext,
  validateCertificate,
} from './certificate-validation.ts';
import { failed, findingOf, type Judgement, passed, worst } from './judgement.ts';
import type { ChangeReport, SignatureReport, SigningTime, TimeStampReport } from './report.ts';
import { changesJudgement, integrityJudgement, purposeJudgement } from './signature-judgement.ts';
import { type ValidatedTimeStamp, validateTimeStamp } from './time-stamp-validation.ts';

type DocumentTimeStamps = ReadonlyMap<VerifiedPdfSignature, ValidatedTimeStamp>;

/** Judges one signature and reports it (EN 319 102-1 §5.3, §5.5). */
export function signatureReport(
  pdf: PdfDocument,
  verified: VerifiedPdfSignature,
  documentTimeStamps: DocumentTimeStamps,
  context: ValidationContext,
): SignatureReport {
  const { signature, certificate, signatureAlgorithm, digestAlgorithm } = verified;
  const covering = stampsOver(verified, documentTimeStamps);
  const proofs = covering.flatMap(({ proves }) => (proves === undefined ? [] : [proves]));
  const stamps = verified.signatureTimeStamps.map((stamp) =>
    validateTimeStamp('signature-time-stamp', stamp, earliest(proofs), context),
  );
  const existedAt = earliest([
    ...proofs,
    ...stamps.flatMap(({ proves }) => (proves === undefined ? [] : [proves])),
  ]);
  const changes = changesAfter(pdf, signature);
  const judgement = worst([
    integrityJudgement(verified),
    changes.judgement,
    certificateJudgement(verified, existedAt, context),
  ]);
  return {
    fieldName: signature.fieldName,
    subFilter: signature.subFilter,
    indication: judgement.indication,
    subIndication: judgement.subIndication,
    level: levelOf(pdf, verified, stampRevisions(verified, documentTimeStamps)),
    signer: certificate === undefined ? null : certificateReport(certificate),
    signingTime: signingTime(signature, existedAt),
    signatureAlgorithm: signatureAlgorithm ?? null,
    digestAlgorithm: digestAlgorithm ?? null,
    changes: changes.report,
    timeStamps: stamps.map(({ report }) => report),
    errors: judgement.errors,
    warnings: judgement.warnings,
  };
}

/** Reports one document time-stamp. */
export function documentTimeStampReport(
  pdf: PdfDocument,
  verified: VerifiedPdfSignature,
  documentTimeStamps: DocumentTimeStamps,
): TimeStampReport {
  const changes = changesAfter(pdf, verified.signature).judgement;
  const judged = documentTimeStamps.get(verified);
  const own: Judgement =
    judged === undefined
      ? integrityJudgement(verified)
      : { ...passed, ...judged.report, errors: judged.report.findings, warnings: [] };
  const { indication, subIndication, errors, warnings } = worst([own, changes]);
  return {
    kind: 'document-time-stamp',
    indication,
    subIndication,
    time: judged?.report.time ?? null,
    authority: judged?.report.authority ?? null,
    findings: [...errors, ...warnings],
  };
}

function stampsOver(
  verified: VerifiedPdfSignature,
  stamps: DocumentTimeStamps,
): readonly ValidatedTimeStamp[] {
  return [...stamps].filter(([{ signature }]) => covers(signature, verified)).map(([, stamp]) => stamp);
}

/** The newest revisions that document time-stamps over a signature cover. */
function stampRevisions(verified: VerifiedPdfSignature, stamps: DocumentTimeStamps): readonly number[] {
  return [...stamps.keys()].flatMap(({ signature }) =>
    covers(signature, verified) && isCovered(signature) ? [signature.coverage.revision] : [],
  );
}

function covers(stamp: PdfSignature, { signature }: VerifiedPdfSignature): boolean {
  return isCovered(stamp) && isCovered(signature) && stamp.coverage.revision > signature.coverage.revision;
}

function certificateJudgement(
  { certificate, signatureAlgorithm }: VerifiedPdfSignature,
  existedAt: Date | undefined,
  context: ValidationContext,
): Judgement {
  if (certificate === undefined) return passed;
  const algorithm =
    signatureAlgorithm === undefined
      ? passed
      : algorithmJudgement({
          algorithm: signatureAlgorithm,
          bits: keyBits(certificate),
          at: existedAt ?? context.at,
          policy: context.algorithms,
          what: 'The signature',
        });
  return worst([validateCertificate({ certificate, existedAt }, context), purposeOf(certificate), algorithm]);
}

function purposeOf(certificate: Parameters<typeof purposeJudgement>[0]): Judgement {
  try {
    return purposeJudgement(certificate);
  } catch (error) {
    // An extension that cannot be read: the path validation has told it.
    if (isSignetError(error)) return passed;
    throw error;
  }
}

function changesAfter(
  pdf: PdfDocument,
  signature: PdfSignature,
): { readonly report: ChangeReport; readonly judgement: Judgement } {
  if (!isCovered(signature)) {
    return { report: { kind: 'forbidden', laterRevisions: 0, changes: [] }, judgement: passed };
  }
  const { revision, wholeFile } = signature.coverage;
  const laterRevisions = pdf.revisions.length - 1 - revision;
  if (wholeFile || laterRevisions === 0) {
    return { report: { kind: 'none', laterRevisions, changes: [] }, judgement: passed };
  }
  let changes: readonly DocumentChange[];
  try {
    changes = differences(pdf, revision, signature.permissions);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const finding = findingOf(error);
    return {
      report: { kind: 'forbidden', laterRevisions, changes: [finding] },
      judgement: failed('FORMAT_FAILURE', finding),
    };
  }
  const report: ChangeReport = {
    kind: changes.every(({ allowed }) => allowed) ? 'allowed' : 'forbidden',
    laterRevisions,
    changes: changes.map(({ kind, what }) => ({ key: `change-${kind}`, message: what })),
  };
  return { report, judgement: changesJudgement(signature, changes) };
}

function signingTime({ claimedTime }: PdfSignature, existedAt: Date | undefined): SigningTime | null {
  if (existedAt !== undefined) return { source: 'time-stamp', time: existedAt.toISOString() };
  return claimedTime === undefined ? null : { source: 'claimed', time: claimedTime.toISOString() };
}

/**
 * The baseline level whose parts are there and intact (EN 319 142-1 §6): judged by form, so that a level says nothing of
 * trust. B-LT and B-LTA are told by the parts of the document's security store and its time-stamps.
 */
function levelOf(
  pdf: PdfDocument,
  verified: VerifiedPdfSignature,
  stampRevisions: readonly number[],
): AdesLevel | null {
  const { signature, received, failures, signatureTimeStamps } = verified;
  const attributes = received?.signerInfo.signedAttributes?.attributes ?? [];
  const has = (type: string) => attributeValues(attributes, type).length > 0;
  const basic =
    signature.subFilter === 'ETSI.CAdES.detached' &&
    failures.length === 0 &&
    signature.claimedTime !== undefined &&
    !has(attributeTypes.signingTime) &&
    (has(attributeTypes.signingCertificateV2) || has(attributeTypes.signingCertificate));
  if (!basic) return null;
  if (stampRevisions.length === 0 && !signatureTimeStamps.some(({ good }) => good)) return 'B-B';
  if (!hasValues(pdf)) return 'B-T';
  return stampRevisions.some((revision) => hasValues(pdf.at(revision))) ? 'B-LTA' : 'B-LT';
}

function hasValues(pdf: PdfDocument): boolean {
  const store = readSecurityStore(pdf);
  return store !== undefined && store.crls.length + store.ocspResponses.length > 0;
}

function earliest(times: readonly Date[]): Date | undefined {
  return times.length === 0 ? undefined : new Date(Math.min(...times.map((time) => time.getTime())));
}
