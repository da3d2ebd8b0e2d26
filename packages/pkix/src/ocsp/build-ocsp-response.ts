// SPDX-License-Identifier: Apache-2.0
import { digest, signatureAlgorithm } from '../algorithms/index.ts';
import { revocationReasonCode } from '../crl/entry.ts';
import { contextPrimitive, type DerNode, der, encodeDer } from '../der/index.ts';
import type { SynchronousSigner } from '../signer.ts';
import { type Certificate, extension } from '../x509/index.ts';
import { publicKeyOctets } from './cert-id.ts';
import { nonceExtension, ocspExtensionOids } from './ocsp-request.ts';
import {
  basicResponseType,
  type CertificateStatus,
  type OcspStatus,
  ocspStatusNames,
} from './ocsp-response.ts';

/** What a responder states of one certificate. */
export interface SingleOcspResponseInput {
  /** DER of the CertID, as the request had it. */
  readonly certId: Uint8Array;
  readonly status: CertificateStatus;
  readonly thisUpdate: Date;
  readonly nextUpdate?: Date;
  readonly archiveCutoff?: Date;
}

/** What a responder states. */
export interface OcspResponseInput {
  /** The responder's certificate; it is named by its key. */
  readonly responder: Certificate;
  readonly signer: SynchronousSigner;
  readonly producedAt: Date;
  readonly responses: readonly SingleOcspResponseInput[];
  /** The request's nonce, if it had one. */
  readonly nonce?: Uint8Array;
  /** DER of certificates to be carried: the responder's, unless the issuer answers itself. */
  readonly certificates: readonly Uint8Array[];
}

/** Makes a signed answer (RFC 6960 §4.2.1). */
export function buildOcspResponse(input: OcspResponseInput): Uint8Array {
  const { responder, signer, nonce, certificates } = input;
  const tbs = encodeDer(
    der.sequence(
      der.context(2, der.octetString(digest('sha1', publicKeyOctets(responder)))),
      der.generalizedTime(input.producedAt),
      der.sequenceOf(input.responses.map(singleResponse)),
      nonce && der.context(1, der.sequence(nonceExtension(nonce))),
    ),
  );
  const basic = der.sequence(
    tbs,
    signatureAlgorithm(signer.algorithm).identifier,
    der.bitString(signer.sign(tbs)),
    certificates.length === 0 ? undefined : der.context(0, der.sequenceOf(certificates)),
  );
  const responseBytes = der.sequence(der.oid(basicResponseType), der.octetString(basic));
  return encodeDer(der.sequence(der.enumerated(0), der.context(0, responseBytes)));
}

/** Makes an answer that says why there is none (RFC 6960 §2.3); it is not signed. */
export function encodeOcspFailure(status: Exclude<OcspStatus, 'successful'>): Uint8Array {
  return encodeDer(der.sequence(der.enumerated(ocspStatusNames.indexOf(status))));
}

function singleResponse(input: SingleOcspResponseInput): DerNode {
  const { nextUpdate, archiveCutoff } = input;
  return der.sequence(
    input.certId,
    certificateStatus(input.status),
    der.generalizedTime(input.thisUpdate),
    nextUpdate && der.context(0, der.generalizedTime(nextUpdate)),
    archiveCutoff &&
      der.context(
        1,
        der.sequence(extension(ocspExtensionOids.archiveCutoff, der.generalizedTime(archiveCutoff))),
      ),
  );
}

function certificateStatus(status: CertificateStatus): DerNode {
  if (status.kind !== 'revoked') return der.element(contextPrimitive(status.kind === 'good' ? 0 : 2));
  const { revocationTime, reason } = status;
  const given = reason !== undefined && reason !== 'unspecified';
  return der.context(
    1,
    der.generalizedTime(revocationTime),
    given ? der.context(0, der.enumerated(revocationReasonCode(reason))) : undefined,
  );
}
