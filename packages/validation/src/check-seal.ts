// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash } from 'node:crypto';
import { type AdesLevel, reachesLevel } from '@signet/ades';
import {
  type ByteRange,
  type Coverage,
  differences,
  isCovered,
  type PdfSignature,
  pdfSignatures,
  unexpectedChange,
  verifyPdfSignature,
} from '@signet/ades/pades';
import {
  type ByteSource,
  chunkBytes,
  type ErrorCode,
  hashRange,
  isSignetError,
  SignetError,
} from '@signet/base';
import { openPdf, type PdfDocument } from '@signet/documents/pdf';
import { attributeTypes, attributeValues, type DigestAlgorithmId, startDigest } from '@signet/pkix';

/** What a sealed document must be before it may be released. */
export interface SealExpectation {
  /** The sealed document: the base document's bytes and the revision appended to them. */
  readonly output: ByteSource;
  /** Length of the document as it arrived, in bytes. */
  readonly baseLength: number;
  /** SHA-256 of the document as it arrived, lower-case hexadecimal. */
  readonly baseSha256: string;
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
 * start, its newest signature covers all of it, digest, certificate binding, signature value, time-stamp and level are
 * right, and earlier signatures permit what was added. No network and no trust decision; the document is read and hashed
 * once (but for the last revision, and for digests other than SHA-256).
 *
 * @throws SignetError `ades.check-*`: the document must not be released
 */
export function checkSeal(expectation: SealExpectation): CheckedSeal {
  const { pdf, seal, earlier } = reopen(expectation);
  const digests = new OutputDigests(expectation);
  const verified = verifyPdfSignature(pdf, seal, {
    digestOf: (range, algorithm) => digests.docHash(range, algorithm),
  });
  for (const failure of [...verified.failures, ...verified.unsupported]) throw asCheckFailure(failure, seal);
  if (expectation.docHash !== undefined && Buffer.compare(expectation.docHash, digests.found!) !== 0) {
    throw new SignetError('ades.check-digest');
  }
  if (verified.certificate?.fingerprint !== expectation.certificate)
    throw new SignetError('ades.check-certificate');
  checkBaselineAttributes(seal, verified.received!.signerInfo.signedAttributes?.attributes ?? []);

  const [stamp] = verified.signatureTimeStamps;
  if (stamp !== undefined && !stamp.good) {
    throw new SignetError('ades.check-time-stamp', { reason: stamp.failure.message }, stamp.failure);
  }
  const levelReached: AdesLevel = stamp === undefined ? 'B-B' : 'B-T';
  if (!reachesLevel(levelReached, expectation.level)) {
    throw new SignetError('ades.check-level', { reached: levelReached, wanted: expectation.level });
  }
  checkRevision(pdf, earlier);
  return {
    sha256Out: digests.whole(),
    levelReached,
    timeStamp: stamp?.token.info.genTime.toISOString() ?? null,
  };
}

type CoveredSignature = PdfSignature & { readonly coverage: Coverage };

/** Opens the output anew and finds the seal in it: the only signature whose /Contents lies behind the base document. */
function reopen({ output, baseLength }: SealExpectation): {
  readonly pdf: PdfDocument;
  readonly seal: CoveredSignature;
  readonly earlier: readonly PdfSignature[];
} {
  const { pdf, signatures } = orNoSignature(() => {
    const opened = openPdf(output);
    return { pdf: opened, signatures: pdfSignatures(opened) };
  });
  const unsound = signatures.find(
    (signature) => !isCovered(signature) && !liesIn(signature, pdf, baseLength),
  );
  if (unsound !== undefined) throw notCovered((unsound.coverage as SignetError).message);
  const own = signatures.filter(isCovered).filter(({ coverage }) => coverage.byteRange[1] >= baseLength);
  const [seal] = own;
  if (seal === undefined || own.length !== 1) {
    throw new SignetError('ades.check-no-signature', { reason: `${own.length} signatures were added` });
  }
  if (!seal.coverage.wholeFile) throw notCovered('bytes follow it');
  return { pdf, seal, earlier: signatures.filter((signature) => signature !== seal) };
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

/** The last revision does what sealing does, and each earlier signature permits it. */
function checkRevision(pdf: PdfDocument, earlier: readonly PdfSignature[]): void {
  const unexpected = unexpectedChange(pdf);
  if (unexpected !== undefined) throw new SignetError('ades.check-base-changed', {}, unexpected);
  for (const signature of earlier) {
    if (!isCovered(signature)) continue;
    const changes = differences(pdf, signature.coverage.revision, signature.permissions);
    const forbidden = changes.find(({ allowed }) => !allowed);
    if (forbidden !== undefined) {
      const details = { field: signature.fieldName, reason: forbidden.what };
      throw new SignetError('ades.check-earlier-signature', details);
    }
  }
}

/** The digests of an output that have a beginning in common: of the base document, over the ByteRange, of the whole. */
class OutputDigests {
  readonly #expectation: SealExpectation;
  #sha256: Hash | undefined;
  found: Uint8Array | undefined;

  constructor(expectation: SealExpectation) {
    this.#expectation = expectation;
  }

  /**
   * The digest over the seal's ByteRange.
   *
   * @throws SignetError `ades.check-base-changed` if the file does not begin with the document that arrived
   */
  docHash([, before, after, rest]: ByteRange, algorithm: DigestAlgorithmId): Uint8Array {
    const { output, baseLength } = this.#expectation;
    const other = algorithm === 'sha256' ? undefined : startDigest(algorithm);
    const base = this.#hashBase(other);
    const hash = other ?? base.copy();
    hashRange(hash, output, baseLength, before - baseLength);
    hashRange(hash, output, after, rest);
    this.found = hash.digest();
    return this.found;
  }

  /** SHA-256 of the whole output, lower-case hexadecimal. */
  whole(): string {
    const { output, baseLength } = this.#expectation;
    const hash = this.#hashBase(undefined).copy();
    hashRange(hash, output, baseLength, output.length - baseLength);
    return hash.digest('hex');
  }

  #hashBase(other: Hash | undefined): Hash {
    if (this.#sha256 !== undefined) return this.#sha256;
    const { output, baseLength, baseSha256 } = this.#expectation;
    const hash = createHash('sha256');
    for (let at = 0; at < baseLength; at += chunkBytes) {
      const chunk = output.read(at, Math.min(chunkBytes, baseLength - at));
      hash.update(chunk);
      other?.update(chunk);
    }
    if (hash.copy().digest('hex') !== baseSha256) throw new SignetError('ades.check-base-changed');
    this.#sha256 = hash;
    return hash;
  }
}
