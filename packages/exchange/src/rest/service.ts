// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { Batch, BlobRef, JobView, ProcessConfiguration, ResultRecord, SealLevel } from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';

/** Who is asking, after authentication. */
export interface Caller {
  readonly tenant: number;
  /** Name of the identity: an API token or a client certificate. */
  readonly identity: string;
  /** Processes that it may use; `*` for all of its tenant. */
  readonly processes: readonly string[] | '*';
  readonly scopes: readonly ('seal' | 'seal-hash' | 'validate' | 'admin' | 'metrics')[];
}

/** A document as it came in: small ones in memory, others spooled to a local file that the receiver deletes. */
export type ReceivedDocument = { readonly name?: string; readonly size: number; readonly sha256: string } & (
  | { readonly bytes: Uint8Array }
  | { readonly path: string }
);

/** What a sealed document is made of: the bytes that came, then these appended. Nothing is held twice. */
export interface SealedOutcome {
  readonly record: ResultRecord;
  /** Bytes to append to the document as it came. */
  readonly appended: Uint8Array;
}

/** Answer of seal-hash for one digest, and of `?return=doc-hash`. */
export interface CompletedSignature {
  readonly record: ResultRecord;
  /** DocHash: SHA of the ByteRange, lower-case hexadecimal. */
  readonly docHash: string;
  /** DER of the CMS SignedData with its time-stamp, to be put into the hole. */
  readonly cms: Uint8Array;
}

/** What a caller who prepares documents itself must know of a process. */
export interface ProcessView {
  readonly process: string;
  readonly version: number;
  readonly description?: string;
  readonly documentFormat: 'pades';
  readonly level: SealLevel;
  readonly digestAlgorithm: string;
  readonly signatureAlgorithm: string;
  /** Bytes to reserve in /Contents (before hexadecimal doubling). */
  readonly reservedBytes: number;
  readonly transfer: ProcessConfiguration['transfer'];
  readonly pades: ProcessConfiguration['pades'];
  readonly maxBytes: number;
  readonly deadlineHours: number;
}

/** Options of one seal call. */
export interface SealCall {
  readonly process: string;
  readonly document: ReceivedDocument;
  readonly idempotencyKey?: string;
  readonly signal: AbortSignal;
}

/** One digest of a seal-hash call. */
export interface HashToSeal {
  /** DocHash, raw bytes of the process's digest algorithm. */
  readonly docHash: Uint8Array;
  /** Size of the caller's hole in bytes: a CMS that does not fit is refused before a time-stamp is spent. */
  readonly reservedBytes: number;
  readonly documentName?: string;
}

/**
 * The sealing API behind the routes: the server fulfils it with the sealing path, the client by asking its server. Every
 * method throws SignetError; an access check per process has been made by the routes.
 */
export interface SealingService {
  processes(caller: Caller): Promise<readonly ProcessView[]>;
  process(caller: Caller, name: string): Promise<ProcessView>;
  seal(caller: Caller, call: SealCall): Promise<SealedOutcome>;
  /** As `seal`, but the caller completes its own copy. */
  sealForDocHash(caller: Caller, call: SealCall): Promise<SealedOutcome & CompletedSignature>;
  /** Durable before it resolves; the job is sealed in the background. */
  sealLater(caller: Caller, call: SealCall): Promise<JobView>;
  sealHash(caller: Caller, process: string, hashes: readonly HashToSeal[], idempotencyKey?: string): Promise<readonly CompletedSignature[]>;
  job(caller: Caller, id: Uuid): Promise<JobView>;
  /** Local path and size of the sealed document of a finished job. */
  jobDocument(caller: Caller, id: Uuid): Promise<{ readonly path: string; readonly blob: BlobRef; readonly record: ResultRecord }>;
  deleteJob(caller: Caller, id: Uuid): Promise<void>;
  /** `path`: the spooled ZIP. */
  createBatch(caller: Caller, process: string, path: string, bodySha256: string, idempotencyKey?: string): Promise<BatchView>;
  batch(caller: Caller, id: Uuid): Promise<BatchView>;
  validate(caller: Caller, document: ReceivedDocument): Promise<ValidationReport>;
}

/** A batch and how far each of its documents is. */
export interface BatchView {
  readonly batch: Batch;
  readonly state: 'working' | 'finished';
  readonly jobs: readonly JobView[];
}
