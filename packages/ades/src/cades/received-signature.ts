// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import {
  attributeTypes,
  attributeValues,
  type Certificate,
  type DigestAlgorithmId,
  digest,
  digestAlgorithmOf,
  findSignerCertificate,
  type JudgedTimeStamp,
  judgeTimeStampToken,
  parseSignedData,
  parseTimeStampToken,
  type SignatureAlgorithmId,
  type SignedData,
  type SignerInfo,
  type TimeStampToken,
  verifySignerInfo,
} from '@signet/pkix';

/** A detached CMS signature as it was received, taken apart but not yet verified. */
export interface ReceivedSignature {
  readonly signedData: SignedData;
  /** The only signer (EN 319 142-1 §6.3 allows one). */
  readonly signerInfo: SignerInfo;
  /** Digest of the content; undefined if it is not supported. */
  readonly digestAlgorithm: DigestAlgorithmId | undefined;
  /** The signer's certificate, found by what the signature refers to; undefined if it is not carried. */
  readonly certificate: Certificate | undefined;
}

/** What verifying a signature by itself gave. Whether its certificate can be trusted is not asked here. */
export interface VerifiedSignature {
  /** Everything that is wrong, each once; empty if the signature holds. */
  readonly failures: readonly SignetError[];
  readonly signatureAlgorithm: SignatureAlgorithmId | undefined;
}

/** A signature time-stamp of a received signature: judged good by itself, or why not. */
export type ReceivedTimeStamp =
  | { readonly good: true; readonly token: TimeStampToken; readonly certificate: Certificate }
  | { readonly good: false; readonly token: TimeStampToken | undefined; readonly failure: SignetError };

/**
 * Takes a detached CMS signature apart.
 *
 * @param options.padding whether zero octets may follow it, as in the hole of a PDF
 * @param options.certificates DER of further certificates among which the signer's may be
 * @throws SignetError `cms.*`, `ades.signed-data-unsuitable` unless there is exactly one signer
 */
export function parseReceivedSignature(
  cms: Uint8Array,
  options: { readonly padding?: boolean; readonly certificates?: readonly Uint8Array[] } = {},
): ReceivedSignature {
  const signedData = parseSignedData(cms, { padding: options.padding ?? false });
  const [signerInfo] = signedData.signerInfos;
  if (signerInfo === undefined || signedData.signerInfos.length !== 1) {
    const reason = `it has ${signedData.signerInfos.length} signers instead of one`;
    throw new SignetError('ades.signed-data-unsuitable', { reason });
  }
  const candidates = [...signedData.certificates, ...(options.certificates ?? [])];
  return {
    signedData,
    signerInfo,
    digestAlgorithm: digestAlgorithmOf(signerInfo.digestAlgorithm),
    certificate: findSignerCertificate(signerInfo, candidates),
  };
}

/**
 * Verifies a signature under the certificate it refers to: content type, message digest, certificate binding, algorithms
 * and value (EN 319 102-1 §5.2.5, §5.2.7).
 *
 * @param contentDigest digest of the signed content by `digestAlgorithm`
 */
export function verifyReceivedSignature(
  received: ReceivedSignature,
  contentDigest: Uint8Array,
): VerifiedSignature {
  const { signedData, signerInfo, certificate } = received;
  if (certificate === undefined) {
    return { failures: [new SignetError('ades.no-signing-certificate')], signatureAlgorithm: undefined };
  }
  const { failures, signatureAlgorithm } = verifySignerInfo({
    signedData,
    signerInfo,
    certificate,
    contentDigest,
  });
  return { failures: failures.map((code) => new SignetError(code)), signatureAlgorithm };
}

/** The signature time-stamps (EN 319 122-1 §5.3) in the order received, each judged by itself. */
export function signatureTimeStamps({
  signedData,
  signerInfo,
}: ReceivedSignature): readonly ReceivedTimeStamp[] {
  const tokens = attributeValues(signerInfo.unsignedAttributes, attributeTypes.signatureTimeStamp);
  return tokens.map((encoded) =>
    judgeReceivedTimeStamp(
      () => parseTimeStampToken(encoded),
      (algorithm) => digest(algorithm, signerInfo.signature),
      signedData.certificates,
    ),
  );
}

/**
 * Judges a time-stamp over data whose digest by the token's own algorithm is handed in.
 *
 * @param certificates DER of certificates that may be the authority's, where the token carries none
 */
export function judgeReceivedTimeStamp(
  parse: () => TimeStampToken,
  digestBy: (algorithm: DigestAlgorithmId) => Uint8Array,
  certificates: readonly Uint8Array[],
): ReceivedTimeStamp {
  let token: TimeStampToken | undefined;
  try {
    token = parse();
    return { good: true, ...judge(token, digestBy, certificates) };
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return { good: false, token, failure: error };
  }
}

function judge(
  token: TimeStampToken,
  digestBy: (algorithm: DigestAlgorithmId) => Uint8Array,
  certificates: readonly Uint8Array[],
): JudgedTimeStamp {
  const algorithm = digestAlgorithmOf(token.info.imprint.algorithm);
  if (algorithm === undefined) throw new SignetError('cms.algorithm-not-supported');
  const imprint = { digestAlgorithm: algorithm, digest: digestBy(algorithm) };
  return judgeTimeStampToken(token, { imprint, certificates });
}
