// SPDX-License-Identifier: Apache-2.0
import {
  type DigestAlgorithmId,
  digestAlgorithm,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '../algorithms/index.ts';
import { context, type DerNode, type DerValue, der, encodeDer, type Oid, tags } from '../der/index.ts';
import { attribute } from './attribute.ts';
import { contentTypes } from './object-identifiers.ts';
import { encodeSignerIdentifier, issuerAndSerialNumber } from './signer-identifier.ts';

/** A CMS SignedData with one signer, to be written. */
export interface SignedDataInput {
  /** Type of the signed content; default `id-data`. */
  readonly contentType?: Oid;
  /** The signed content's octets, to be carried inside; without it the signature is detached. */
  readonly content?: Uint8Array;
  /** DER of the certificates to be carried, the signer's among them; they are copied as they are. */
  readonly certificates: readonly Uint8Array[];
  /** DER of revocation lists to be carried. */
  readonly crls?: readonly Uint8Array[];
  readonly signer: SignerInput;
}

/** The one signer info. */
export interface SignerInput {
  /** DER of the signer's certificate; issuer and serial number are taken from it. */
  readonly certificate: Uint8Array;
  /** Digest of the content, as in the message-digest attribute. */
  readonly digestAlgorithm: DigestAlgorithmId;
  readonly signatureAlgorithm: SignatureAlgorithmId;
  /** From `encodeSignedAttributes`, exactly as it was signed. */
  readonly signedAttributes: Uint8Array;
  /** Signature value; for ECDSA the DER SEQUENCE of r and s. */
  readonly signature: Uint8Array;
  /** Each with one value. */
  readonly unsignedAttributes?: readonly { readonly type: Oid; readonly value: Uint8Array }[];
}

/**
 * Writes a SignedData in its ContentInfo, in DER as PAdES asks (ISO 32000-2 §12.8.3.3.1). Certificates and signed
 * attributes are copied once and never looked into.
 *
 * @throws SignetError `der.*` if the signer's certificate cannot be read
 */
export function encodeSignedData(input: SignedDataInput): Uint8Array {
  const contentType = input.contentType ?? contentTypes.data;
  const digestIdentifier = digestAlgorithm(input.signer.digestAlgorithm).identifier;
  const signedData = der.sequence(
    // §5.1: 3 for any other content than data, else 1 (no attribute certificates, no key identifier as signer).
    der.integer(contentType === contentTypes.data ? 1 : 3),
    der.element(tags.set, digestIdentifier),
    der.sequence(
      der.oid(contentType),
      input.content === undefined ? undefined : der.context(0, der.octetString(input.content)),
    ),
    inOrder(0, input.certificates),
    inOrder(1, input.crls ?? []),
    der.element(tags.set, signerInfo(input.signer, digestIdentifier)),
  );
  return encodeDer(der.sequence(der.oid(contentTypes.signedData), der.context(0, signedData)));
}

function signerInfo(signer: SignerInput, digestIdentifier: DerValue): DerNode {
  const unsigned = (signer.unsignedAttributes ?? []).map(({ type, value }) =>
    encodeDer(attribute(type, value)),
  );
  return der.sequence(
    der.integer(1),
    encodeSignerIdentifier(issuerAndSerialNumber(signer.certificate)),
    digestIdentifier,
    withTag(context(0), signer.signedAttributes),
    signatureAlgorithm(signer.signatureAlgorithm).identifier,
    der.octetString(signer.signature),
    inOrder(1, unsigned),
  );
}

/** `[number] IMPLICIT SET OF … OPTIONAL` of ready encodings: sorted as DER asks (X.690 §11.6), absent when empty. */
function inOrder(number: number, encodings: readonly Uint8Array[]): DerNode | undefined {
  if (encodings.length === 0) return undefined;
  return der.element(context(number), ...encodings.toSorted(Buffer.compare));
}

/** The same element under another tag of one octet. */
function withTag(tag: number, encoded: Uint8Array): Uint8Array {
  const copy = new Uint8Array(encoded);
  copy[0] = tag;
  return copy;
}
