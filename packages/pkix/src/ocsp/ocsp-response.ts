// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { revocationReason } from '../crl/entry.ts';
import type { RevocationReason } from '../crl/index.ts';
import {
  context,
  contextPrimitive,
  type DerReader,
  type Oid,
  readDer,
  readOnlySequence,
  tags,
} from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Extension, type Name, readWholeName } from '../x509/index.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { nonceOf, ocspExtensionOids, readOptionalExtensions } from './ocsp-request.ts';

/** OCSPResponseStatus by number (RFC 6960 §4.2.1); 4 is not used. */
export const ocspStatusNames = [
  'successful',
  'malformedRequest',
  'internalError',
  'tryLater',
  undefined,
  'sigRequired',
  'unauthorized',
] as const;

/** OCSPResponseStatus by name. */
export type OcspStatus = NonNullable<(typeof ocspStatusNames)[number]>;

/** `id-pkix-ocsp-basic` (RFC 6960 §4.2.1). */
export const basicResponseType = '1.3.6.1.5.5.7.48.1.1';

/** An OCSPResponse as received (RFC 6960 §4.2.1). */
export interface OcspResponse {
  readonly bytes: Uint8Array;
  /** undefined for a number that the standard does not define. */
  readonly status: OcspStatus | undefined;
  readonly statusCode: number;
  /** There if the status is `successful`. */
  readonly basic: BasicOcspResponse | undefined;
}

/** Who signed an answer. */
export type ResponderId =
  | { readonly kind: 'name'; readonly name: Name }
  /** SHA-1 of the responder's public key. */
  | { readonly kind: 'key'; readonly keyHash: Uint8Array };

/** A BasicOCSPResponse as received (RFC 6960 §4.2.1). */
export interface BasicOcspResponse {
  readonly bytes: Uint8Array;
  /** DER of tbsResponseData: what the responder signed. */
  readonly tbs: Uint8Array;
  readonly responderId: ResponderId;
  readonly producedAt: Date;
  readonly responses: readonly SingleOcspResponse[];
  readonly nonce: Uint8Array | undefined;
  readonly extensions: ReadonlyMap<Oid, Extension>;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
  /** DER of the certificates that came with it. Not parsed. */
  readonly certificates: readonly Uint8Array[];
}

/** What a responder knows of a certificate. `good` says no more than "not revoked". */
export type CertificateStatus =
  | { readonly kind: 'good' }
  | { readonly kind: 'revoked'; readonly revocationTime: Date; readonly reason: RevocationReason | undefined }
  | { readonly kind: 'unknown' };

/** The answer about one certificate (RFC 6960 §4.2.1). */
export interface SingleOcspResponse {
  readonly certId: CertId;
  readonly status: CertificateStatus;
  readonly thisUpdate: Date;
  /** undefined: newer information is available all the time. */
  readonly nextUpdate: Date | undefined;
  /** From when on the responder keeps what it knows of expired certificates (§4.4.4). */
  readonly archiveCutoff: Date | undefined;
  readonly extensions: ReadonlyMap<Oid, Extension>;
}

/**
 * Reads the answer of an OCSP responder; nothing is judged.
 *
 * ```asn1
 * OCSPResponse ::= SEQUENCE { responseStatus OCSPResponseStatus, responseBytes [0] EXPLICIT ResponseBytes OPTIONAL }
 * ResponseBytes ::= SEQUENCE { responseType OBJECT IDENTIFIER, response OCTET STRING }
 * ```
 *
 * @throws SignetError `ocsp.malformed`
 */
export function parseOcspResponse(bytes: Uint8Array): OcspResponse {
  return readAs('ocsp.malformed', () => {
    const fields = readOnlySequence(bytes);
    const statusCode = fields.enumerated();
    const responseBytes = fields.explicit(0)?.sequence();
    fields.end();
    const status = ocspStatusNames[statusCode];
    if (responseBytes === undefined || status !== 'successful') {
      return { bytes, status, statusCode, basic: undefined };
    }
    const type = responseBytes.oid();
    if (type !== basicResponseType)
      throw new SignetError('ocsp.malformed', { reason: `its type is ${type}` });
    const basic = parseBasicOcspResponse(responseBytes.octetString());
    responseBytes.end();
    return { bytes, status, statusCode, basic };
  });
}

/**
 * Reads a BasicOCSPResponse, as CMS and XAdES carry it.
 *
 * ```asn1
 * BasicOCSPResponse ::= SEQUENCE { tbsResponseData ResponseData, signatureAlgorithm AlgorithmIdentifier,
 *   signature BIT STRING, certs [0] EXPLICIT SEQUENCE OF Certificate OPTIONAL }
 * ResponseData ::= SEQUENCE { version [0] EXPLICIT Version DEFAULT v1, responderID ResponderID, producedAt GeneralizedTime,
 *   responses SEQUENCE OF SingleResponse, responseExtensions [1] EXPLICIT Extensions OPTIONAL }
 * ```
 *
 * @throws SignetError `ocsp.malformed`
 */
export function parseBasicOcspResponse(bytes: Uint8Array): BasicOcspResponse {
  return readAs('ocsp.malformed', () => {
    const fields = readOnlySequence(bytes);
    const tbsElement = fields.element(tags.sequence);
    const signatureAlgorithm = readAlgorithmIdentifier(fields);
    const signatureValue = fields.bitStringOctets();
    const certificateList = fields.explicit(0)?.sequence();
    fields.end();
    const certificates: Uint8Array[] = [];
    while (certificateList !== undefined && !certificateList.atEnd)
      certificates.push(certificateList.next().bytes);
    const data = readResponseData(readOnlySequence(tbsElement.bytes));
    return { bytes, tbs: tbsElement.bytes, ...data, signatureAlgorithm, signatureValue, certificates };
  });
}

function readResponseData(data: DerReader) {
  data.skip(context(0));
  const responderId = readResponderId(data);
  const producedAt = data.time();
  const list = data.sequence();
  const extensions = readOptionalExtensions(data, 1);
  data.end();
  const responses: SingleOcspResponse[] = [];
  while (!list.atEnd) responses.push(readSingleResponse(list.sequence()));
  return { responderId, producedAt, responses, nonce: nonceOf(extensions), extensions };
}

// ResponderID ::= CHOICE { byName [1] EXPLICIT Name, byKey [2] EXPLICIT KeyHash }
function readResponderId(data: DerReader): ResponderId {
  const byName = data.explicit(1);
  if (byName !== undefined) return { kind: 'name', name: readWholeName(byName) };
  return { kind: 'key', keyHash: data.enter(context(2)).octetString() };
}

// SingleResponse ::= SEQUENCE { certID CertID, certStatus CertStatus, thisUpdate GeneralizedTime,
//   nextUpdate [0] EXPLICIT GeneralizedTime OPTIONAL, singleExtensions [1] EXPLICIT Extensions OPTIONAL }
function readSingleResponse(fields: DerReader): SingleOcspResponse {
  const certId = readCertId(fields);
  const status = readStatus(fields);
  const thisUpdate = fields.time();
  const nextUpdate = fields.explicit(0)?.time();
  const extensions = readOptionalExtensions(fields, 1);
  fields.end();
  const cutoff = extensions.get(ocspExtensionOids.archiveCutoff);
  const archiveCutoff = cutoff && readDer(cutoff.value).time();
  return { certId, status, thisUpdate, nextUpdate, archiveCutoff, extensions };
}

// CertStatus ::= CHOICE { good [0] IMPLICIT NULL, revoked [1] IMPLICIT RevokedInfo, unknown [2] IMPLICIT NULL }
// RevokedInfo ::= SEQUENCE { revocationTime GeneralizedTime, revocationReason [0] EXPLICIT CRLReason OPTIONAL }
function readStatus(fields: DerReader): CertificateStatus {
  if (fields.skip(contextPrimitive(0))) return { kind: 'good' };
  if (fields.skip(contextPrimitive(2))) return { kind: 'unknown' };
  const revoked = fields.enter(context(1));
  const revocationTime = revoked.time();
  const code = revoked.explicit(0)?.enumerated();
  revoked.end();
  return { kind: 'revoked', revocationTime, reason: code === undefined ? undefined : revocationReason(code) };
}
