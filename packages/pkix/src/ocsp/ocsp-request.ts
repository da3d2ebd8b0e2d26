// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithmId } from '../algorithms/index.ts';
import { context, type DerReader, der, encodeDer, readDer, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Extension, extension, readExtensions } from '../x509/index.ts';
import { type CertId, type CertificateAndIssuer, encodeCertId, readCertId } from './cert-id.ts';

/** Extensions of OCSP (RFC 6960 §4.4). */
export const ocspExtensionOids = {
  nonce: '1.3.6.1.5.5.7.48.1.2',
  archiveCutoff: '1.3.6.1.5.5.7.48.1.6',
} as const;

/** A question to an OCSP responder. */
export interface OcspRequestInput {
  readonly certificates: readonly CertificateAndIssuer[];
  /** 1 to 32 octets never used before (RFC 9654 §2.1), so that an old answer cannot be played again. */
  readonly nonce?: Uint8Array;
  /** Digest that names the issuer; default sha1 (RFC 5019 §2.1.1). */
  readonly digestAlgorithm?: DigestAlgorithmId;
}

/** An OCSPRequest as received (RFC 6960 §4.1.1). A signature on it is not looked at. */
export interface OcspRequest {
  readonly certIds: readonly CertId[];
  readonly nonce: Uint8Array | undefined;
  readonly isSigned: boolean;
}

/**
 * Encodes an unsigned request.
 *
 * ```asn1
 * OCSPRequest ::= SEQUENCE { tbsRequest TBSRequest, optionalSignature [0] EXPLICIT Signature OPTIONAL }
 * TBSRequest ::= SEQUENCE { version [0] EXPLICIT Version DEFAULT v1, requestorName [1] EXPLICIT GeneralName OPTIONAL,
 *   requestList SEQUENCE OF Request, requestExtensions [2] EXPLICIT Extensions OPTIONAL }
 * Request ::= SEQUENCE { reqCert CertID, singleRequestExtensions [0] EXPLICIT Extensions OPTIONAL }
 * ```
 *
 * @returns DER, to be sent as `application/ocsp-request`
 */
export function encodeOcspRequest(input: OcspRequestInput): Uint8Array {
  const algorithm = input.digestAlgorithm ?? 'sha1';
  const requests = input.certificates.map((each) => der.sequence(encodeCertId(each, algorithm)));
  const extensions =
    input.nonce === undefined ? undefined : der.context(2, der.sequence(nonceExtension(input.nonce)));
  return encodeDer(der.sequence(der.sequence(der.sequenceOf(requests), extensions)));
}

/** Reads a request, as the responder gets it. @throws SignetError `ocsp.request-malformed` */
export function parseOcspRequest(bytes: Uint8Array): OcspRequest {
  return readAs('ocsp.request-malformed', () => {
    const outer = readOnlySequence(bytes);
    const tbs = outer.sequence();
    const isSigned = outer.skip(context(0));
    outer.end();
    tbs.skip(context(0));
    tbs.skip(context(1));
    const list = tbs.sequence();
    const extensions = readOptionalExtensions(tbs, 2);
    tbs.end();
    const certIds: CertId[] = [];
    while (!list.atEnd) {
      const request = list.sequence();
      certIds.push(readCertId(request));
      readOptionalExtensions(request, 0);
      request.end();
    }
    return { certIds, nonce: nonceOf(extensions), isSigned };
  });
}

/** The nonce extension, to be encoded. */
export function nonceExtension(nonce: Uint8Array) {
  return extension(ocspExtensionOids.nonce, der.octetString(nonce));
}

/** The nonce among extensions. Its octets are taken as they are where old software left the OCTET STRING inside out. */
export function nonceOf(extensions: ReadonlyMap<string, Extension>): Uint8Array | undefined {
  const value = extensions.get(ocspExtensionOids.nonce)?.value;
  if (value === undefined) return undefined;
  const wrapped = value[0] === tags.octetString && value[1] === value.length - 2;
  return wrapped ? readDer(value).octetString() : value;
}

/** `[number] EXPLICIT Extensions OPTIONAL`. @throws SignetError `der.*` */
export function readOptionalExtensions(reader: DerReader, number: number): ReadonlyMap<string, Extension> {
  const field = reader.explicit(number);
  return field === undefined ? new Map() : readExtensions(field.sequence());
}
