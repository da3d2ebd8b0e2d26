// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import {
  type Certificate,
  findRevokedCertificate,
  isInScope,
  judgeOcspResponse,
  judgeRevocationList,
  type Oid,
  parseOcspResponse,
  parseRevocationList,
} from '@signet/pkix';

/** A revocation value that was found to say "not revoked" of a certificate. */
export interface RevocationValue {
  readonly kind: 'ocsp' | 'crl';
  /** DER as received: of the OCSPResponse or the CertificateList. */
  readonly bytes: Uint8Array;
  readonly thisUpdate: Date;
  /** undefined where an OCSP responder has newer information all the time. */
  readonly nextUpdate: Date | undefined;
  /** The responder that the issuer delegated an answer to; undefined for lists and for answers of the issuer itself. */
  readonly responder: Certificate | undefined;
}

/** What a value has to be about. */
export interface RevocationQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** When the certificate was used: being revoked after that does no harm (EN 319 102-1 §5.2.6). */
  readonly usedAt: Date;
  /** When the value must be current; undefined if its times do not matter. */
  readonly at?: Date;
}

/** `id-pkix-ocsp-nocheck` (RFC 6960 §4.2.2.2.1): the responder's own revocation is not to be asked. */
const ocspNoCheck: Oid = '1.3.6.1.5.5.7.48.1.5';

/** Whether an OCSP responder's certificate tells that its own revocation need not be checked. */
export function isExemptResponder(responder: Certificate): boolean {
  return responder.extensions.has(ocspNoCheck);
}

/**
 * Judges the answer of a responder: about the certificate, by somebody entitled, current, and not "revoked".
 *
 * @param bytes DER of the OCSPResponse
 * @param nonce the nonce of the request, if there was one
 * @throws SignetError `ocsp.*`, `trust.certificate-revoked`, `trust.status-unknown`, `trust.status-forgotten`
 */
export function judgeOcspValue(
  bytes: Uint8Array,
  question: RevocationQuestion,
  nonce?: Uint8Array,
): RevocationValue {
  const { certificate, issuer, usedAt, at } = question;
  const { single, responder } = judgeOcspResponse(parseOcspResponse(bytes), {
    certificate,
    issuer,
    ...(at && { at }),
    ...(nonce && { nonce }),
  });
  const { status, thisUpdate, nextUpdate, archiveCutoff } = single;
  if (status.kind === 'unknown')
    throw new SignetError('trust.status-unknown', { certificate: nameOf(certificate) });
  if (status.kind === 'revoked') refuseRevoked(certificate, usedAt, status.revocationTime, status.reason);
  refuseForgotten(certificate, thisUpdate, archiveCutoff);
  const delegated = responder.fingerprint === issuer.fingerprint ? undefined : responder;
  return { kind: 'ocsp', bytes, thisUpdate, nextUpdate, responder: delegated };
}

/**
 * Judges a revocation list: of the issuer, about the certificate, current, and without it.
 *
 * @param bytes DER of the CertificateList
 * @throws SignetError `crl.*`, `trust.certificate-revoked`, `trust.status-unknown`, `trust.status-forgotten`
 */
export function judgeListValue(bytes: Uint8Array, question: RevocationQuestion): RevocationValue {
  const { certificate, issuer, usedAt, at } = question;
  const list = parseRevocationList(bytes);
  judgeRevocationList(list, { issuer, ...(at && { at }) });
  if (!isInScope(list, certificate))
    throw new SignetError('trust.status-unknown', { certificate: nameOf(certificate) });
  const entry = findRevokedCertificate(list, certificate);
  if (entry !== undefined && entry.reason !== 'removeFromCRL') {
    refuseRevoked(certificate, usedAt, entry.revocationDate, entry.reason);
  }
  const { thisUpdate, nextUpdate, expiredCertsOnCrl } = list;
  refuseForgotten(certificate, thisUpdate, expiredCertsOnCrl);
  return { kind: 'crl', bytes, thisUpdate, nextUpdate, responder: undefined };
}

/** How messages name a certificate. */
export function nameOf(certificate: Certificate): string {
  return certificate.subject.attribute('CN') ?? certificate.subject.toString();
}

function refuseRevoked(certificate: Certificate, usedAt: Date, date: Date, reason: string | undefined): void {
  if (date > usedAt) return;
  throw new SignetError('trust.certificate-revoked', {
    certificate: nameOf(certificate),
    date: date.toISOString(),
    reason: reason ?? 'no reason given',
  });
}

/**
 * An authority may forget a certificate once it has expired, so that silence from later says nothing, unless the value
 * tells how far back it goes (X.509 §9.5.2.7, RFC 6960 §4.4.4).
 */
function refuseForgotten(certificate: Certificate, thisUpdate: Date, goesBackTo: Date | undefined): void {
  const { notAfter } = certificate;
  if (thisUpdate <= notAfter || (goesBackTo !== undefined && goesBackTo <= notAfter)) return;
  throw new SignetError('trust.status-forgotten', { certificate: nameOf(certificate) });
}
