// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithms/index.ts';
import {
  context,
  type DerElement,
  type DerReader,
  der,
  encodeDer,
  type Oid,
  readDer,
  readInside,
  tags,
} from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Attribute, readAttributes } from './attribute.ts';
import { contentTypes } from './object-identifiers.ts';
import { readSignerIdentifier, type SignerIdentifier } from './signer-identifier.ts';

/** A CMS SignedData inside its ContentInfo (RFC 5652 §3, §5.1). Every byte field is a view of what was received. */
export interface SignedData {
  /** The whole ContentInfo as received, without anything that followed it. */
  readonly encoded: Uint8Array;
  readonly version: number;
  /** `digestAlgorithms`: only a hint (§5.1); the digest that counts is the one in each signer info. */
  readonly digestAlgorithms: readonly AlgorithmIdentifier[];
  /** `eContentType` */
  readonly contentType: Oid;
  /** The octets of `eContent`; undefined if the signature is detached. */
  readonly content: Uint8Array | undefined;
  /** The X.509 certificates, each as received, in the order received. Not parsed. */
  readonly certificates: readonly Uint8Array[];
  /** Attribute certificates and other formats (§10.2.2), each as received with its tag. */
  readonly otherCertificates: readonly Uint8Array[];
  /** The X.509 revocation lists, each as received. Not parsed. */
  readonly crls: readonly Uint8Array[];
  /** Revocation information in other formats (§10.2.1), for example OCSP (RFC 5940). */
  readonly otherRevocationInfos: readonly OtherRevocationInfo[];
  readonly signerInfos: readonly SignerInfo[];
}

/** `OtherRevocationInfoFormat` (RFC 5652 §10.2.1). */
export interface OtherRevocationInfo {
  /** `1.3.6.1.5.5.7.16.2` for an OCSP response (RFC 5940 §2). */
  readonly format: Oid;
  /** DER of the information itself. */
  readonly encoded: Uint8Array;
}

/** One signature of a SignedData (RFC 5652 §5.3). */
export interface SignerInfo {
  readonly version: number;
  readonly signerIdentifier: SignerIdentifier;
  readonly digestAlgorithm: AlgorithmIdentifier;
  /** undefined if the signature is over the content itself. */
  readonly signedAttributes: SignedAttributes | undefined;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  /** The signature value. */
  readonly signature: Uint8Array;
  readonly unsignedAttributes: readonly Attribute[];
}

/** The signed attributes of a signer info, with the bytes that the signature covers. */
export interface SignedAttributes {
  readonly attributes: readonly Attribute[];
  /**
   * What is signed (DTBS): the attributes as received under the tag SET OF instead of `[0]` (RFC 5652 §5.4). Apart from
   * that first octet nothing is re-encoded.
   */
  readonly encoded: Uint8Array;
}

/**
 * Reads a CMS SignedData as others write it: BER with indefinite lengths is accepted, bytes are kept as received and
 * certificates and revocation lists inside are found but not parsed.
 *
 * ```asn1
 * ContentInfo ::= SEQUENCE { contentType ContentType, content [0] EXPLICIT ANY DEFINED BY contentType }
 * SignedData ::= SEQUENCE {
 *   version CMSVersion, digestAlgorithms DigestAlgorithmIdentifiers, encapContentInfo EncapsulatedContentInfo,
 *   certificates [0] IMPLICIT CertificateSet OPTIONAL, crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
 *   signerInfos SignerInfos }
 * ```
 *
 * @param bytes one ContentInfo
 * @param options.padding whether zero octets may follow it, as they fill up the hole in a PDF
 * @throws SignetError `cms.malformed`; `cms.content-type` if it is another kind of CMS
 */
export function parseSignedData(bytes: Uint8Array, options: { readonly padding?: boolean } = {}): SignedData {
  return readAs('cms.malformed', () => {
    const outer = readDer(bytes, 'ber');
    const contentInfo = outer.sequence();
    const encoded = bytes.subarray(0, outer.offset);
    if (options.padding !== true) outer.end();
    else if (!isZero(outer.rest)) outer.end();
    const kind = contentInfo.oid();
    if (kind !== contentTypes.signedData) {
      throw new SignetError('cms.content-type', { expected: contentTypes.signedData, found: kind });
    }
    const content = contentInfo.enter(context(0));
    contentInfo.end();
    const signedData = readSignedData(content.sequence(), encoded);
    content.end();
    return signedData;
  });
}

/** Whether all octets are zero: the first is, and each equals the next. The padding of a hole is long, and one comparison fast. */
function isZero(octets: Uint8Array): boolean {
  if (octets.length === 0) return true;
  return octets[0] === 0 && Buffer.compare(octets.subarray(1), octets.subarray(0, -1)) === 0;
}

function readSignedData(reader: DerReader, encoded: Uint8Array): SignedData {
  const version = reader.number();
  const digestAlgorithms: AlgorithmIdentifier[] = [];
  const algorithmSet = reader.set();
  while (!algorithmSet.atEnd) digestAlgorithms.push(readAlgorithmIdentifier(algorithmSet));
  const encapsulated = readEncapsulatedContent(reader.sequence());
  const certificates = readCertificateSet(reader.enterOptional(context(0)));
  const revocation = readRevocationInfos(reader.enterOptional(context(1)));
  const signerInfos: SignerInfo[] = [];
  const signerSet = reader.set();
  reader.end();
  while (!signerSet.atEnd) signerInfos.push(readSignerInfo(signerSet.sequence()));
  return { encoded, version, digestAlgorithms, ...encapsulated, ...certificates, ...revocation, signerInfos };
}

// EncapsulatedContentInfo ::= SEQUENCE { eContentType ContentType, eContent [0] EXPLICIT OCTET STRING OPTIONAL }
function readEncapsulatedContent(reader: DerReader): Pick<SignedData, 'contentType' | 'content'> {
  const contentType = reader.oid();
  const explicit = reader.explicit(0);
  reader.end();
  if (explicit === undefined) return { contentType, content: undefined };
  // PKCS#7 (RFC 2315) let any type stand here; its signers digested the value without tag and length (RFC 5652 §5.2.1).
  const octets = tags.octetString;
  const content =
    explicit.is(octets) || explicit.is(octets | 0x20) ? explicit.octetString() : explicit.next().content;
  explicit.end();
  return { contentType, content };
}

// CertificateChoices: an untagged SEQUENCE is a Certificate, [0] to [3] are other formats.
function readCertificateSet(reader: DerReader | undefined) {
  const certificates: Uint8Array[] = [];
  const otherCertificates: Uint8Array[] = [];
  while (reader !== undefined && !reader.atEnd) {
    const element = reader.next();
    (element.tag === tags.sequence ? certificates : otherCertificates).push(element.bytes);
  }
  return { certificates, otherCertificates };
}

// RevocationInfoChoice ::= CHOICE { crl CertificateList, other [1] IMPLICIT OtherRevocationInfoFormat }
function readRevocationInfos(reader: DerReader | undefined) {
  const crls: Uint8Array[] = [];
  const otherRevocationInfos: OtherRevocationInfo[] = [];
  while (reader !== undefined && !reader.atEnd) {
    const other = reader.enterOptional(context(1));
    if (other === undefined) {
      crls.push(reader.element(tags.sequence).bytes);
      continue;
    }
    otherRevocationInfos.push({ format: other.oid(), encoded: other.next().bytes });
    other.end();
  }
  return { crls, otherRevocationInfos };
}

// SignerInfo ::= SEQUENCE { version CMSVersion, sid SignerIdentifier, digestAlgorithm DigestAlgorithmIdentifier,
//   signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL, signatureAlgorithm SignatureAlgorithmIdentifier,
//   signature SignatureValue, unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }
function readSignerInfo(reader: DerReader): SignerInfo {
  const version = reader.number();
  const signerIdentifier = readSignerIdentifier(reader);
  const digestAlgorithm = readAlgorithmIdentifier(reader);
  const signedAttributes = reader.is(context(0)) ? readSignedAttributes(reader.next()) : undefined;
  const signatureAlgorithm = readAlgorithmIdentifier(reader);
  const signature = reader.octetString();
  const unsigned = reader.enterOptional(context(1));
  reader.end();
  const unsignedAttributes = unsigned === undefined ? [] : readAttributes(unsigned);
  return {
    version,
    signerIdentifier,
    digestAlgorithm,
    signedAttributes,
    signatureAlgorithm,
    signature,
    unsignedAttributes,
  };
}

function readSignedAttributes(received: DerElement): SignedAttributes {
  return { attributes: readAttributes(readInside(received)), encoded: underSetTag(received) };
}

function underSetTag(received: DerElement): Uint8Array {
  const { bytes, content } = received;
  // Signed attributes are to be DER (§5.3). Where they came with an indefinite length, the length is all that can be mended.
  if (bytes[1] === 0x80) return encodeDer(der.element(tags.set, content));
  const copy = new Uint8Array(bytes);
  copy[0] = tags.set;
  return copy;
}
