// SPDX-License-Identifier: Apache-2.0
import {
  encodeSignedData,
  parseCertificate,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '@signet/pkix';
import type { SignaturePreparation } from './signature-preparation.ts';

/**
 * Puts a signature value into its preparation: the signed data object at level B-B, as DER of a detached CMS SignedData.
 * Nothing is verified here; the caller verifies the value when the device hands it out.
 *
 * @param signatureValue as CMS carries it: for ECDSA the DER SEQUENCE of r and s
 */
export function embed(preparation: SignaturePreparation, signatureValue: Uint8Array): Uint8Array {
  const { certificates, digestAlgorithm, algorithm, dtbs } = preparation;
  const [certificate] = certificates;
  if (certificate === undefined) throw new TypeError('a preparation has a signing certificate');
  return encodeSignedData({
    certificates,
    signer: {
      certificate,
      digestAlgorithm,
      signatureAlgorithm: algorithm,
      signedAttributes: dtbs,
      signature: signatureValue,
    },
  });
}

/** What the size of a signature depends on before there is one. */
export interface CmsSizeFactors {
  /** DER: the signing certificate first. */
  readonly certificates: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithmId;
  /** Size in bytes of the time-stamp token that will be added; 0 at B-B. */
  readonly tokenBytes: number;
}

/**
 * Everything of a B-B CMS but certificates, names and signature value: headers, versions, algorithm identifiers (RSA-PSS
 * parameters being the longest) and the three signed attributes with digests of 64 bytes, rounded up.
 */
const fixedBytes = 420;

/** Headers and type of the unsigned attribute around a token. */
const attributeBytes = 40;

/** An upper bound for the size in bytes of the CMS that these factors will give. */
export function estimateCmsBytes({ certificates, algorithm, tokenBytes }: CmsSizeFactors): number {
  const [signer] = certificates;
  if (signer === undefined) throw new TypeError('certificates must begin with the signing certificate');
  const { issuer, serialNumber, publicKey } = parseCertificate(signer);
  const chain = certificates.reduce((sum, { length }) => sum + length, 0);
  const token = tokenBytes === 0 ? 0 : tokenBytes + attributeBytes;
  const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
  // An ECDSA value is two INTEGERs of at most 67 octets (P-521) with their headers; an EdDSA value at most 114 octets.
  const signature = signatureAlgorithm(algorithm).keyType === 'rsa' ? Math.ceil(bits / 8) : 144;
  return fixedBytes + chain + issuer.bytes.length + serialNumber.length + signature + token;
}
