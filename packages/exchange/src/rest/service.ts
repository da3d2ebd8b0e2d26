// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type {
  Batch,
  BlobRef,
  JobProblem,
  JobView,
  ProcessConfiguration,
  ResultRecord,
  SealLevel,
} from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';
import type { ReceivedDocument, SpooledFile } from '../spool/spool.ts';

export type { ReceivedDocument } from '../spool/spool.ts';

/** What an identity may do; `seal` and `seal-hash` for its processes only. */
export type Scope = 'seal' | 'seal-hash' | 'validate' | 'admin' | 'metrics';

/** Who is asking, after authentication. */
export interface Caller {
  readonly tenant: number;
  /** Name of the identity: an API token or a client certificate. */
  readonly identity: string;
  /** Processes that it may use; `*` for all of its tenant. */
  readonly processes: readonly string[] | '*';
  readonly scopes: readonly Scope[];
}

/** What a sealed document is made of: the bytes that came, then these appended. Nothing is held twice. */
export interface SealedOutcome {
  readonly kind: 'sealed';
  readonly record: ResultRecord;
  /** Bytes to append to the document as it came. */
  readonly appended: Uint8Array;
}

/** The same Idempotency-Key and body came before, and there are no bytes to give: the job says why. */
export interface KnownJob {
  readonly kind: 'known';
  readonly view: JobView;
}

/** Answer of seal-hash for one digest, and of `?return=doc-hash`. */
export interface CompletedSignature {
  readonly record: ResultRecord;
  /** DocHash: digest of the ByteRange, lower-case hexadecimal. */
  readonly docHash: string;
  /** DER of the CMS SignedData with its time-stamp, to be put into the hole. */
  readonly cms: Uint8Array;
}

/** A digest of a seal-hash call for which there is no signature. */
export interface RefusedHash {
  readonly docHash: string;
  readonly job?: Uuid;
  readonly problem: JobProblem;
}

/** What a caller who prepares documents itself must know of a process. */
export interface ProcessView {
  readonly process: string;
  readonly version: number;
  readonly description?: string;
  readonly documentFormat: 'pades';
  readonly level: SealLevel;
  readonly digestAlgorithm: ProcessConfiguration['digestAlgorithm'];
  readonly signatureAlgorithm: string;
  /** Bytes to reserve in /Contents (before hexadecimal doubling). */
  readonly reservedBytes: number;
  readonly transfer: ProcessConfiguration['transfer'];
  readonly pades: ProcessConfiguration['pades'];
  readonly maxBytes: number;
  readonly deadlineHours: number;
}

/**
 * One seal call. The document's file, if it has one, may be moved away or removed by the service; what is left is removed
 * by the routes after the answer.
 */
export interface SealCall {
  readonly process: string;
  readonly document: ReceivedDocument;
  readonly idempotencyKey?: string;
  /** Aborted when the caller is gone. What is released by then stays released. */
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

/** One seal-hash call. */
export interface SealHashCall {
  readonly process: string;
  readonly hashes: readonly HashToSeal[];
  readonly idempotencyKey?: string;
  /** SHA-256 of the request's body as it came, lower-case hexadecimal: what the key is held against. */
  readonly bodySha256: string;
  readonly signal: AbortSignal;
}

/** One batch call. */
export interface BatchCall {
  readonly process: string;
  /** The ZIP as it came; the routes remove it after the answer unless the service moved it away. */
  readonly zip: SpooledFile;
  readonly idempotencyKey?: string;
  readonly signal: AbortSignal;
}

/**
 * The sealing API behind the routes: the server fulfils it with the sealing path, the client by asking its server. Every
 * method throws SignetError. The routes have checked the caller's scope and its right to the process, and have read the
 * process's view; what a job or batch id stands for is checked by them as soon as they know its process. A method that a
 * program does not have throws `general.not-offered`. An error that ends a recorded job names it in `details.job`.
 */
export interface SealingService {
  processes(caller: Caller): Promise<readonly ProcessView[]>;
  /** @throws SignetError `request.unknown-process` */
  process(caller: Caller, name: string): Promise<ProcessView>;
  /**
   * Seals and gives the result; for a key and body that came before, the result of then (its bytes are read again from
   * where they are kept), or the job if there are none (in progress, failed, deleted).
   *
   * @throws SignetError `request.idempotency-mismatch` if the key came with another body
   */
  seal(caller: Caller, call: SealCall): Promise<SealedOutcome | KnownJob>;
  /** As `seal`, but the caller completes its own copy. */
  sealForDocHash(caller: Caller, call: SealCall): Promise<(SealedOutcome & CompletedSignature) | KnownJob>;
  /** Durable before it resolves; the job is sealed in the background. For a known key: the job of then. */
  sealLater(caller: Caller, call: SealCall): Promise<JobView>;
  /** In the order of the digests; one bad digest fails alone. Throws for what concerns the whole call. */
  sealHash(caller: Caller, call: SealHashCall): Promise<readonly (CompletedSignature | RefusedHash)[]>;
  /** @throws SignetError `request.unknown-job` */
  job(caller: Caller, id: Uuid): Promise<JobView>;
  /** Local path of the sealed document of a job whose view says `hasOutput`. */
  jobDocument(caller: Caller, id: Uuid): Promise<{ readonly path: string; readonly blob: BlobRef }>;
  /** Removes the bytes and keeps the record. A job that is not finished throws `request.not-finished`. */
  deleteJob(caller: Caller, id: Uuid): Promise<void>;
  /** Reads the ZIP and makes batch and jobs durable before it resolves. For a known key: the batch of then. */
  createBatch(caller: Caller, call: BatchCall): Promise<BatchView>;
  /** @throws SignetError `request.unknown-batch` */
  batch(caller: Caller, id: Uuid): Promise<BatchView>;
  validate(caller: Caller, document: ReceivedDocument, signal: AbortSignal): Promise<ValidationReport>;
}

/** A batch and how far each of its documents is. */
export interface BatchView {
  readonly batch: Batch;
  readonly state: 'working' | 'finished';
  /** The jobs that its documents became. */
  readonly jobs: readonly JobView[];
}

/** Turns an enrolment code into an identity. The server offers it; a program without it has no such route. */
export interface EnrolmentService {
  /**
   * Binds the client certificate of the connection (its key was proven by the TLS handshake) to the identity for which
   * the code was made; the code is used up.
   *
   * @param certificate DER
   * @throws SignetError `access.enrolment-code`
   */
  enrol(code: string, certificate: Uint8Array): Promise<Caller>;
}
