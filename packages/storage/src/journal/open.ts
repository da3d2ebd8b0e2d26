// SPDX-License-Identifier: Apache-2.0
import { type Clock, SignetError } from '@signet/base';
import type { AuditEvent, JobStore } from '@signet/sealing';
import type { AuditReport } from '../audit-chain.ts';

/** Settings of a journal. */
export interface JournalOptions {
  /** A local directory, never the exchange root; made if it is not there. */
  readonly directory: string;
  /** Name of this client in leases and the audit chain. */
  readonly writer: string;
  /** For how long a lease holds without renewal; default 10. */
  readonly leaseSeconds?: number;
  readonly clock?: Clock;
}

/** The client's store: the same interfaces as the server's SQL over a directory that one process owns. */
export interface Journal {
  readonly jobs: JobStore;
  /** Appends events to the audit chain; durable when it resolves. */
  audit(events: readonly AuditEvent[]): Promise<void>;
  /** Reads the whole audit chain and checks it. */
  verifyAudit(): Promise<AuditReport>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a directory. Jobs that an ended process held are due again; its requests kept until their answer
 * are closed as `abandoned`.
 *
 * @throws SignetError `storage.in-use`, `storage.journal-corrupt`, `storage.unknown-format`, `general.io`
 */
export async function openJournal(_options: JournalOptions): Promise<Journal> {
  throw new SignetError('general.not-offered', { what: 'openJournal' });
}
