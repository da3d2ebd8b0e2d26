// SPDX-License-Identifier: Apache-2.0
import { hashRange, SignetError } from '@signet/base';
import type { PdfDocument } from '@signet/documents/pdf';
import {
  type Certificate,
  type DigestAlgorithmId,
  digest,
  parseTimeStampToken,
  type SignatureAlgorithmId,
  startDigest,
} from '@signet/pkix';
import {
  judgeReceivedTimeStamp,
  parseReceivedSignature,
  type ReceivedSignature,
  type ReceivedTimeStamp,
  signatureTimeStamps,
  verifyReceivedSignature,
} from '../cades/received-signature.ts';
import type { Coverage } from './byte-range.ts';
import type { ByteRange } from './document-preparation.ts';
import { isCovered, type PdfSignature } from './pdf-signatures.ts';

/** What verifying a PDF signature by itself gave: no path, no trust, no later revisions. */
export interface VerifiedPdfSignature {
  readonly signature: PdfSignature;
  /** What is broken: the signature must not be relied on. */
  readonly failures: readonly SignetError[];
  /** What is not supported here, so that nothing can be said. */
  readonly unsupported: readonly SignetError[];
  /** The signature's CMS; undefined for a document time-stamp and for what cannot be read. */
  readonly received: ReceivedSignature | undefined;
  /** A document time-stamp's token. */
  readonly documentTimeStamp: ReceivedTimeStamp | undefined;
  readonly signatureTimeStamps: readonly ReceivedTimeStamp[];
  /** The signer's certificate; of a document time-stamp, the authority's. */
  readonly certificate: Certificate | undefined;
  readonly digestAlgorithm: DigestAlgorithmId | undefined;
  readonly signatureAlgorithm: SignatureAlgorithmId | undefined;
}

/** What verifying a signature may be helped with. */
export interface PdfSignatureContext {
  /** DER of further certificates among which the signer's may be. */
  readonly certificates?: readonly Uint8Array[];
  /** The digest over a ByteRange, where the caller reads the document for other reasons too. */
  readonly digestOf?: (range: ByteRange, algorithm: DigestAlgorithmId) => Uint8Array;
}

/**
 * Verifies one signature or document time-stamp of a PDF by itself: what it covers, digest, binding of the certificate,
 * signature value, and its signature time-stamps.
 */
export function verifyPdfSignature(
  pdf: PdfDocument,
  signature: PdfSignature,
  context: PdfSignatureContext = {},
): VerifiedPdfSignature {
  const { certificates = [], digestOf = (range, algorithm) => digestByteRange(pdf, range, algorithm) } =
    context;
  const work = { certificates, digestOf };
  if (!isCovered(signature)) return unverified(signature, { failures: [signature.coverage as SignetError] });
  switch (signature.kind) {
    case 'cms':
    case 'cms-over-sha1':
      return verifyCms(signature, work);
    case 'document-time-stamp':
      return verifyDocumentTimeStamp(signature, work);
    case 'unsupported':
      return unverified(signature, { unsupported: [subFilterError(signature)] });
    case 'unknown':
      return unverified(signature, { failures: [subFilterError(signature)] });
  }
}

/** The digest over a ByteRange, read chunk by chunk. */
export function digestByteRange(
  pdf: PdfDocument,
  range: ByteRange,
  algorithm: DigestAlgorithmId,
): Uint8Array {
  const hash = startDigest(algorithm);
  hashRange(hash, pdf.source, 0, range[1]);
  hashRange(hash, pdf.source, range[2], range[3]);
  return hash.digest();
}

function subFilterError({ subFilter }: PdfSignature): SignetError {
  return new SignetError('ades.sub-filter', { subFilter });
}

type Covered = PdfSignature & { readonly coverage: Coverage };

function unverified(
  signature: PdfSignature,
  problems: { readonly failures?: readonly SignetError[]; readonly unsupported?: readonly SignetError[] },
): VerifiedPdfSignature {
  return {
    signature,
    failures: problems.failures ?? [],
    unsupported: problems.unsupported ?? [],
    received: undefined,
    documentTimeStamp: undefined,
    signatureTimeStamps: [],
    certificate: undefined,
    digestAlgorithm: undefined,
    signatureAlgorithm: undefined,
  };
}

function verifyCms(
  signature: Covered,
  { certificates, digestOf }: Required<PdfSignatureContext>,
): VerifiedPdfSignature {
  let received: ReceivedSignature;
  try {
    received = parseReceivedSignature(signature.coverage.contents, { padding: true, certificates });
  } catch (error) {
    if (error instanceof SignetError) return unverified(signature, { failures: [error] });
    throw error;
  }
  const { digestAlgorithm, certificate } = received;
  const parts = { received, certificate, digestAlgorithm };
  if (digestAlgorithm === undefined) {
    const unsupported = [new SignetError('cms.algorithm-not-supported')];
    return { ...unverified(signature, { unsupported }), ...parts };
  }
  const content = signedContent(signature, received, (id) => digestOf(signature.coverage.byteRange, id));
  const { failures, signatureAlgorithm } = verifyReceivedSignature(received, content.digest);
  const all = [...content.failures, ...failures.filter(({ code }) => !isTolerated(code, signature))];
  return {
    ...unverified(signature, {
      failures: all.filter(({ code }) => !isUnsupported(code)),
      unsupported: all.filter(({ code }) => isUnsupported(code)),
    }),
    ...parts,
    signatureAlgorithm,
    signatureTimeStamps: signatureTimeStamps(received),
  };
}

/** What the message digest has to be, and whether the content that an old signature carries is the document's digest. */
function signedContent(
  signature: Covered,
  { signedData, digestAlgorithm = 'sha1' }: ReceivedSignature,
  digestOf: (algorithm: DigestAlgorithmId) => Uint8Array,
): { readonly digest: Uint8Array; readonly failures: readonly SignetError[] } {
  if (signature.kind === 'cms') {
    const reason = 'its content is attached';
    return {
      digest: digestOf(digestAlgorithm),
      failures:
        signedData.content === undefined ? [] : [new SignetError('ades.signed-data-unsuitable', { reason })],
    };
  }
  // adbe.pkcs7.sha1: the signed content is the SHA-1 digest of the byte range (ISO 32000-1 §12.8.3.3.1).
  const content = signedData.content ?? new Uint8Array();
  const same = Buffer.compare(content, digestOf('sha1')) === 0;
  return {
    digest: digest(digestAlgorithm, content),
    failures: same ? [] : [new SignetError('cms.message-digest-mismatch')],
  };
}

/** Signatures that are not PAdES need not refer to their certificate in a signed attribute. */
function isTolerated(code: string, signature: PdfSignature): boolean {
  return code === 'cms.signing-certificate-missing' && signature.subFilter !== 'ETSI.CAdES.detached';
}

function isUnsupported(code: string): boolean {
  return code === 'cms.algorithm-not-supported' || code === 'ades.no-signing-certificate';
}

function verifyDocumentTimeStamp(
  signature: Covered,
  { certificates, digestOf }: Required<PdfSignatureContext>,
): VerifiedPdfSignature {
  const stamp = judgeReceivedTimeStamp(
    () => parseTimeStampToken(signature.coverage.contents, { padding: true }),
    (algorithm) => digestOf(signature.coverage.byteRange, algorithm),
    certificates,
  );
  const problems = stamp.good
    ? {}
    : isUnsupported(stamp.failure.code)
      ? { unsupported: [stamp.failure] }
      : { failures: [stamp.failure] };
  return {
    ...unverified(signature, problems),
    documentTimeStamp: stamp,
    certificate: stamp.good ? stamp.certificate : undefined,
  };
}
