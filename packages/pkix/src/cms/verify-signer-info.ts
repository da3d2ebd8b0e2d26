// SPDX-License-Identifier: Apache-2.0
import { type ErrorCode, isSignetError } from '@signet/base';
import {
  type AlgorithmIdentifier,
  digestAlgorithmOf,
  identifySignatureAlgorithm,
  readAlgorithmIdentifier,
  type SignatureAlgorithm,
  type SignatureAlgorithmId,
  statedSaltLength,
  verifySignatureValue,
  withoutParameters,
} from '../algorithms/index.ts';
import { context, type DerReader, readDer } from '../der/index.ts';
import type { Certificate } from '../x509/index.ts';
import { attributesOfType } from './attribute.ts';
import { attributeTypes } from './object-identifiers.ts';
import type { SignedData, SignerInfo } from './signed-data.ts';
import { namesCertificate } from './signer-identifier.ts';
import { parseSigningCertificate, parseSigningCertificateV2, refersTo } from './signing-certificate.ts';

/** What can be wrong with a signature, by the codes of the error table. */
export type SignerInfoFailure = Extract<
  ErrorCode,
  | 'cms.signed-attributes-missing'
  | 'cms.attribute-missing'
  | 'cms.attribute-repeated'
  | 'cms.attribute-malformed'
  | 'cms.content-type-mismatch'
  | 'cms.message-digest-mismatch'
  | 'cms.signature-invalid'
  | 'cms.signing-certificate-missing'
  | 'cms.signing-certificate-mismatch'
  | 'cms.signer-identifier-mismatch'
  | 'cms.algorithm-mismatch'
  | 'cms.algorithm-not-supported'
>;

/** One signature and what it is to be verified against. */
export interface SignerInfoToVerify {
  readonly signedData: SignedData;
  readonly signerInfo: SignerInfo;
  /** The signer's certificate, from `findSignerCertificate`. Whether it is trusted is not asked here. */
  readonly certificate: Certificate;
  /** Digest of the content by the signer info's `digestAlgorithm`. */
  readonly contentDigest: Uint8Array;
  /** The content itself: needed only for old signatures without signed attributes. */
  readonly content?: Uint8Array;
}

/** What came out. */
export interface SignerInfoVerification {
  /** Everything that is wrong, each once, in the order of checking; empty if the signature verifies. */
  readonly failures: readonly SignerInfoFailure[];
  /** undefined if it is not supported. */
  readonly signatureAlgorithm: SignatureAlgorithmId | undefined;
}

/**
 * Verifies one signature (RFC 5652 §5.4, §5.6, §11; RFC 5035 §4; RFC 6211 §3): content type, message digest, the binding
 * of the certificate by ESS and by signer identifier, agreement of all algorithms named, and the signature value over the
 * signed attributes as received. All checks are made, so that a report can name everything that is wrong.
 */
export function verifySignerInfo(input: SignerInfoToVerify): SignerInfoVerification {
  const failures = new Set<SignerInfoFailure>();
  const { signerInfo } = input;
  if (signerInfo.signedAttributes === undefined) failures.add('cms.signed-attributes-missing');
  else {
    checkContent(input, failures);
    checkSigningCertificate(input, failures);
    checkAlgorithmProtection(signerInfo, failures);
  }
  if (!identifies(input)) failures.add('cms.signer-identifier-mismatch');
  const algorithm = algorithmOf(signerInfo, failures);
  const dtbs = signerInfo.signedAttributes?.encoded ?? input.content;
  if (algorithm !== undefined && dtbs !== undefined) checkSignatureValue(input, algorithm, dtbs, failures);
  return { failures: [...failures], signatureAlgorithm: algorithm?.id };
}

function checkContent(input: SignerInfoToVerify, failures: Set<SignerInfoFailure>): void {
  const { signedData, signerInfo, contentDigest } = input;
  const contentType = onlyValue(signerInfo, attributeTypes.contentType, failures);
  if (contentType === undefined) failures.add('cms.attribute-missing');
  else {
    const said = readOr(failures, () => readDer(contentType, 'ber').oid());
    if (said !== undefined && said !== signedData.contentType) failures.add('cms.content-type-mismatch');
  }
  const messageDigest = onlyValue(signerInfo, attributeTypes.messageDigest, failures);
  if (messageDigest === undefined) failures.add('cms.attribute-missing');
  else {
    const said = readOr(failures, () => readDer(messageDigest, 'ber').octetString());
    const same = said !== undefined && Buffer.compare(said, contentDigest) === 0;
    if (!same) failures.add('cms.message-digest-mismatch');
  }
}

function checkSigningCertificate(input: SignerInfoToVerify, failures: Set<SignerInfoFailure>): void {
  const version2 = onlyValue(input.signerInfo, attributeTypes.signingCertificateV2, failures);
  const version1 = onlyValue(input.signerInfo, attributeTypes.signingCertificate, failures);
  if (version1 === undefined && version2 === undefined) failures.add('cms.signing-certificate-missing');
  // Where a signer wrote both for old and new readers, both must be about this certificate.
  const references = [
    version2 && readOr(failures, () => parseSigningCertificateV2(version2)),
    version1 && readOr(failures, () => parseSigningCertificate(version1)),
  ];
  for (const reference of references) {
    if (reference !== undefined && !refersTo(reference, input.certificate.bytes)) {
      failures.add('cms.signing-certificate-mismatch');
    }
  }
}

function checkAlgorithmProtection(signerInfo: SignerInfo, failures: Set<SignerInfoFailure>): void {
  const value = onlyValue(signerInfo, attributeTypes.algorithmProtection, failures);
  if (value === undefined) return;
  const said = readOr(failures, () => readProtectedAlgorithms(readDer(value, 'ber').sequence()));
  if (said === undefined) return;
  const agree =
    sameAlgorithm(said.digest, signerInfo.digestAlgorithm) &&
    sameAlgorithm(said.signature, signerInfo.signatureAlgorithm);
  if (!agree) failures.add('cms.algorithm-mismatch');
}

function readProtectedAlgorithms(fields: DerReader) {
  return { digest: readAlgorithmIdentifier(fields), signature: readAlgorithmIdentifier(fields, context(1)) };
}

/** Absent parameters and NULL mean the same for digests and RSA (RFC 5754 §2). */
function sameAlgorithm(one: AlgorithmIdentifier, other: AlgorithmIdentifier): boolean {
  if (one.oid !== other.oid) return false;
  if (withoutParameters(one) || withoutParameters(other))
    return withoutParameters(one) && withoutParameters(other);
  return Buffer.compare(one.parameters!, other.parameters!) === 0;
}

/** The algorithm of the signature value. One that contradicts the digest algorithm is reported, and used as it says. */
function algorithmOf(
  signerInfo: SignerInfo,
  failures: Set<SignerInfoFailure>,
): SignatureAlgorithm | undefined {
  const digest = digestAlgorithmOf(signerInfo.digestAlgorithm);
  if (digest === undefined) failures.add('cms.algorithm-not-supported');
  try {
    return identifySignatureAlgorithm(signerInfo.signatureAlgorithm, digest);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    if (!isSignetError(error, 'algorithm.mismatch')) {
      failures.add('cms.algorithm-not-supported');
      return undefined;
    }
    failures.add('cms.algorithm-mismatch');
    return identifySignatureAlgorithm(signerInfo.signatureAlgorithm);
  }
}

function checkSignatureValue(
  { certificate, signerInfo }: SignerInfoToVerify,
  algorithm: SignatureAlgorithm,
  dtbs: Uint8Array,
  failures: Set<SignerInfoFailure>,
): void {
  try {
    const { publicKey } = certificate;
    const signatureValue = signerInfo.signature;
    const saltLength = statedSaltLength(signerInfo.signatureAlgorithm);
    if (verifySignatureValue({ algorithm: algorithm.id, publicKey, dtbs, signatureValue, saltLength }))
      return;
    failures.add('cms.signature-invalid');
  } catch (error) {
    if (!isSignetError(error)) throw error;
    // A key of another kind never made this value; a key that cannot be used leaves it open.
    const otherKind = isSignetError(error, 'algorithm.mismatch');
    failures.add(otherKind ? 'cms.signature-invalid' : 'cms.algorithm-not-supported');
  }
}

function identifies({ signerInfo, certificate }: SignerInfoToVerify): boolean {
  try {
    return namesCertificate(signerInfo.signerIdentifier, certificate);
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  }
}

/** The value of an attribute that may be there once and with one value (RFC 5652 §11.1, §11.2; RFC 5035 §3). */
function onlyValue(
  signerInfo: SignerInfo,
  type: string,
  failures: Set<SignerInfoFailure>,
): Uint8Array | undefined {
  const found = attributesOfType(signerInfo.signedAttributes?.attributes ?? [], type);
  if (found.length > 1 || (found.length === 1 && found[0]!.values.length !== 1)) {
    failures.add('cms.attribute-repeated');
  }
  return found[0]?.values[0];
}

function readOr<T>(failures: Set<SignerInfoFailure>, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!isSignetError(error)) throw error;
    failures.add('cms.attribute-malformed');
    return undefined;
  }
}
