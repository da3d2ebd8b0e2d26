// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import type { SignatureAlgorithmId } from './signature.ts';

/** What a signature value is verified with. */
export interface SignatureVerification {
  readonly algorithm: SignatureAlgorithmId;
  readonly publicKey: KeyObject;
  /** Data to be signed: what was digested and signed, not its digest. */
  readonly dtbs: Uint8Array;
  /** As CMS and X.509 carry it; for ECDSA the DER SEQUENCE of r and s. */
  readonly signatureValue: Uint8Array;
  /** Salt in bytes that the PSS parameters state; a salt of any length verifies where it is not given. */
  readonly saltLength?: number | undefined;
}
