// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithmId, SignatureAlgorithmId } from '@signet/pkix';

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

/** A {@link SignaturePreparation} as JSON: byte strings are base64. */
export interface StoredSignaturePreparation {
  readonly format: 1;
  readonly docHash: string;
  readonly digestAlgorithm: string;
  readonly certificates: readonly string[];
  readonly algorithm: string;
  readonly dtbs: string;
  readonly dtbsr: string;
}

/**
 * Makes the signed attributes of a CAdES baseline signature over a signer's document representation.
 *
 * @throws SignetError `ades.doc-hash-length` if `docHash` has not the length of its algorithm, `x509.*` if the signing
 *   certificate cannot be read
 */
export declare function prepareSignature(request: SignaturePreparationRequest): SignaturePreparation;
