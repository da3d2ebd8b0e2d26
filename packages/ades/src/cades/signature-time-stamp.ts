// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithmId } from '@signet/pkix';

/**
 * The message imprint of a signature time-stamp (EN 319 122-1 §5.3): the digest of the SignerInfo's signature value.
 *
 * @param cms DER of a SignedData with one signer
 */
export declare function signatureTimeStampImprint(cms: Uint8Array, digestAlgorithm: DigestAlgorithmId): Uint8Array;

/**
 * Augments a signature to B-T: adds a time-stamp token to its unsigned attributes. Every other byte is kept as it was.
 * The token's imprint must be that of this signature value; whether the token can be trusted is the caller's judgement.
 *
 * @param cms DER of a SignedData with one signer
 * @param token DER of the time-stamp token (a ContentInfo)
 * @throws SignetError `ades.signed-data-unsuitable`, `tsp.*`
 */
export declare function addSignatureTimeStamp(cms: Uint8Array, token: Uint8Array): Uint8Array;
