// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import type { ByteSource } from '@signet/base';

/** What a sealed document must be before it may be released. */
export interface SealExpectation {
  /** The sealed document: the base document's bytes and the revision appended to them. */
  readonly output: ByteSource;
  /** Length of the document as it arrived, in bytes. */
  readonly baseLength: number;
  /** SHA-256 of the document as it arrived, lower-case hexadecimal. */
  readonly baseSha256: string;
  /** DER of the certificate that was to seal it. */
  readonly certificate: Uint8Array;
  /** Level that must be reached. */
  readonly level: AdesLevel;
  /** DocHash for which the signature value was made, where the caller wants it compared too. */
  readonly docHash?: Uint8Array;
}

/** What the check found. */
export interface CheckedSeal {
  /** SHA-256 of the sealed document, lower-case hexadecimal. */
  readonly sha256Out: string;
  readonly levelReached: AdesLevel;
  /** genTime of the signature time-stamp; null at B-B. */
  readonly timeStamp: Date | null;
}

/**
 * Opens a sealed document with a fresh reader and verifies what Signet promises of it: the bytes that arrived are its
 * start, its newest signature covers all of it, digest, certificate binding, signature value, time-stamp and level are
 * right, and earlier signatures are untouched. No network and no trust decision; the document is read and hashed once.
 *
 * @throws SignetError `ades.check-*`: the document must not be released
 */
export declare function checkSeal(expectation: SealExpectation): CheckedSeal;
