// SPDX-License-Identifier: Apache-2.0
import type { SignetError, Uuid } from '@signet/base';
import type {
  AuditEvent,
  BatchStore,
  ConfigurationStore,
  IdentityStore,
  JobStore,
  TenantId,
} from '@signet/sealing';
import type { AuditReport } from '../audit-chain.ts';

/**
 * How the database is reached, a URL for each of the three roles (`postgresql://user:password@host:port/database`, or
 * with `?host=/directory` for a Unix socket). A remote host is always spoken to by verified TLS.
 */
export interface DatabaseAddress {
  /** Owns the tables and runs the migrations; no other program needs it. */
  readonly owner: string;
  /** Reads and writes rows of one tenant at a time: row-level security applies to it. */
  readonly application: string;
  /** Sees who works on what in all tenants, and nothing else. */
  readonly queue: string;
  /** PEM of the CA that signed the server's certificate, where the system's do not know it. */
  readonly caPem?: string;
}

/** Settings of one process's connection to the database. */
export interface DatabaseOptions {
  readonly address: Pick<DatabaseAddress, 'application' | 'queue' | 'caPem'>;
  /** Name of this process in leases and audit chains, unique for each start of each process. Default: made up. */
  readonly writer?: string;
  /** For how long a lease holds without renewal; default 10. */
  readonly leaseSeconds?: number;
  /** After how many days file names and subjects are erased from the side table of the audit; default 365. */
  readonly keepPersonalDays?: number;
  /** Connections for reading, beside one that writes, one that claims and one that listens; default 4. */
  readonly readers?: number;
  /** For how long calls wait for a database that restarts, before `storage.unavailable`; default 10. */
  readonly patienceSeconds?: number;
  /** Hears of failures that no call returns (a lost connection that will be made again). */
  readonly onError?: (error: SignetError) => void;
}

/** The audit trail in SQL. Jobs, configuration and identities write their own events; this is for the rest. */
export interface AuditStore {
  /** Appends events to this process's chain of the tenant; durable when it resolves. */
  append(tenant: TenantId, events: readonly AuditEvent[]): Promise<void>;
  /**
   * Erases the clear personal values of a job, or all whose keeping has ended. The chains still verify.
   *
   * @returns how many values were erased
   */
  erasePersonal(tenant: TenantId, what: { readonly job: Uuid } | 'expired'): Promise<number>;
  /** Reads all chains of a tenant and checks order, gaps, hashes, and the commitments whose values are still there. */
  verify(tenant: TenantId): Promise<AuditReport>;
}

/** The queue as a worker's loop sees it; the claims themselves are `JobStore.claim`. */
export interface WorkQueue {
  /**
   * Calls back when there may be work, at most a hint: poll as well.
   *
   * @returns ends the subscription
   */
  onWork(callback: () => void): () => void;
  /** How much waits and is held, by tenant. */
  depth(): Promise<readonly QueueDepth[]>;
}

/** How much work of a tenant there is. */
export interface QueueDepth {
  readonly tenant: TenantId;
  /** Jobs that are due and nobody holds. */
  readonly due: number;
  /** Jobs that were given back and wait for their time. */
  readonly deferred: number;
  /** Jobs under a live lease. */
  readonly held: number;
  /** Age of the oldest due job in seconds, 0 if there is none. */
  readonly oldestDueSeconds: number;
}

/** Figures for the operator. */
export interface DatabaseMetrics {
  readonly schemaVersion: number;
  readonly serverVersion: string;
  readonly databaseBytes: number;
  /** Transactions that this process committed for writes, and the calls that they carried. */
  readonly commits: number;
  readonly committedCalls: number;
}

/** An open database: the stores of `@signet/sealing` over PostgreSQL. */
export interface Database {
  readonly writer: string;
  readonly jobs: JobStore;
  readonly batches: BatchStore;
  readonly configurations: ConfigurationStore;
  readonly identities: IdentityStore;
  readonly audit: AuditStore;
  readonly queue: WorkQueue;
  /** All tenants. The first migration makes tenant 1, `default`. */
  tenants(): Promise<readonly { readonly id: TenantId; readonly name: string }[]>;
  metrics(): Promise<DatabaseMetrics>;
  /** Which of these blobs a row still refers to: what the sweep of the document store keeps. */
  knownBlobs(tenant: TenantId, ids: readonly Uuid[]): Promise<ReadonlySet<Uuid>>;
  /** Removes idempotency keys and enrolment codes that ran out, and personal values whose keeping ended. Run it hourly. */
  housekeeping(): Promise<void>;
  /** Whether the database answers now; for readiness. */
  ping(): Promise<boolean>;
  /** Finishes what was submitted, then closes all connections. */
  close(): Promise<void>;
}
