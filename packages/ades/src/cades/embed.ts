// SPDX-License-Identifier: Apache-2.0
import type { SignatureAlgorithmId } from '@signet/pkix';
import type { SignaturePreparation } from './signature-preparation.ts';

/**
 * Puts a signature value into its preparation: the signed data object at level B-B, as DER of a detached CMS SignedData.
 * Nothing is verified here; the caller verifies the value when the device hands it out.
 */
export declare function embed(preparation: SignaturePreparation, signatureValue: Uint8Array): Uint8Array;

/** What the size of a signature depends on before there is one. */
export interface CmsSizeFactors {
  readonly certificates: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithmId;
  /** Size of the time-stamp token that will be added; 0 at B-B. */
  readonly tokenBytes: number;
}

/** An upper bound for the size in bytes of the CMS that these factors will give. */
export declare function estimateCmsBytes(factors: CmsSizeFactors): number;
