// SPDX-License-Identifier: Apache-2.0
import {
  type DigestAlgorithmId,
  digest,
  digestAlgorithm,
  digestAlgorithmOf,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import { type DerNode, type DerReader, der, readOnlySequence, tags } from '../der/index.ts';
import { attribute } from './attribute.ts';
import { attributeTypes } from './object-identifiers.ts';

/** The first certificate identifier of an ESS signing-certificate attribute: the one of the signer (RFC 5035 §4). */
export interface SigningCertificateReference {
  /** undefined for an algorithm that is not supported. */
  readonly digestAlgorithm: DigestAlgorithmId | undefined;
  /** Digest of the whole certificate. */
  readonly certHash: Uint8Array;
  /** DER of the IssuerSerial, a hint beside the digest. */
  readonly issuerSerial: Uint8Array | undefined;
}

/**
 * The signing-certificate-v2 attribute as EN 319 122-1 §5.2.2.3 has it: one ESSCertIDv2 for the signer's certificate,
 * without issuerSerial, which the digest makes superfluous.
 *
 * ```asn1
 * SigningCertificateV2 ::= SEQUENCE { certs SEQUENCE OF ESSCertIDv2, policies SEQUENCE OF PolicyInformation OPTIONAL }
 * ESSCertIDv2 ::= SEQUENCE {
 *   hashAlgorithm AlgorithmIdentifier DEFAULT {algorithm id-sha256}, certHash Hash, issuerSerial IssuerSerial OPTIONAL }
 * ```
 *
 * @param certificate DER of the signer's certificate
 */
export function signingCertificateV2(certificate: Uint8Array, algorithm: DigestAlgorithmId): DerNode {
  // DER leaves a default value out (X.690 §11.5).
  const hashAlgorithm = algorithm === 'sha256' ? undefined : digestAlgorithm(algorithm).identifier;
  const certId = der.sequence(hashAlgorithm, der.octetString(digest(algorithm, certificate)));
  return attribute(attributeTypes.signingCertificateV2, der.sequence(der.sequence(certId)));
}

/** Reads the value of a signing-certificate-v2 attribute (RFC 5035 §3). @throws SignetError `der.*` */
export function parseSigningCertificateV2(value: Uint8Array): SigningCertificateReference {
  const certId = firstCertId(value);
  const received = certId.is(tags.sequence) ? readAlgorithmIdentifier(certId) : undefined;
  const algorithm = received === undefined ? 'sha256' : digestAlgorithmOf(received);
  return { digestAlgorithm: algorithm, ...readCertId(certId) };
}

/** Reads the value of a signing-certificate attribute, which is bound to SHA-1 (RFC 2634 §5.4). @throws SignetError `der.*` */
export function parseSigningCertificate(value: Uint8Array): SigningCertificateReference {
  return { digestAlgorithm: 'sha1', ...readCertId(firstCertId(value)) };
}

/** Whether a reference is to this certificate. */
export function refersTo(reference: SigningCertificateReference, certificate: Uint8Array): boolean {
  if (reference.digestAlgorithm === undefined) return false;
  return Buffer.compare(digest(reference.digestAlgorithm, certificate), reference.certHash) === 0;
}

function firstCertId(value: Uint8Array): DerReader {
  return readOnlySequence(value, 'ber').sequence().sequence();
}

function readCertId(certId: DerReader): Omit<SigningCertificateReference, 'digestAlgorithm'> {
  const certHash = certId.octetString();
  const issuerSerial = certId.optional(tags.sequence)?.bytes;
  certId.end();
  return { certHash, issuerSerial };
}
