// SPDX-License-Identifier: Apache-2.0
import { type Clock, isSignetError } from '@signet/base';
import {
  buildOcspResponse,
  type CertId,
  type Certificate,
  type CertificateStatus,
  certIdNamesIssuer,
  encodeOcspFailure,
  type OcspRequest,
  parseOcspRequest,
  type SynchronousSigner,
} from '@signet/pkix';

/** An OCSP responder for the certificates of one issuer. */
export interface OcspResponder {
  /** Whose certificates it answers for. */
  readonly issuer: Certificate;
  /** Its own certificate: the issuer's, or one that the issuer made for OCSP. */
  readonly certificate: Certificate;
  readonly signer: SynchronousSigner;
  /** What is known of a serial number (lower-case hexadecimal) of this issuer. */
  readonly statusOf: (serialNumber: string) => CertificateStatus;
  /** For how long an answer may be used, in seconds; default one hour. */
  readonly validitySeconds?: number;
}

/** More than any client asks in one request; each costs two digests. */
const maxCertificates = 20;

/**
 * Answers an OCSP request (RFC 6960 §2, RFC 9654). What cannot be answered gets an unsigned failure, so nothing is thrown
 * for what a client sent.
 *
 * @param request DER of the OCSPRequest
 * @returns DER of the OCSPResponse, to be sent as `application/ocsp-response`
 */
export function answerOcspRequest(request: Uint8Array, responder: OcspResponder, clock: Clock): Uint8Array {
  const read = readRequest(request);
  const countable = read !== undefined && read.certIds.length > 0 && read.certIds.length <= maxCertificates;
  // RFC 9654 §2.1: a nonce has 1 to 128 octets.
  const nonceLength = read?.nonce?.length ?? 1;
  if (!countable || nonceLength === 0 || nonceLength > 128) return encodeOcspFailure('malformedRequest');
  if (!read.certIds.some((certId) => certIdNamesIssuer(certId, responder.issuer))) {
    return encodeOcspFailure('unauthorized');
  }
  const { certificate, issuer, signer, validitySeconds = 3600 } = responder;
  const thisUpdate = clock.now();
  const nextUpdate = new Date(thisUpdate.getTime() + validitySeconds * 1000);
  return buildOcspResponse({
    responder: certificate,
    signer,
    producedAt: thisUpdate,
    responses: read.certIds.map((certId) => ({
      certId: certId.encoded,
      status: statusOf(certId, responder),
      thisUpdate,
      nextUpdate,
    })),
    certificates: certificate.fingerprint === issuer.fingerprint ? [] : [certificate.bytes],
    ...(read.nonce === undefined ? {} : { nonce: read.nonce }),
  });
}

function statusOf(certId: CertId, { issuer, statusOf }: OcspResponder): CertificateStatus {
  if (!certIdNamesIssuer(certId, issuer)) return { kind: 'unknown' };
  return statusOf(Buffer.from(certId.serialNumber).toString('hex'));
}

function readRequest(bytes: Uint8Array): OcspRequest | undefined {
  try {
    return parseOcspRequest(bytes);
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}
