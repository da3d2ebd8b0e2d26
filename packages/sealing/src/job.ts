// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import type { ErrorCode, ErrorDetails, Uuid } from '@signet/base';

/** A tenant's identity column. Every row and every call below the REST edge carries one. */
export type TenantId = number;

/** AdES baseline levels that Signet makes. */
export type SealLevel = AdesLevel;

/** By which way a document came, and so by which way it goes back. */
export type Channel = 'rest' | 'folder' | 'batch';

/** `document`: the bytes came here. `hash`: only the digest did; the content was not seen. */
export type Transfer = 'document' | 'hash';

/**
 * accepted → sealing → sealed | failed. `abandoned`: a synchronous request whose process died before it answered; the
 * caller never had a 200 and nothing was released.
 */
export type JobState = 'accepted' | 'sealing' | 'sealed' | 'failed' | 'abandoned';

/** A key that makes a request repeatable, and the digest that says whether it is the same request. */
export interface IdempotencyKey {
  readonly key: string;
  /** SHA-256 of the request's body, lower-case hexadecimal. */
  readonly bodySha256: string;
}

/** One document's way in: what is known before anything is done with it. */
export interface SealingJob {
  readonly format: 1;
  readonly id: Uuid;
  readonly tenant: TenantId;
  readonly process: string;
  readonly version: number;
  readonly channel: Channel;
  readonly transfer: Transfer;
  /** Who handed it in: the name of an identity. */
  readonly identity: string;
  /** File name as given. Personal data: kept in the side table, never in audit rows. */
  readonly documentName?: string;
  /** SHA-256 of the document as it arrived (of the DocHash itself in hash transfer), lower-case hexadecimal. */
  readonly sha256In: string;
  /** Size in bytes of what arrived; 0 in hash transfer. */
  readonly size: number;
  readonly batch?: Uuid;
  readonly idempotency?: IdempotencyKey;
  /** Until when retryable errors are tried again. */
  readonly deadline: Date;
}

/** What is known of a result, the same by every way. */
export interface ResultRecord {
  readonly format: 1;
  readonly job: Uuid;
  readonly process: string;
  readonly version: number;
  readonly levelWanted: SealLevel;
  readonly levelReached: SealLevel;
  /** Time of the signature time-stamp (TSTInfo genTime, RFC 3339), null at B-B. */
  readonly timeStamp: string | null;
  /** SHA-256 of the signing certificate's DER, lower-case hexadecimal. */
  readonly certificate: string;
  readonly sha256In: string;
  /** SHA-256 of the sealed document; null in hash transfer, where the caller assembles it. */
  readonly sha256Out: string | null;
  readonly warnings: readonly string[];
}

/** Why a job ended without a seal, as it may leave at an edge. */
export interface JobProblem {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
}

/** The right to work on a job: every later write is conditional on its epoch being the newest. */
export interface Lease {
  readonly tenant: TenantId;
  readonly job: Uuid;
  /** The process that holds it. */
  readonly owner: string;
  readonly epoch: number;
}

/** The intention to use a key once for a job, stored and audited before the key is touched. */
export interface Intention {
  /** Digest that the signature will bind, lower-case hexadecimal. */
  readonly docHash: string;
  /** SHA-256 of the signing certificate's DER, lower-case hexadecimal. */
  readonly certificate: string;
  readonly credential: string;
  readonly algorithm: string;
}

/** A recorded intention. Only the live attempt of a job, under a live lease, can release. */
export interface Attempt {
  readonly lease: Lease;
  /** 1 for the first attempt of the job. */
  readonly number: number;
}

/** A job as its owner may see it. */
export interface JobView {
  readonly job: SealingJob;
  readonly state: JobState;
  readonly createdAt: Date;
  readonly record?: ResultRecord;
  readonly problem?: JobProblem;
  /** Whether the sealed bytes are (still) kept here. */
  readonly hasOutput: boolean;
  /** Whether the bytes were deleted by the caller or at the end of their keeping. */
  readonly deleted: boolean;
}
