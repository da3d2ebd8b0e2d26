// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import { authorityInUse, type CertificateInUse, genTimeOf, signerInUse } from '@signet/ades/cades';
import {
  isCovered,
  readSecurityStore,
  type SecurityStore,
  type VerifiedPdfSignature,
} from '@signet/ades/pades';
import { type PdfDocument, PdfRef } from '@signet/documents/pdf';
import { type Certificate, certificateSignedBy } from '@signet/pkix';
import { isExemptResponder } from '@signet/trust/revocation';
import { readableCertificates } from './readable-certificates.ts';
import { RevocationValues } from './revocation.ts';

/** How a document is provided for its later validation, judged by what it carries: nothing here is a trust decision. */
export interface Preservation {
  /** The level that all its signatures have at least (EN 319 142-1 §6). */
  readonly level: AdesLevel;
  /** The certificates that its signatures and time-stamps rely on. */
  readonly inUse: readonly CertificateInUse[];
  /** The validation data it carries. */
  readonly store: SecurityStore;
  /** Certificates for which the store lacks an issuer or a revocation value. */
  readonly missing: readonly Certificate[];
}

const emptyStore: SecurityStore = { certificates: [], ocspResponses: [], crls: [] };

/**
 * Tells how signatures are provided for: whether each is proven to have existed at a time, whether the store has a
 * revocation value for every certificate of every chain, and whether a document time-stamp covers that store.
 *
 * @param verified the signatures and document time-stamps that count
 */
export function preservation(pdf: PdfDocument, verified: readonly VerifiedPdfSignature[]): Preservation {
  const store = readSecurityStore(pdf) ?? emptyStore;
  const archiving = new Set(verified.filter((each) => covers(pdf, each, store)));
  const signatures = verified.filter(({ received }) => received !== undefined);
  const proofs = new Map(signatures.map((each) => [each, proofsOf(each, verified)]));
  const needed = [
    ...signatures.flatMap((each) => signerInUse(each.received!, proofs.get(each)!)),
    ...signatures.flatMap((each) => each.signatureTimeStamps.flatMap(authorityInUse)),
    ...verified.filter((each) => !archiving.has(each)).flatMap(stampInUse),
  ];
  const missing = missingIn(store, needed);
  const timed = signatures.every((each) => proofs.get(each)!.length > 0);
  const complete = missing.length === 0 && signatures.every((each) => storeFollows(pdf, each));
  return {
    level: levelOf({ timed, complete, archived: archiving.size > 0 }),
    inUse: [...needed, ...[...archiving].flatMap(stampInUse)],
    store,
    missing,
  };
}

function levelOf(has: {
  readonly timed: boolean;
  readonly complete: boolean;
  readonly archived: boolean;
}): AdesLevel {
  if (!has.timed) return 'B-B';
  if (!has.complete) return 'B-T';
  return has.archived ? 'B-LTA' : 'B-LT';
}

function stampInUse({ documentTimeStamp }: VerifiedPdfSignature): readonly CertificateInUse[] {
  return documentTimeStamp === undefined ? [] : authorityInUse(documentTimeStamp);
}

/** The times at which a signature is proven to have existed: by its own time-stamps and by document time-stamps over it. */
function proofsOf(
  { signature, signatureTimeStamps }: VerifiedPdfSignature,
  verified: readonly VerifiedPdfSignature[],
): readonly Date[] {
  const over = verified.filter(
    (each) =>
      isCovered(each.signature) &&
      isCovered(signature) &&
      each.signature.coverage.revision > signature.coverage.revision,
  );
  const stamps = over.flatMap(({ documentTimeStamp }) => documentTimeStamp ?? []);
  return [...signatureTimeStamps, ...stamps].flatMap(genTimeOf);
}

/**
 * Whether something was stored after a signature was made. Values from before it may be as good, but readers take a
 * store that no later revision touched for one that is not about this signature.
 */
function storeFollows(pdf: PdfDocument, { signature }: VerifiedPdfSignature): boolean {
  if (!isCovered(signature)) return false;
  const entry = pdf.catalog.get('DSS');
  const holder = entry instanceof PdfRef ? entry : pdf.catalogRef;
  const later = pdf.revisions.slice(signature.coverage.revision + 1);
  return entry !== undefined && later.some((revision) => revision.place(holder.num) !== undefined);
}

/** Whether a good document time-stamp covers the whole store as it is now. */
function covers(
  pdf: PdfDocument,
  { signature, documentTimeStamp }: VerifiedPdfSignature,
  store: SecurityStore,
): boolean {
  if (!documentTimeStamp?.good || !isCovered(signature)) return false;
  const covered = readSecurityStore(pdf.at(signature.coverage.revision));
  return sizeOf(store) > 0 && covered !== undefined && sizeOf(covered) === sizeOf(store);
}

function sizeOf({ certificates, ocspResponses, crls }: SecurityStore): number {
  return certificates.length + ocspResponses.length + crls.length;
}

/** The certificates of all chains for which a store has no issuer or no revocation value. */
function missingIn(store: SecurityStore, inUse: readonly CertificateInUse[]): readonly Certificate[] {
  const values = new RevocationValues(store.crls, store.ocspResponses);
  const missing = new Map<string, Certificate>();
  const seen = new Set<string>();
  const look = (certificate: Certificate, known: readonly Certificate[], usedAt: Date): void => {
    if (certificate.issuer.equals(certificate.subject) || seen.has(certificate.fingerprint)) return;
    seen.add(certificate.fingerprint);
    const issuer = known.find(
      (each) => each.subject.equals(certificate.issuer) && certificateSignedBy(certificate, each),
    );
    const status =
      issuer && values.status({ certificate, issuers: [issuer], at: undefined, existedAt: usedAt });
    const told = status?.kind === 'good' || (status?.kind === 'revoked' && status.date > usedAt);
    if (issuer === undefined || !told) {
      missing.set(certificate.fingerprint, certificate);
      return;
    }
    look(issuer, known, usedAt);
    const responder = status.kind === 'good' ? status.responder : undefined;
    if (responder !== undefined && !isExemptResponder(responder)) look(responder, known, usedAt);
  };
  for (const { certificate, candidates, usedAt } of inUse) {
    const [own] = readableCertificates([certificate]);
    const known = readableCertificates([...store.certificates, ...candidates]);
    if (own !== undefined) look(own, known, usedAt);
  }
  return [...missing.values()];
}
