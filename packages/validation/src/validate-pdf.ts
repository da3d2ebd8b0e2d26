// SPDX-License-Identifier: Apache-2.0
import type { ByteSource } from '@signet/base';
import type { ValidationReport } from './report.ts';

/** What a validation may lean on: everything is handed in, nothing is fetched. */
export interface ValidationInput {
  /** DER certificates of trust anchors. */
  readonly trustAnchors: readonly Uint8Array[];
  /** DER certificates that may help to build a path. They are not trusted. */
  readonly extraCertificates?: readonly Uint8Array[];
  /** The time for which the judgement holds. */
  readonly at: Date;
  /** Revocation values as received: DER of CRLs and of OCSP responses. */
  readonly revocation?: {
    readonly crls?: readonly Uint8Array[];
    readonly ocspResponses?: readonly Uint8Array[];
  };
  readonly policy?: ValidationPolicy;
}

/** Constraints that EN 319 102-1 leaves to the signature validation policy. */
export interface ValidationPolicy {
  /**
   * `required` (default): without fresh revocation values a signature is INDETERMINATE / TRY_LATER, as the standard says.
   * `if-present`: values that are there must not revoke; without any, the report tells that revocation was not checked.
   */
  readonly revocation?: 'required' | 'if-present';
}

/**
 * Validates every signature and document time-stamp of a PDF (EN 319 102-1 §5.3, §5.5; PAdES EN 319 142-1).
 *
 * @throws SignetError `pdf.*` if the document cannot be read at all; what is wrong with a signature is in the report
 */
export declare function validatePdf(source: ByteSource, input: ValidationInput): ValidationReport;
