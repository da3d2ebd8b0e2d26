// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import {
  type DigestAlgorithmId,
  digestAlgorithm,
  dtbsr,
  encodeSignedAttributes,
  isDigestAlgorithmId,
  isSignatureAlgorithmId,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '@signet/pkix';

/** What a signature is prepared from. The document is not needed: its representation is enough. */
export interface SignaturePreparationRequest {
  /** Signer's document representation (SDR, DocHash): the digest of the signed bytes. */
  readonly docHash: Uint8Array;
  /** The digest algorithm of `docHash`. */
  readonly digestAlgorithm: DigestAlgorithmId;
  /** DER certificates: the signing certificate first, then its issuers as far as they are to be carried. */
  readonly certificates: readonly Uint8Array[];
  /** The signature algorithm that will be used. */
  readonly algorithm: SignatureAlgorithmId;
}

/**
 * Everything of a CAdES signature but its value: storable between the request to a device and its answer. PAdES wants
 * exactly these signed attributes (EN 319 142-1 §6.3): content-type, message-digest, signing-certificate-v2, and no
 * signing-time, whose place is the signature dictionary's /M.
 */
export interface SignaturePreparation extends SignaturePreparationRequest {
  readonly format: 1;
  /** Data to be signed: the DER of the signed attributes as a SET OF (RFC 5652 §5.4). */
  readonly dtbs: Uint8Array;
  /** Data to be signed representation: the digest of `dtbs`, or `dtbs` itself for Ed25519 and Ed448. */
  readonly dtbsr: Uint8Array;
}

/** A {@link SignaturePreparation} as JSON: byte strings are base64. `dtbsr` follows from `dtbs`. */
export interface StoredSignaturePreparation {
  readonly format: 1;
  readonly docHash: string;
  readonly digestAlgorithm: string;
  readonly certificates: readonly string[];
  readonly algorithm: string;
  readonly dtbs: string;
}

/**
 * Makes the signed attributes of a CAdES baseline signature over a signer's document representation.
 *
 * @throws SignetError `ades.doc-hash-length` if `docHash` has not the length of its algorithm; `ades.digest-differs` if the
 *   signature algorithm digests with another one (RFC 5754 §3: they are the same; RFC 8419 §3 fixes it for EdDSA)
 */
export function prepareSignature(request: SignaturePreparationRequest): SignaturePreparation {
  const { docHash, digestAlgorithm: digestId, certificates, algorithm } = request;
  const expected = digestAlgorithm(digestId).length;
  if (docHash.length !== expected) {
    throw new SignetError('ades.doc-hash-length', { length: docHash.length, algorithm: digestId, expected });
  }
  const { hash } = signatureAlgorithm(algorithm);
  if (hash !== digestId)
    throw new SignetError('ades.digest-differs', { algorithm, digest: digestId, expected: hash });
  const [certificate] = certificates;
  if (certificate === undefined) throw new TypeError('certificates must begin with the signing certificate');
  const dtbs = encodeSignedAttributes({ messageDigest: docHash, signingCertificate: { certificate } });
  return {
    format: 1,
    docHash,
    digestAlgorithm: digestId,
    certificates,
    algorithm,
    dtbs,
    dtbsr: dtbsr(algorithm, dtbs),
  };
}

/** A preparation in the form that is stored. */
export function storeSignaturePreparation(preparation: SignaturePreparation): StoredSignaturePreparation {
  const { docHash, digestAlgorithm: digestId, certificates, algorithm, dtbs } = preparation;
  return {
    format: 1,
    docHash: base64(docHash),
    digestAlgorithm: digestId,
    certificates: certificates.map(base64),
    algorithm,
    dtbs: base64(dtbs),
  };
}

/**
 * The preparation that was stored. Its DTBS is kept as it was, even where a newer version would make another.
 *
 * @throws SignetError `ades.preparation-unreadable` if it is of another format or names an unknown algorithm
 */
export function loadSignaturePreparation(stored: StoredSignaturePreparation): SignaturePreparation {
  if (stored.format !== 1) throw unreadable(`its format is ${String(stored.format)}, known is 1`);
  const { digestAlgorithm: digestId, algorithm } = stored;
  if (!isDigestAlgorithmId(digestId)) throw unreadable(`its digest ${digestId} is unknown`);
  if (!isSignatureAlgorithmId(algorithm)) throw unreadable(`its algorithm ${algorithm} is unknown`);
  const dtbs = Buffer.from(stored.dtbs, 'base64');
  return {
    format: 1,
    docHash: Buffer.from(stored.docHash, 'base64'),
    digestAlgorithm: digestId,
    certificates: stored.certificates.map((certificate) => Buffer.from(certificate, 'base64')),
    algorithm,
    dtbs,
    dtbsr: dtbsr(algorithm, dtbs),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}

function unreadable(reason: string): SignetError {
  return new SignetError('ades.preparation-unreadable', { reason });
}
