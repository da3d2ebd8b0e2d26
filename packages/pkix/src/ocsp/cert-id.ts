// SPDX-License-Identifier: Apache-2.0
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type DigestAlgorithmId,
  digest,
  digestAlgorithm,
  digestAlgorithmOf,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import { type DerNode, type DerReader, der, readOnlySequence, tags } from '../der/index.ts';
import type { Certificate } from '../x509/index.ts';

/** How OCSP names a certificate (RFC 6960 §4.1.1): digests of its issuer's name and key, and its serial number. */
export interface CertId {
  readonly hashAlgorithm: AlgorithmIdentifier;
  readonly issuerNameHash: Uint8Array;
  readonly issuerKeyHash: Uint8Array;
  /** Two's complement octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
  /** DER as received. */
  readonly encoded: Uint8Array;
}

/** A certificate and the one of its issuer: what a question about revocation needs. */
export interface CertificateAndIssuer {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
}

/** Reads a CertID. @throws SignetError `der.*` */
export function readCertId(reader: DerReader): CertId {
  const { bytes: encoded } = reader.element(tags.sequence);
  const fields = readOnlySequence(encoded);
  const hashAlgorithm = readAlgorithmIdentifier(fields);
  const issuerNameHash = fields.octetString();
  const issuerKeyHash = fields.octetString();
  const serialNumber = fields.integerBytes();
  fields.end();
  return { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber, encoded };
}

/**
 * A CertID, to be encoded. SHA-1 is what responders everywhere know (RFC 5019 §2.1.1); it only looks the certificate up.
 */
export function encodeCertId(
  { certificate, issuer }: CertificateAndIssuer,
  algorithm: DigestAlgorithmId,
): DerNode {
  return der.sequence(
    // NULL, as OpenSSL and every responder before it wrote and some still compare.
    algorithmIdentifier(digestAlgorithm(algorithm).oid, der.nothing()),
    der.octetString(digest(algorithm, certificate.issuer.bytes)),
    der.octetString(digest(algorithm, publicKeyOctets(issuer))),
    der.element(tags.integer, certificate.serialNumber),
  );
}

/** Whether a CertID, by whichever digest, names this certificate of this issuer. */
export function certIdNames(certId: CertId, { certificate, issuer }: CertificateAndIssuer): boolean {
  return (
    Buffer.compare(certId.serialNumber, certificate.serialNumber) === 0 &&
    certIdNamesIssuer(certId, issuer) &&
    certificate.issuer.equals(issuer.subject)
  );
}

/** Whether a CertID is about a certificate of this issuer. */
export function certIdNamesIssuer(certId: CertId, issuer: Certificate): boolean {
  const algorithm = digestAlgorithmOf(certId.hashAlgorithm);
  return (
    algorithm !== undefined &&
    Buffer.compare(certId.issuerNameHash, digest(algorithm, issuer.subject.bytes)) === 0 &&
    Buffer.compare(certId.issuerKeyHash, digest(algorithm, publicKeyOctets(issuer))) === 0
  );
}

/** The octets of subjectPublicKey without the BIT STRING's tag, length and unused bits: what OCSP digests of a key. */
export function publicKeyOctets({ subjectPublicKeyInfo }: Certificate): Uint8Array {
  const fields = readOnlySequence(subjectPublicKeyInfo);
  fields.skip(tags.sequence);
  return fields.bitStringOctets();
}
