// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import { digest } from '../algorithms/index.ts';
import {
  type Certificate,
  certificateSignedBy,
  extendedKeyUsages,
  isSignedBy,
  parseCertificate,
} from '../x509/index.ts';
import { type CertificateAndIssuer, certIdNames, publicKeyOctets } from './cert-id.ts';
import type { BasicOcspResponse, OcspResponse, ResponderId, SingleOcspResponse } from './ocsp-response.ts';

/** What was asked, and what the answer is judged by. */
export interface OcspExpectation extends CertificateAndIssuer {
  /** The request's nonce. A responder may leave it out (RFC 9654 §2.1); another one is never accepted. */
  readonly nonce?: Uint8Array;
  /** When the answer must be current; undefined if its times do not matter here. */
  readonly at?: Date;
  /** How far clocks may differ, in seconds; default 60. */
  readonly toleranceSeconds?: number;
  /** Certificates of responders trusted by configuration (RFC 6960 §4.2.2.2 case 1). */
  readonly trustedResponders?: readonly Certificate[];
}

/** An answer that was found good. */
export interface JudgedOcspResponse {
  readonly basic: BasicOcspResponse;
  /** The part that is about the certificate asked for. */
  readonly single: SingleOcspResponse;
  /** Who signed: the issuer itself or a responder it delegated to, whose own revocation is not asked here. */
  readonly responder: Certificate;
}

/**
 * Judges the answer of an OCSP responder (RFC 6960 §3.2): it is about the certificate, signed by the issuer or by a
 * responder that the issuer certified for this, repeats the nonce, and is current.
 *
 * @throws SignetError `ocsp.unsuccessful`, `ocsp.try-later`, `ocsp.malformed`, `ocsp.certificate-not-covered`,
 *   `ocsp.responder-unauthorized`, `ocsp.signature-invalid`, `ocsp.nonce-mismatch`, `ocsp.not-yet-valid`, `ocsp.stale`
 */
export function judgeOcspResponse(response: OcspResponse, expectation: OcspExpectation): JudgedOcspResponse {
  const { status, statusCode, basic } = response;
  if (status !== 'successful') {
    const later = status === 'tryLater' || status === 'internalError';
    const said = status ?? `status ${statusCode}`;
    throw new SignetError(later ? 'ocsp.try-later' : 'ocsp.unsuccessful', { status: said });
  }
  if (basic === undefined) throw new SignetError('ocsp.malformed', { reason: 'it is successful but empty' });
  return judgeBasicOcspResponse(basic, expectation);
}

/** Judges a BasicOCSPResponse, as CMS and XAdES carry it; as `judgeOcspResponse`. */
export function judgeBasicOcspResponse(
  basic: BasicOcspResponse,
  expectation: OcspExpectation,
): JudgedOcspResponse {
  const single = mostRecent(basic.responses.filter(({ certId }) => certIdNames(certId, expectation)));
  if (single === undefined) throw new SignetError('ocsp.certificate-not-covered');
  const responder = authorizedResponder(basic, expectation);
  if (!isSignedBy(basic, responder)) throw new SignetError('ocsp.signature-invalid');
  const { nonce, at } = expectation;
  if (nonce !== undefined && basic.nonce !== undefined && Buffer.compare(nonce, basic.nonce) !== 0) {
    throw new SignetError('ocsp.nonce-mismatch');
  }
  if (at !== undefined) checkTimes(single, at, (expectation.toleranceSeconds ?? 60) * 1000);
  return { basic, single, responder };
}

function mostRecent(singles: readonly SingleOcspResponse[]): SingleOcspResponse | undefined {
  return singles.toSorted((one, other) => other.thisUpdate.getTime() - one.thisUpdate.getTime())[0];
}

/** RFC 6960 §4.2.2.2: a configured responder, the issuer itself, or one whose certificate the issuer signed for OCSP. */
function authorizedResponder(basic: BasicOcspResponse, expectation: OcspExpectation): Certificate {
  const { issuer, trustedResponders = [] } = expectation;
  const own = [issuer, ...trustedResponders].find((candidate) => isNamed(basic.responderId, candidate));
  if (own !== undefined) return own;
  const delegated = basic.certificates.map((encoded) => delegatedResponder(encoded, basic, issuer));
  const responder = delegated.find((candidate) => candidate !== undefined);
  if (responder !== undefined) return responder;
  throw new SignetError('ocsp.responder-unauthorized');
}

/** The certificate if the answer names it and the issuer made it for OCSP. One that cannot be read is no responder's. */
function delegatedResponder(
  encoded: Uint8Array,
  { responderId, producedAt }: BasicOcspResponse,
  issuer: Certificate,
): Certificate | undefined {
  try {
    const candidate = parseCertificate(encoded);
    const delegated =
      isNamed(responderId, candidate) &&
      candidate.extKeyUsage?.includes(extendedKeyUsages.ocspSigning) === true &&
      candidate.issuer.equals(issuer.subject) &&
      candidate.isValidAt(producedAt) &&
      certificateSignedBy(candidate, issuer);
    return delegated ? candidate : undefined;
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}

function isNamed(responderId: ResponderId, candidate: Certificate): boolean {
  if (responderId.kind === 'name') return responderId.name.equals(candidate.subject);
  return Buffer.compare(responderId.keyHash, digest('sha1', publicKeyOctets(candidate))) === 0;
}

function checkTimes({ thisUpdate, nextUpdate }: SingleOcspResponse, at: Date, tolerance: number): void {
  if (thisUpdate.getTime() > at.getTime() + tolerance) {
    throw new SignetError('ocsp.not-yet-valid', { thisUpdate: thisUpdate.toISOString() });
  }
  if (nextUpdate !== undefined && nextUpdate.getTime() < at.getTime() - tolerance) {
    throw new SignetError('ocsp.stale', { nextUpdate: nextUpdate.toISOString() });
  }
}
