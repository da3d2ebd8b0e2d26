// SPDX-License-Identifier: Apache-2.0
import {
  type DigestAlgorithmId,
  digestAlgorithm,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '../algorithms/index.ts';
import { context, type DerValue, der, encodeDer, type Oid } from '../der/index.ts';
import { attribute } from './attribute.ts';
import { attributeTypes, contentTypes } from './object-identifiers.ts';
import { signingCertificateV2 } from './signing-certificate.ts';

/** What a signature covers beside the content: the signed attributes of CAdES (EN 319 122-1 §5). */
export interface SignedAttributesInput {
  /** Type of the signed content; default `id-data`. */
  readonly contentType?: Oid;
  /** Digest of the content's octets: for PAdES the DocHash. */
  readonly messageDigest: Uint8Array;
  readonly signingCertificate: {
    /** DER of the certificate that the signature will verify under. */
    readonly certificate: Uint8Array;
    /** Default sha256. */
    readonly digestAlgorithm?: DigestAlgorithmId;
  };
  /** Claimed time of signing. PAdES forbids it (EN 319 142-1 §6.3): there the signature dictionary holds the time. */
  readonly signingTime?: Date;
  /** The algorithms of the signer info, repeated where the signature protects them (RFC 6211). */
  readonly algorithmProtection?: {
    readonly digestAlgorithm: DigestAlgorithmId;
    readonly signatureAlgorithm: SignatureAlgorithmId;
  };
  /** Further attributes, each the whole DER of an Attribute. */
  readonly further?: readonly Uint8Array[];
}

/**
 * Encodes signed attributes: content-type, message-digest, signing-certificate-v2, and what else is asked for.
 *
 * @returns DER of the SET OF Attribute: the data to be signed (DTBS; RFC 5652 §5.4), and what `encodeSignedData` takes
 */
export function encodeSignedAttributes(input: SignedAttributesInput): Uint8Array {
  const { certificate, digestAlgorithm: certificateDigest = 'sha256' } = input.signingCertificate;
  const attributes: DerValue[] = [
    attribute(attributeTypes.contentType, der.oid(input.contentType ?? contentTypes.data)),
    attribute(attributeTypes.messageDigest, der.octetString(input.messageDigest)),
    signingCertificateV2(certificate, certificateDigest),
  ];
  if (input.signingTime !== undefined) {
    attributes.push(attribute(attributeTypes.signingTime, der.time(input.signingTime)));
  }
  if (input.algorithmProtection !== undefined)
    attributes.push(algorithmProtection(input.algorithmProtection));
  if (input.further !== undefined) attributes.push(...input.further);
  return encodeDer(der.setOf(attributes));
}

// CMSAlgorithmProtection ::= SEQUENCE { digestAlgorithm DigestAlgorithmIdentifier,
//   signatureAlgorithm [1] SignatureAlgorithmIdentifier OPTIONAL, macAlgorithm [2] … } with IMPLICIT tags (RFC 6211 §2)
function algorithmProtection(
  algorithms: NonNullable<SignedAttributesInput['algorithmProtection']>,
): DerValue {
  const digestIdentifier = digestAlgorithm(algorithms.digestAlgorithm).identifier;
  const signatureIdentifier = signatureAlgorithm(algorithms.signatureAlgorithm).identifier;
  // IMPLICIT: the same content under another tag; none of these identifiers reaches 128 octets.
  const content = signatureIdentifier.subarray(2);
  return attribute(
    attributeTypes.algorithmProtection,
    der.sequence(digestIdentifier, der.element(context(1), content)),
  );
}
