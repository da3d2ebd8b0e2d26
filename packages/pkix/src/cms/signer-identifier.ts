// SPDX-License-Identifier: Apache-2.0
import { context, contextPrimitive, type DerNode, type DerReader, der, readDer, tags } from '../der/index.ts';
import { type Certificate, Name } from '../x509/index.ts';

/** How a signer info names the certificate of its signer (RFC 5652 §5.3). Only a hint: the signed ESS attribute binds. */
export type SignerIdentifier = IssuerAndSerialNumber | SubjectKeyIdentifier;

/** `IssuerAndSerialNumber` (RFC 5652 §10.2.4). */
export interface IssuerAndSerialNumber {
  readonly kind: 'issuerAndSerialNumber';
  /** DER of the issuer's Name. */
  readonly issuer: Uint8Array;
  /** Two's complement octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
}

/** The subject key identifier extension's value, by which a certificate can be named instead. */
export interface SubjectKeyIdentifier {
  readonly kind: 'subjectKeyIdentifier';
  readonly keyIdentifier: Uint8Array;
}

// SignerIdentifier ::= CHOICE { issuerAndSerialNumber IssuerAndSerialNumber, subjectKeyIdentifier [0] SubjectKeyIdentifier }

/** Reads a SignerIdentifier. @throws SignetError `der.*` */
export function readSignerIdentifier(reader: DerReader): SignerIdentifier {
  if (!reader.is(tags.sequence)) {
    return { kind: 'subjectKeyIdentifier', keyIdentifier: reader.octetString(contextPrimitive(0)) };
  }
  const inside = reader.sequence();
  const issuer = inside.element(tags.sequence).bytes;
  const serialNumber = inside.integerBytes();
  inside.end();
  return { kind: 'issuerAndSerialNumber', issuer, serialNumber };
}

/** A SignerIdentifier, to be encoded. */
export function encodeSignerIdentifier(identifier: SignerIdentifier): DerNode {
  if (identifier.kind === 'subjectKeyIdentifier') {
    return der.element(contextPrimitive(0), identifier.keyIdentifier);
  }
  return der.sequence(identifier.issuer, der.element(tags.integer, identifier.serialNumber));
}

/**
 * Issuer and serial number of a certificate, read from its first fields alone (RFC 5280 §4.1): who makes a signature needs
 * no more of it, thousands of times an hour.
 *
 * @throws SignetError `der.*`
 */
export function issuerAndSerialNumber(certificate: Uint8Array): IssuerAndSerialNumber {
  const tbsCertificate = readDer(certificate).sequence().sequence();
  tbsCertificate.skip(context(0));
  const serialNumber = tbsCertificate.integerBytes();
  tbsCertificate.skip(tags.sequence);
  return { kind: 'issuerAndSerialNumber', issuer: tbsCertificate.element(tags.sequence).bytes, serialNumber };
}

/** Whether a signer identifier names this certificate. Names are compared by RFC 5280 §7.1: some signers re-encode them. */
export function namesCertificate(identifier: SignerIdentifier, certificate: Certificate): boolean {
  if (identifier.kind === 'subjectKeyIdentifier') {
    const own = certificate.subjectKeyIdentifier;
    return own !== undefined && Buffer.compare(identifier.keyIdentifier, own) === 0;
  }
  return (
    Buffer.compare(identifier.serialNumber, certificate.serialNumber) === 0 &&
    certificate.issuer.equals(new Name(identifier.issuer))
  );
}
