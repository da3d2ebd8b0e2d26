// SPDX-License-Identifier: Apache-2.0
import type { Certificate, Oid } from '@signet/pkix';

/** What a certification path is looked for with. */
export interface PathRequest {
  /** The certificate that the path is to end in. */
  readonly certificate: Certificate;
  /** Certificates that may lie on the path, in any order. They are not trusted. */
  readonly candidates: readonly Certificate[];
  /**
   * Trust anchors (RFC 5280 §6.1.1 (d)): only their name and key count, so an expired anchor is still one. A certificate
   * that is itself an anchor is a path of its own.
   */
  readonly anchors: readonly Certificate[];
  /** The instant at which all certificates of the path must be valid. */
  readonly at: Date;
  readonly policy?: PolicyInput;
  /** What is known of revocation; without it nothing is asked. Must be pure. */
  readonly revocation?: RevocationCheck;
}

/** Inputs about policies (RFC 5280 §6.1.1 (c), (e), (f), (g)). */
export interface PolicyInput {
  /** user-initial-policy-set; any policy by default. */
  readonly initial?: readonly Oid[];
  readonly requireExplicit?: boolean;
  readonly inhibitMapping?: boolean;
  readonly inhibitAny?: boolean;
}

/** What is known of the revocation of a certificate at the instant of the request. */
export type RevocationStatus = 'good' | 'revoked' | 'on-hold' | 'unknown';

/** Tells the status of a certificate from the values at hand. */
export type RevocationCheck = (
  certificate: Certificate,
  issuer: Certificate,
  path: readonly Certificate[],
) => RevocationStatus;

/** Why a path does not hold. */
export type PathFailureReason =
  | 'no-issuer'
  | 'signature'
  | 'not-yet-valid'
  | 'expired'
  | 'not-a-ca'
  | 'path-length'
  | 'key-usage'
  | 'name-constraints'
  | 'policy'
  | 'critical-extension'
  | 'malformed'
  | 'revoked'
  | 'on-hold'
  | 'revocation-unknown';

/** One failure and the certificate it concerns. */
export interface PathFailure {
  readonly reason: PathFailureReason;
  readonly certificate: Certificate;
}

/** Sub-indications of INDETERMINATE that a path can give (EN 319 102-1 §5.2.6.4). */
export type PathSubIndication =
  | 'NO_CERTIFICATE_CHAIN_FOUND'
  | 'CERTIFICATE_CHAIN_GENERAL_FAILURE'
  | 'CHAIN_CONSTRAINTS_FAILURE'
  | 'OUT_OF_BOUNDS_NO_POE'
  | 'REVOKED_NO_POE'
  | 'REVOKED_CA_NO_POE'
  | 'TRY_LATER';

/** What the search found. */
export type PathResult =
  | {
      readonly status: 'valid';
      /** The certificate first, then its issuers; the anchor is not among them (unless the certificate is one). */
      readonly path: readonly Certificate[];
      readonly anchor: Certificate;
      /** Policies the path is valid for (user-constrained-policy-set); may hold anyPolicy; empty where none is asserted. */
      readonly policies: readonly Oid[];
    }
  | {
      readonly status: 'invalid';
      readonly subIndication: PathSubIndication;
      /** What was found wrong with the most promising path, or where the search ended. */
      readonly failures: readonly PathFailure[];
      /** The path that failed: as far as it could be built. */
      readonly path: readonly Certificate[];
    };

/** The sub-indication of failures: the first is the one that counts. */
export function subIndicationOf(failures: readonly PathFailure[], target: Certificate): PathSubIndication {
  const [first] = failures;
  if (first === undefined) return 'NO_CERTIFICATE_CHAIN_FOUND';
  const ofTarget = first.certificate === target;
  switch (first.reason) {
    case 'no-issuer':
    case 'signature':
      return 'NO_CERTIFICATE_CHAIN_FOUND';
    case 'expired':
    case 'not-yet-valid':
      return ofTarget ? 'OUT_OF_BOUNDS_NO_POE' : 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
    case 'revoked':
      return ofTarget ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE';
    case 'on-hold':
    case 'revocation-unknown':
      return 'TRY_LATER';
    case 'malformed':
    case 'critical-extension':
      return 'CERTIFICATE_CHAIN_GENERAL_FAILURE';
    default:
      return 'CHAIN_CONSTRAINTS_FAILURE';
  }
}
