// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import type { AdesLevel } from '@signet/ades';
import type { CertificateInUse } from '@signet/ades/cades';
import type { DocumentPreparation, SecurityStore } from '@signet/ades/pades';
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
  /** Whether validation data will follow: then a document that cannot take them is refused before a key is used. */
  readonly storesValidationData?: boolean;
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

/** What is to be stored. */
export interface StoreRequest {
  readonly data: SecurityStore;
  /** Whether VRI dictionaries are written for all signatures. */
  readonly vri: boolean;
  /**
   * Whether a revision is wanted even if the store holds all values: then it gets a VRI dictionary for the newest
   * signature, which says that they are about that one too.
   */
  readonly always: boolean;
}

/** How a signed document is provided for, before it is augmented. */
export interface AugmentationState {
  /** The level that all its signatures have at least. */
  readonly level: AdesLevel;
  /** The certificates that its signatures and time-stamps rely on. */
  readonly inUse: readonly CertificateInUse[];
  /** The validation data it carries. */
  readonly store: SecurityStore;
  /** Stable keys, of signatures that are intact but cannot be judged. */
  readonly warnings: readonly string[];
}

/** What the check of an augmented document found. */
export interface CheckedAugmentation {
  /** SHA-256 of the augmented document, lower-case hexadecimal. */
  readonly sha256Out: string;
  readonly levelReached: AdesLevel;
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
  /**
   * A further revision with validation data.
   *
   * @param appended the bytes that follow the document so far
   * @returns the bytes that follow those; empty if all is there
   */
  storeValidationData(
    document: DocumentInput,
    appended: Uint8Array,
    request: StoreRequest,
  ): Promise<Uint8Array>;
  /**
   * A further revision for a document time-stamp, whose imprint is SHA-256.
   *
   * @param appended the bytes that follow the document so far
   * @param reservedBytes bytes of token to reserve
   */
  prepareTimeStamp(
    document: DocumentInput,
    appended: Uint8Array,
    reservedBytes: number,
  ): Promise<DocumentPreparation>;
  /**
   * Judges the signatures of a document that is to be augmented, and tells how they are provided for.
   *
   * @throws SignetError `ades.nothing-to-augment`, `ades.earlier-signature-broken`, `ades.certified-no-augmentation`
   */
  inspectAugmentation(document: DocumentInput, appended: Uint8Array): Promise<AugmentationState>;
  /**
   * Opens an augmented document anew: the bytes before are the ones that arrived, every signature holds and permits what
   * was added, and the level is reached.
   *
   * @throws SignetError `ades.check-…`: the output must not be released
   */
  checkAugmentation(
    document: DocumentInput,
    output: OutputToCheck,
    expected: { readonly level: AdesLevel },
  ): Promise<CheckedAugmentation>;
  /** Validates a document by EN 319 102-1 with what is handed in; no network. */
  validate(document: DocumentInput, material: ValidationInput): Promise<ValidationReport>;
  close(): Promise<void>;
}
