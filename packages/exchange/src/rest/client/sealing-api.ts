// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { SealLevel } from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';
import type { ReceivedDocument } from '../../spool/spool.ts';
import type { BatchBody } from '../schemas/batch.ts';
import type { JobBody } from '../schemas/job.ts';
import type { CompletedSignature, HashToSeal, ProcessView, RefusedHash } from '../service.ts';

/** Bytes to send: from memory or from a local file. */
export type Upload = { readonly name?: string } & (
  | { readonly bytes: Uint8Array }
  | { readonly path: string }
);

/** Where a download goes: a new local file (an existing one is never replaced), or memory. */
export type DownloadTarget = 'memory' | { readonly path: string };

/** A document to be sealed by a process of the server. */
export interface SealRequest {
  readonly process: string;
  readonly document: Upload;
  /** Makes the call repeatable: the same key and bytes are never sealed twice. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/** A sealed document as the server gave it, its digest checked. */
export interface SealedDocument {
  readonly job: Uuid;
  readonly level: SealLevel;
  readonly warnings: readonly string[];
  readonly document: ReceivedDocument;
}

/** What completes the caller's own copy. */
export interface DocHashAnswer extends CompletedSignature {
  /** Bytes to append to the document as it was sent; the result has the digest `record.sha256Out`. */
  readonly appended: Uint8Array;
}

/** The sealing API of a server, typed. Every method throws SignetError: the server's own code, or one of `exchange.*`. */
export interface SealingApi {
  processes(signal?: AbortSignal): Promise<readonly ProcessView[]>;
  process(name: string, signal?: AbortSignal): Promise<ProcessView>;
  seal(request: SealRequest, into: DownloadTarget): Promise<SealedDocument>;
  sealForDocHash(request: SealRequest): Promise<DocHashAnswer>;
  sealLater(request: SealRequest): Promise<JobBody>;
  sealHash(request: {
    readonly process: string;
    readonly hashes: readonly HashToSeal[];
    readonly idempotencyKey?: string;
    readonly signal?: AbortSignal;
  }): Promise<readonly (CompletedSignature | RefusedHash)[]>;
  job(id: Uuid, signal?: AbortSignal): Promise<JobBody>;
  /** The sealed document of a finished job. */
  jobDocument(id: Uuid, into: DownloadTarget, signal?: AbortSignal): Promise<ReceivedDocument>;
  /** Removes the job's bytes at the server; its record stays. */
  deleteJob(id: Uuid, signal?: AbortSignal): Promise<void>;
  /** `document`: a ZIP. */
  createBatch(request: SealRequest): Promise<BatchBody>;
  batch(id: Uuid, signal?: AbortSignal): Promise<BatchBody>;
  /** ZIP of the sealed documents with `report.json`. */
  batchPackage(id: Uuid, into: DownloadTarget, signal?: AbortSignal): Promise<ReceivedDocument>;
  validate(document: Upload, signal?: AbortSignal): Promise<ValidationReport>;
  /** Binds the client certificate of this connection to the identity that the code was made for. */
  enrol(code: string): Promise<{ readonly identity: string; readonly processes: readonly string[] | '*' }>;
  /** Any other call whose bodies are JSON; `path` is below `/api/v1`. Gives undefined for an answer without a body. */
  request(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    path: string,
    json?: unknown,
  ): Promise<unknown>;
  /** Ends idle connections and waits for those in use. */
  close(): Promise<void>;
}

/** Where a server is and how to reach it. */
export interface SealingApiConnection {
  /** `https://host:port`; the API's path is added. */
  readonly baseUrl: string;
  /** PEM of the only CAs to be trusted; without it those of the runtime. */
  readonly ca?: string;
  /** API token. */
  readonly token?: string;
  /** PEM of the client certificate and its key. */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  readonly proxy?: {
    readonly url: string;
    readonly user?: string;
    readonly password?: string;
    readonly ca?: string;
  };
  readonly timeouts?: Partial<ApiTimeouts>;
  /** Connections kept open at most; default 16. */
  readonly connections?: number;
}

/** Seconds after which a silent server counts as unavailable. */
export interface ApiTimeouts {
  readonly connectSeconds: number;
  /** From the end of the request to the head of the answer; sealing may wait for a time-stamp. */
  readonly answerSeconds: number;
  /** Between two pieces of the answer. */
  readonly bodySeconds: number;
}
