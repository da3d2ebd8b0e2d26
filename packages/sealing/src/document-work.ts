// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import type { AdesLevel } from '@signet/ades';
import type { DocumentPreparation } from '@signet/ades/pades';
import type { DigestAlgorithmId } from '@signet/pkix';
import type { ValidationInput, ValidationReport } from '@signet/validation';

/** A document that arrived: its bytes in memory or, above the inline limit, in a local file nobody else writes to. */
export type DocumentInput = {
  /** Size in bytes. */
  readonly size: number;
  /** SHA-256, lower-case hexadecimal, taken while it arrived. */
  readonly sha256: string;
} & (
  | {
      readonly bytes: Uint8Array;
      /** SHA-256 state fed with exactly these bytes: continuing it saves one of three passes over the document. */
      readonly hash?: Hash;
    }
  | { readonly path: string }
);

/** What a preparation needs besides the document. */
export interface PreparationRequest {
  readonly digestAlgorithm: DigestAlgorithmId;
  /** Bytes of CMS to reserve in /Contents. */
  readonly reservedBytes: number;
  /** Claimed signing time, for /M. */
  readonly signingTime: Date;
  readonly reason?: string;
  readonly location?: string;
  readonly contactInfo?: string;
  readonly signerName?: string;
}

/** A prepared document and what its record has to say of the earlier signatures in it. */
export interface PreparedDocument {
  readonly preparation: DocumentPreparation;
  /** Stable keys, e.g. of an earlier signature that is intact but cannot be judged. */
  readonly warnings: readonly string[];
}

/** What an output must turn out to be when a fresh reader opens it. */
export interface ExpectedSeal {
  /** SHA-256 of the signing certificate's DER, lower-case hexadecimal. */
  readonly certificate: string;
  readonly level: AdesLevel;
}

/** An output before its release. */
export interface OutputToCheck {
  /** The bytes that follow the document as it came. */
  readonly appended: Uint8Array;
  /** The local file that holds the whole output, where there is one: then that file is what is read. */
  readonly path?: string;
}

/** What the check of an output found. */
export interface CheckedSeal {
  /** SHA-256 of the sealed document, lower-case hexadecimal. */
  readonly sha256Out: string;
  /** Time of the signature time-stamp (RFC 3339), null at B-B. */
  readonly timeStamp: string | null;
}

/**
 * The steps that read a document. They are pure and synchronous below; here they are run where they hurt nobody: small
 * documents inline, all others in a pool of threads with a deadline and a memory limit.
 */
export interface DocumentWork {
  /**
   * Judges the earlier signatures and prepares the new revision.
   *
   * @throws SignetError `pdf.*`, `ades.*` why it cannot be sealed; `general.deadline`, `general.memory` if it overran
   */
  prepare(document: DocumentInput, request: PreparationRequest): Promise<PreparedDocument>;
  /**
   * Opens the output anew and verifies it: signature, ByteRange, certificate binding, time-stamp, level, and that the
   * bytes before it are the ones that arrived.
   *
   * @throws SignetError `ades.check-…`: the output must not be released
   */
  check(document: DocumentInput, output: OutputToCheck, expected: ExpectedSeal): Promise<CheckedSeal>;
  /** Validates a document by EN 319 102-1 with what is handed in; no network. */
  validate(document: DocumentInput, material: ValidationInput): Promise<ValidationReport>;
  close(): Promise<void>;
}
