// SPDX-License-Identifier: Apache-2.0
import type { SignatureAlgorithmId } from '@signet/pkix';

/** What a device is asked to sign. Format and device meet at these values and nowhere else. */
export interface SigningRequest {
  /** One of the credential's `algorithms`. */
  readonly algorithm: SignatureAlgorithmId;
  /** Data to be signed (EN 319 102-1 §4.2.6): for CAdES and PAdES the DER of the signed attributes. */
  readonly dtbs: Uint8Array;
  /** Data to be signed representation (§4.2.7): the digest of `dtbs`, or `dtbs` itself for Ed25519 and Ed448. */
  readonly dtbsr: Uint8Array;
  /** Ends the call; the device then rejects with `device.deadline`. */
  readonly signal?: AbortSignal;
}

/** A key with its certificate in a signature creation device, able to sign now. */
export interface SigningCredential {
  /** The name under which processes know it. */
  readonly name: string;
  /** DER certificates: the signing certificate first, then its issuers as far as they are known. */
  readonly certificates: readonly Uint8Array[];
  /** What it can sign with, the preferred one first. */
  readonly algorithms: readonly SignatureAlgorithmId[];
  /**
   * Makes one signature value, as CMS carries it: RSA as an octet string of the modulus' length, ECDSA as the DER
   * SEQUENCE of r and s. The caller verifies it; a device may lie.
   *
   * @throws SignetError `device.*`
   */
  sign(request: SigningRequest): Promise<Uint8Array>;
}

/** A signature creation device: something that holds keys. */
export interface SignatureCreationDevice {
  readonly kind: 'pkcs12';
  /** The credentials it holds now. */
  credentials(): Promise<readonly SigningCredential[]>;
  close(): Promise<void>;
}
