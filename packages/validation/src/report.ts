// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import type { Indication, SubIndication } from './indication.ts';

/** A finding in words, with a stable key for programs. */
export interface Finding {
  /** Stable key, e.g. `revocation-not-checked`, or an error code of the product's table. */
  readonly key: string;
  /** One sentence for people. */
  readonly message: string;
}

/** Certificate facts that a report tells. */
export interface CertificateReport {
  /** Name for people: organisation and common name of the subject. */
  readonly name: string;
  /** Distinguished names as RFC 4514 strings. */
  readonly subject: string;
  readonly issuer: string;
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  /** SHA-256 of the DER, lower-case hexadecimal. */
  readonly sha256: string;
  /** RFC 3339. */
  readonly notBefore: string;
  /** RFC 3339. */
  readonly notAfter: string;
  /** What its QCStatements claim (EN 319 412-5); whether a trusted list agrees is not judged here. */
  readonly qualifiedClaims: {
    readonly compliance: boolean;
    readonly device: boolean;
    readonly types: readonly ('esign' | 'eseal' | 'web' | 'other')[];
  };
}

/** One time-stamp token and what became of it. */
export interface TimeStampReport {
  readonly kind: 'signature-time-stamp' | 'document-time-stamp';
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** TSTInfo genTime, RFC 3339. */
  readonly time: string | null;
  readonly authority: CertificateReport | null;
  readonly findings: readonly Finding[];
}

/** Where a signature's time comes from: a time-stamp that passed, or what the signer claims (/M). */
export interface SigningTime {
  readonly source: 'time-stamp' | 'claimed';
  /** RFC 3339. */
  readonly time: string;
}

/** What happened to a document after a signature was made. */
export interface ChangeReport {
  /**
   * `none`: it covers the whole file. `allowed`: later revisions hold only what its permissions allow. `forbidden`: they
   * hold something that is not allowed, or that is not understood.
   */
  readonly kind: 'none' | 'allowed' | 'forbidden';
  /** Revisions after the signed one. */
  readonly laterRevisions: number;
  readonly changes: readonly Finding[];
}

/** The validation of one signature. */
export interface SignatureReport {
  readonly fieldName: string;
  readonly subFilter: string;
  readonly indication: Indication;
  readonly subIndication: SubIndication | null;
  /** Baseline level whose parts were found and are intact; null if below B-B. */
  readonly level: AdesLevel | null;
  readonly signer: CertificateReport | null;
  readonly signingTime: SigningTime | null;
  readonly signatureAlgorithm: string | null;
  readonly digestAlgorithm: string | null;
  readonly changes: ChangeReport;
  readonly timeStamps: readonly TimeStampReport[];
  /** Why the indication is not TOTAL_PASSED. */
  readonly errors: readonly Finding[];
  /** What a reader should know although it does not change the indication. */
  readonly warnings: readonly Finding[];
}

/** The validation of a document, in the words of EN 319 102-1. It is plain JSON. */
export interface ValidationReport {
  readonly format: 1;
  /** The time for which the judgement holds, RFC 3339. */
  readonly validationTime: string;
  readonly document: {
    readonly size: number;
    /** Lower-case hexadecimal. */
    readonly sha256: string;
  };
  /** The worst indication of all signatures; null if the document has none. */
  readonly indication: Indication | null;
  /** In the order in which they were made. */
  readonly signatures: readonly SignatureReport[];
  /** Document time-stamps, in the order in which they were made. */
  readonly documentTimeStamps: readonly TimeStampReport[];
  /** What belongs to no signature: ones that were taken away again. */
  readonly findings: readonly Finding[];
}
