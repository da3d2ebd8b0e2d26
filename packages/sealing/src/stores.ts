// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type {
  Attempt,
  Intention,
  JobProblem,
  JobView,
  Lease,
  ResultRecord,
  SealingJob,
  TenantId,
} from './job.ts';
import type { ProcessConfiguration, ProcessVersion } from './process-configuration.ts';

/** What became of an arrival. */
export type ArrivalOutcome =
  /** Taken in and held by this process. */
  | { readonly kind: 'new'; readonly lease: Lease }
  /** Taken in and left in the queue, as `claim: false` asked. */
  | { readonly kind: 'queued' }
  /** The same key and body came before: this is that job. A second seal is never made. */
  | { readonly kind: 'known'; readonly view: JobView };

/** How an arrival is to be kept. */
export interface ArrivalKeeping {
  /**
   * `answer`: the answer is the acknowledgement; the job becomes durable with its first intention (one transaction).
   * `durable`: the job (and its key) is durable when `arrive` returns; whoever dies leaves it to be claimed again.
   */
  readonly until: 'answer' | 'durable';
  /** Where the document's bytes lie, already fsynced; required for `durable` in document transfer. */
  readonly input?: BlobRef;
  /** Whether this process goes on with it at once (gets the lease) or leaves it in the queue. */
  readonly claim: boolean;
}

/**
 * Jobs, their numbered attempts and the audit of both. Each method is one transaction; what it says is durable when its
 * promise resolves. Concurrent calls of one process are committed together.
 */
export interface JobStore {
  /** For how long a lease holds from its last renewal; renew at a third of it. */
  readonly leaseSeconds: number;
  /**
   * Takes a document in.
   *
   * @throws SignetError `request.idempotency-mismatch` if the key came before with another body
   */
  arrive(job: SealingJob, keeping: ArrivalKeeping): Promise<ArrivalOutcome>;
  /**
   * Takes up to `limit` jobs that are due and nobody holds (or whose holder's lease ran out). Requests kept until their
   * answer whose holder is gone are not given: they are closed as `abandoned`, their attempt as `lost`, their key freed.
   */
  claim(limit: number): Promise<readonly ClaimedJob[]>;
  /** Prolongs leases; gives those that are still held. */
  renew(leases: readonly Lease[]): Promise<readonly Lease[]>;
  /**
   * Gives a durable job back to be tried again from `notBefore` on, saying why; a live attempt is closed as `lost`.
   *
   * @throws SignetError `seal.lease-lost`
   */
  defer(lease: Lease, notBefore: Date, why: JobProblem): Promise<void>;
  /**
   * Stores and audits the intention to use a key, as the job's next attempt; every earlier attempt without a result is
   * closed as `lost` by the same transaction.
   *
   * @throws SignetError `seal.lease-lost` if another process took the job over
   */
  recordIntention(lease: Lease, intention: Intention): Promise<Attempt>;
  /**
   * Closes an attempt that will not be released, with an audit event. Its signature value is dead. Does nothing if it is
   * closed already.
   *
   * @throws SignetError `seal.lease-lost`
   */
  lose(attempt: Attempt, why: JobProblem): Promise<void>;
  /**
   * Releases the job's one result: conditional on the attempt being the live one and the lease being held. The job's
   * input blob is no longer referred to: its file may be removed.
   *
   * @param output the sealed document's blob, or null where the answer carries it
   * @throws SignetError `seal.lease-lost`, `seal.attempt-not-live`: nothing may be handed out
   */
  release(attempt: Attempt, record: ResultRecord, output: BlobRef | null): Promise<void>;
  /**
   * Ends a job without a seal; its input blob is no longer referred to. Where the code is retryable the idempotency key
   * is freed, so that the same request may come again; else the key keeps giving this failure.
   *
   * @throws SignetError `seal.lease-lost`
   */
  fail(lease: Lease, why: JobProblem): Promise<void>;
  /** A job of this tenant, or undefined. */
  view(tenant: TenantId, job: Uuid): Promise<JobView | undefined>;
  /** The jobs of this tenant among the given ids, in the order given. */
  views(tenant: TenantId, jobs: readonly Uuid[]): Promise<readonly JobView[]>;
  /** Where the sealed document of a finished job lies, or undefined. */
  output(tenant: TenantId, job: Uuid): Promise<BlobRef | undefined>;
  /** Forgets the bytes of a finished job (the record stays); gives the blobs that may now be removed. */
  deleteBytes(tenant: TenantId, job: Uuid): Promise<readonly BlobRef[]>;
}

/** A job that this process now holds. */
export interface ClaimedJob {
  readonly job: SealingJob;
  readonly lease: Lease;
  readonly input: BlobRef | undefined;
}

/** Names bytes in the document store. */
export interface BlobRef {
  readonly tenant: TenantId;
  readonly id: Uuid;
  readonly size: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The document store: files that are written once, fsynced, never overwritten. */
export interface BlobStore {
  /** Stores bytes that come as chunks; durable when the promise resolves. */
  write(tenant: TenantId, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<BlobRef>;
  /** Takes over a local file by rename or copy; durable when the promise resolves. */
  adopt(tenant: TenantId, path: string): Promise<BlobRef>;
  /** The local path of the bytes, to be read only. */
  path(ref: BlobRef): string;
  remove(ref: BlobRef): Promise<void>;
}

/** A ZIP of documents that are sealed one by one. */
export interface Batch {
  readonly id: Uuid;
  readonly tenant: TenantId;
  readonly process: string;
  readonly identity: string;
  readonly createdAt: Date;
  /** Entry name as in the ZIP, and its job, or why it never became one. */
  readonly documents: readonly {
    readonly name: string;
    readonly job?: Uuid;
    readonly problem?: JobProblem;
  }[];
}

/** Batches. Documents of a batch are ordinary jobs of channel `batch`. */
export interface BatchStore {
  /** Makes the batch and all its jobs durable in one transaction; the same key and body give the batch that was made before. */
  create(
    batch: Batch,
    jobs: readonly { job: SealingJob; input: BlobRef }[],
    idempotency?: { key: string; bodySha256: string },
  ): Promise<Batch>;
  batch(tenant: TenantId, id: Uuid): Promise<Batch | undefined>;
}

/** A time-stamping authority as configured. */
export interface TimeStampAuthority {
  readonly name: string;
  readonly url: string;
  readonly allowPlain: boolean;
  /** Whether its address may be private; the node's operator must allow the host too. */
  readonly allowPrivate?: boolean;
  /** Reference to a secret (file:, env:, credential:), never the secret. */
  readonly authentication?: {
    readonly kind: 'basic' | 'header' | 'certificate';
    readonly secret: string;
    readonly header?: string;
  };
  /** PEM of extra CA roots for TLS. */
  readonly caPem?: string;
  /** Policy OID to ask for. */
  readonly policy?: string;
  readonly timeoutSeconds: number;
}

/** An ordered list of authorities: the first healthy one is asked. */
export interface TimeStampPool {
  readonly name: string;
  readonly authorities: readonly TimeStampAuthority[];
}

/** Where a credential's key lives. */
export interface CredentialConfiguration {
  readonly name: string;
  readonly device: 'pkcs12';
  /** For pkcs12: path of the file. */
  readonly location: string;
  /** Reference to the secret that opens it. */
  readonly secret: string;
}

/** The configuration in SQL: named rows of a tenant. `apply…` makes or changes one and is audited. */
export interface ConfigurationStore {
  processes(tenant: TenantId): Promise<readonly ProcessVersion[]>;
  /** The newest version, or the one asked for. */
  process(tenant: TenantId, name: string, version?: number): Promise<ProcessVersion | undefined>;
  applyProcess(tenant: TenantId, configuration: ProcessConfiguration, by: string): Promise<ProcessVersion>;
  credential(tenant: TenantId, name: string): Promise<CredentialConfiguration | undefined>;
  applyCredential(tenant: TenantId, credential: CredentialConfiguration, by: string): Promise<void>;
  timeStampPool(tenant: TenantId, name: string): Promise<TimeStampPool | undefined>;
  applyTimeStampPool(tenant: TenantId, pool: TimeStampPool, by: string): Promise<void>;
  /** DER certificates trusted as anchors. */
  trustAnchors(tenant: TenantId): Promise<readonly Uint8Array[]>;
  applyTrustAnchor(tenant: TenantId, name: string, certificate: Uint8Array, by: string): Promise<void>;
}
