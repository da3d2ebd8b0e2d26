// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { digest, digestAlgorithmOf } from '../algorithms/index.ts';
import { findSignerCertificate, type SignerInfo, verifySignerInfo } from '../cms/index.ts';
import type { Oid } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Certificate, extendedKeyUsages, extensionOids } from '../x509/index.ts';
import { type MessageImprint, sameImprint } from './message-imprint.ts';
import { parseTimeStampResponse, type TimeStampResponse } from './time-stamp-response.ts';
import { parseTimeStampToken, type TimeStampToken } from './time-stamp-token.ts';

/** What a time-stamp token must be about. */
export interface TimeStampTokenExpectation {
  readonly imprint: MessageImprint;
  /** The policy must be one of these; default: any. */
  readonly policies?: readonly Oid[];
  /** DER of certificates that may be the authority's, where tokens come without one. */
  readonly certificates?: readonly Uint8Array[];
}

/** What was asked for, as far as an answer must agree with it. */
export interface TimeStampResponseExpectation extends TimeStampTokenExpectation {
  /** The request's nonce; undefined if it had none. */
  readonly nonce?: bigint;
  /** The policy asked for, if one was. */
  readonly policy?: Oid;
  /** Whether the request asked for the certificate; default true, as in `encodeTimeStampRequest`. */
  readonly certReq?: boolean;
  /** Largest answer in bytes; default 65,536: tokens have 2,000 to 15,000. */
  readonly maxBytes?: number;
}

/** A token that was found good, with the certificate it verifies under. Whether that one is trusted is not asked here. */
export interface JudgedTimeStamp {
  readonly token: TimeStampToken;
  readonly certificate: Certificate;
}

/**
 * Judges the answer of a time-stamping authority against the request (RFC 3161 §2.2, §2.3, §2.4.2). Asking is another
 * function's work: this one knows neither network nor clock.
 *
 * @param bytes the body of the answer
 * @throws SignetError `tsp.too-large`, `tsp.malformed`, `tsp.rejected`, `tsp.unavailable`, `tsp.token-missing`,
 *   `tsp.nonce-mismatch`, and as `judgeTimeStampToken`
 */
export function judgeTimeStampResponse(
  bytes: Uint8Array,
  expectation: TimeStampResponseExpectation,
): JudgedTimeStamp {
  const limit = expectation.maxBytes ?? 65_536;
  if (bytes.length > limit) throw new SignetError('tsp.too-large', { bytes: bytes.length, limit });
  const response = parseTimeStampResponse(bytes);
  const token = parseTimeStampToken(grantedToken(response));
  if (token.info.nonce !== expectation.nonce) throw new SignetError('tsp.nonce-mismatch');
  const { policy } = expectation;
  if (policy !== undefined && token.info.policy !== policy) {
    throw new SignetError('tsp.policy-mismatch', { found: token.info.policy });
  }
  // §2.4.1: without certReq the token must not carry certificates; with it, the signer's must be among them.
  if (expectation.certReq === false && token.signedData.certificates.length > 0) {
    throw new SignetError('tsp.certificate-unwanted');
  }
  return judgeTimeStampToken(token, expectation);
}

/**
 * Judges a time-stamp token by itself: that it is about the expected data, signed once, by a certificate for time-stamping
 * alone that the signature is bound to, and made while that certificate was valid (RFC 3161 §2.3, §2.4.2, RFC 5816).
 *
 * @throws SignetError `tsp.token-malformed`, `tsp.imprint-mismatch`, `tsp.policy-mismatch`, `tsp.signer-count`,
 *   `tsp.certificate-missing`, `tsp.certificate-purpose`, `tsp.signature-invalid`, `tsp.outside-validity`
 */
export function judgeTimeStampToken(
  token: TimeStampToken,
  expectation: TimeStampTokenExpectation,
): JudgedTimeStamp {
  const { info, signedData } = token;
  if (info.version !== 1)
    throw new SignetError('tsp.token-malformed', { reason: `its version is ${info.version}` });
  if (!sameImprint(info.imprint, expectation.imprint)) throw new SignetError('tsp.imprint-mismatch');
  const { policies } = expectation;
  if (policies !== undefined && !policies.includes(info.policy)) {
    throw new SignetError('tsp.policy-mismatch', { found: info.policy });
  }
  const [signerInfo, ...others] = signedData.signerInfos;
  if (signerInfo === undefined || others.length > 0) {
    throw new SignetError('tsp.signer-count', { count: signedData.signerInfos.length });
  }
  const candidates = [...signedData.certificates, ...(expectation.certificates ?? [])];
  const certificate = findSignerCertificate(signerInfo, candidates);
  if (certificate === undefined) throw new SignetError('tsp.certificate-missing');
  readAs('tsp.token-malformed', () => checkPurpose(certificate));
  checkSignature(token, signerInfo, certificate);
  if (!certificate.isValidAt(info.genTime)) {
    throw new SignetError('tsp.outside-validity', { time: info.genTime.toISOString() });
  }
  return { token, certificate };
}

function grantedToken(response: TimeStampResponse): Uint8Array {
  const { status, token } = response;
  if (status === 'granted' || status === 'grantedWithMods') {
    if (token === undefined) throw new SignetError('tsp.token-missing');
    return token;
  }
  const transient = ['timeNotAvailable', 'addInfoNotAvailable', 'systemFailure'] as const;
  const later = status === 'waiting' || transient.some((failure) => response.failures.includes(failure));
  throw new SignetError(later ? 'tsp.unavailable' : 'tsp.rejected', {
    status: status ?? `status ${response.statusCode}`,
    failure: response.failures.join(', ') || 'no reason given',
    text: printable(response.statusText.join(' ')) || 'no explanation',
  });
}

// §2.3: the extension "MUST be critical" and hold this purpose alone.
function checkPurpose(certificate: Certificate): void {
  const purposes = certificate.extKeyUsage;
  const alone = purposes?.length === 1 && purposes[0] === extendedKeyUsages.timeStamping;
  const usage = certificate.keyUsage;
  const maySign = usage === undefined || usage.has('digitalSignature') || usage.has('nonRepudiation');
  if (!alone || !maySign || !certificate.isCritical(extensionOids.extKeyUsage)) {
    throw new SignetError('tsp.certificate-purpose');
  }
}

function checkSignature(
  { signedData }: TimeStampToken,
  signerInfo: SignerInfo,
  certificate: Certificate,
): void {
  const algorithm = digestAlgorithmOf(signerInfo.digestAlgorithm);
  // An unknown digest leaves nothing to compare with; verifySignerInfo says so.
  const contentDigest = algorithm === undefined ? new Uint8Array() : digest(algorithm, signedData.content!);
  const { failures } = verifySignerInfo({ signedData, signerInfo, certificate, contentDigest });
  if (failures.length > 0) throw new SignetError('tsp.signature-invalid', { reason: failures.join(', ') });
}

/** What an authority wrote goes into logs and reports: no control characters, and not a novel. */
function printable(text: string): string {
  return text.replace(/\p{C}/gu, ' ').slice(0, 200).trim().replace(/\.$/, '');
}
