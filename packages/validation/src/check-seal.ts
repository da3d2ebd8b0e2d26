// SPDX-License-Identifier: Apache-2.0
import { type AdesLevel, reachesLevel } from '@signet/ades';
import {
  type Coverage,
  isCovered,
  type PdfSignature,
  pdfSignatures,
  unexpectedChange,
  type VerifiedPdfSignature,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { type ErrorCode, isSignetError, SignetError } from '@signet/base';
import { openPdf, type PdfDocument } from '@signet/documents/pdf';
import { attributeTypes, attributeValues } from '@signet/pkix';
import { OutputDigests, type OutputOnBase } from './output-digests.ts';
import { checkPermitted } from './permitted.ts';
import { preservation } from './preservation.ts';

/** What a sealed document must be before it may be released. */
export interface SealExpectation extends OutputOnBase {
  /** SHA-256 of the DER of the certificate that was to seal it, lower-case hexadecimal. */
  readonly certificate: string;
  /** Level that must be reached. */
  readonly level: AdesLevel;
  /** DocHash for which the signature value was made, where the caller wants it compared too. */
  readonly docHash?: Uint8Array;
}

/** What the check found. */
export interface CheckedSeal {
  /** SHA-256 of the sealed document, lower-case hexadecimal. */
  readonly sha256Out: string;
  readonly levelReached: AdesLevel;
  /** genTime of the signature time-stamp, RFC 3339; null at B-B. */
  readonly timeStamp: string | null;
}

/**
 * Opens a sealed document with a fresh reader and verifies what Signet promises of it: the bytes that arrived are its
 * start, its one new signature covers all of it (but for validation data and a document time-stamp at B-LT and B-LTA),
 * digest, certificate binding, signature value, time-stamps and level are right, and earlier signatures permit what was
 * added. No network and no trust decision; the document is read and hashed once (but for what was added, and for digests
 * other than SHA-256).
 *
 * @throws SignetError `ades.check-*`: the document must not be released
 */
export function checkSeal(expectation: SealExpectation): CheckedSeal {
  const { pdf, seal, stamps, earlier } = reopen(expectation);
  const digests = new OutputDigests(expectation);
  let docHash: Uint8Array = new Uint8Array();
  const verified = verifyPdfSignature(pdf, seal, {
    digestOf: (range, algorithm) => {
      docHash = digests.docHash(range, algorithm);
      return docHash;
    },
  });
  for (const failure of [...verified.failures, ...verified.unsupported]) throw asCheckFailure(failure, seal);
  if (expectation.docHash !== undefined && Buffer.compare(expectation.docHash, docHash) !== 0) {
    throw new SignetError('ades.check-digest');
  }
  if (verified.certificate?.fingerprint !== expectation.certificate)
    throw new SignetError('ades.check-certificate');
  checkBaselineAttributes(seal, verified.received!.signerInfo.signedAttributes?.attributes ?? []);

  const [stamp] = verified.signatureTimeStamps;
  if (stamp !== undefined && !stamp.good) {
    throw new SignetError('ades.check-time-stamp', { reason: stamp.failure.message }, stamp.failure);
  }
  const archived = stamps.map((each) => checkDocumentTimeStamp(pdf, each, digests));
  const levelReached = levelOf(pdf, expectation, [verified, ...archived]);
  if (!reachesLevel(levelReached, expectation.level)) {
    throw new SignetError('ades.check-level', { reached: levelReached, wanted: expectation.level });
  }
  checkRevisions(pdf, { seal, stamps, earlier });
  return {
    sha256Out: digests.whole(),
    levelReached,
    timeStamp: stamp?.token.info.genTime.toISOString() ?? null,
  };
}

/** A document that was opened anew, and its signatures told apart. */
interface Reopened {
  readonly pdf: PdfDocument;
  /** The only signature whose /Contents lies behind the base document. */
  readonly seal: CoveredSignature;
  /** The document time-stamps behind the base document, at most one. */
  readonly stamps: readonly CoveredSignature[];
  readonly earlier: readonly PdfSignature[];
}

type CoveredSignature = PdfSignature & { readonly coverage: Coverage };

function reopen({ output, baseLength, level }: SealExpectation): Reopened {
  const { pdf, signatures } = orNoSignature(() => {
    const opened = openPdf(output);
    return { pdf: opened, signatures: pdfSignatures(opened) };
  });
  const unsound = signatures.find(
    (signature) => !isCovered(signature) && !liesIn(signature, pdf, baseLength),
  );
  if (unsound !== undefined) throw notCovered((unsound.coverage as SignetError).message);
  const own = signatures.filter(isCovered).filter(({ coverage }) => coverage.byteRange[1] >= baseLength);
  const [seal, ...others] = own.filter(({ kind }) => kind !== 'document-time-stamp');
  const stamps = own.filter(({ kind }) => kind === 'document-time-stamp');
  if (seal === undefined || others.length > 0 || stamps.length > (level === 'B-LTA' ? 1 : 0)) {
    throw new SignetError('ades.check-no-signature', { reason: `${own.length} signatures were added` });
  }
  checkEnd(pdf, { seal, stamps, level });
  const earlier = signatures.filter((signature) => !own.some((each) => each === signature));
  return { pdf, seal, stamps, earlier };
}

/** Below B-LT nothing follows the seal, at B-LTA nothing the time-stamp, and never anything the last revision. */
function checkEnd(
  pdf: PdfDocument,
  { seal, stamps, level }: Pick<Reopened, 'seal' | 'stamps'> & { readonly level: AdesLevel },
): void {
  const [last = seal] = stamps;
  const closed = stamps.length > 0 || !reachesLevel(level, 'B-LT');
  const ends = closed ? last.coverage.wholeFile : pdf.revisions.at(-1)!.endOffset === pdf.source.length;
  if (!ends) throw notCovered('bytes follow it');
}

function checkDocumentTimeStamp(
  pdf: PdfDocument,
  stamp: CoveredSignature,
  digests: OutputDigests,
): VerifiedPdfSignature {
  const verified = verifyPdfSignature(pdf, stamp, {
    digestOf: (range, algorithm) => digests.docHash(range, algorithm),
  });
  const [failure] = [...verified.failures, ...verified.unsupported];
  if (failure !== undefined)
    throw new SignetError('ades.check-time-stamp', { reason: failure.message }, failure);
  return verified;
}

/** Validation data are looked at only where they are wanted. */
function levelOf(
  pdf: PdfDocument,
  { level }: SealExpectation,
  verified: readonly VerifiedPdfSignature[],
): AdesLevel {
  if (reachesLevel(level, 'B-LT')) return preservation(pdf, verified).level;
  return verified[0]!.signatureTimeStamps.length === 0 ? 'B-B' : 'B-T';
}

function orNoSignature<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!isSignetError(error)) throw error;
    throw new SignetError('ades.check-no-signature', { reason: error.message }, error);
  }
}

function liesIn({ object }: PdfSignature, pdf: PdfDocument, baseLength: number): boolean {
  const place = pdf.place(object);
  return place?.kind === 'compressed' || (place?.kind === 'offset' && place.offset < baseLength);
}

function notCovered(reason: string): SignetError {
  return new SignetError('ades.check-coverage', { reason });
}

/** What EN 319 142-1 §6.3 demands beside what makes any CMS signature valid. */
function checkBaselineAttributes(
  seal: PdfSignature,
  attributes: Parameters<typeof attributeValues>[0],
): void {
  const refuse = (reason: string) => new SignetError('ades.check-attributes', { reason });
  if (seal.subFilter !== 'ETSI.CAdES.detached') throw refuse(`/SubFilter is ${seal.subFilter}`);
  if (seal.claimedTime === undefined) throw refuse('there is no /M');
  if (attributeValues(attributes, attributeTypes.signingTime).length > 0)
    throw refuse('there is a CMS signing-time');
}

const meanings: Partial<Record<ErrorCode, ErrorCode & `ades.check-${string}`>> = {
  'cms.message-digest-mismatch': 'ades.check-digest',
  'cms.signature-invalid': 'ades.check-signature-value',
  'cms.signing-certificate-mismatch': 'ades.check-certificate',
  'cms.signer-identifier-mismatch': 'ades.check-certificate',
  'ades.no-signing-certificate': 'ades.check-certificate',
};

function asCheckFailure(failure: SignetError, seal: PdfSignature): SignetError {
  const meaning = meanings[failure.code];
  if (meaning !== undefined) return new SignetError(meaning, {}, failure);
  const code = seal.kind === 'cms' ? 'ades.check-attributes' : 'ades.check-no-signature';
  return new SignetError(code, { reason: failure.message }, failure);
}

/** Each revision does what sealing does, and each signature permits what came after it. */
function checkRevisions(pdf: PdfDocument, { seal, stamps, earlier }: Omit<Reopened, 'pdf'>): void {
  const signing = [seal, ...stamps].map(({ coverage }) => coverage.revision);
  for (let revision = seal.coverage.revision; revision < pdf.revisions.length; revision++) {
    const kind = signing.includes(revision) ? 'signature' : 'validation-data';
    const unexpected = unexpectedChange(pdf.at(revision), kind);
    if (unexpected !== undefined) throw new SignetError('ades.check-base-changed', {}, unexpected);
  }
  checkPermitted(pdf, seal.coverage.wholeFile ? earlier : [...earlier, seal]);
}
