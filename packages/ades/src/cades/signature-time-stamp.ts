// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import {
  attributeTypes,
  type DigestAlgorithmId,
  digest,
  digestAlgorithmOf,
  parseSignedData,
  parseTimeStampToken,
  type SignerInfo,
  withUnsignedAttribute,
} from '@signet/pkix';

/**
 * The message imprint of a signature time-stamp (EN 319 122-1 §5.3): the digest of the SignerInfo's signature value.
 *
 * @param cms DER of a SignedData with one signer
 * @throws SignetError `cms.*`, `ades.signed-data-unsuitable`
 */
export function signatureTimeStampImprint(cms: Uint8Array, digestAlgorithm: DigestAlgorithmId): Uint8Array {
  return digest(digestAlgorithm, onlySigner(cms).signature);
}

/**
 * Augments a signature to B-T: adds a time-stamp token to its unsigned attributes. Every other byte is kept as it was.
 * The token's imprint must be that of this signature value; whether the token can be trusted is the caller's judgement.
 *
 * @param cms DER of a SignedData with one signer
 * @param token DER of the time-stamp token (a ContentInfo)
 * @throws SignetError `ades.signed-data-unsuitable`, `cms.*`, `tsp.*`
 */
export function addSignatureTimeStamp(cms: Uint8Array, token: Uint8Array): Uint8Array {
  const { signature } = onlySigner(cms);
  const { imprint } = parseTimeStampToken(token).info;
  const algorithm = digestAlgorithmOf(imprint.algorithm);
  if (algorithm === undefined || Buffer.compare(digest(algorithm, signature), imprint.digest) !== 0) {
    throw new SignetError('ades.signed-data-unsuitable', {
      reason: 'the time-stamp was made for another signature value',
    });
  }
  return withUnsignedAttribute(cms, attributeTypes.signatureTimeStamp, token);
}

function onlySigner(cms: Uint8Array): SignerInfo {
  const { signerInfos } = parseSignedData(cms);
  const [signer] = signerInfos;
  if (signer === undefined || signerInfos.length !== 1) {
    throw new SignetError('ades.signed-data-unsuitable', { reason: `it has ${signerInfos.length} signers` });
  }
  return signer;
}
