// SPDX-License-Identifier: Apache-2.0
import { type Clock, systemClock, type Uuid } from '@signet/base';
import type { AuditEvent, JobStore } from '@signet/sealing';
import type { AuditReport } from '../audit-chain.ts';
import { JournalFile } from './journal-file.ts';
import { JournalJobStore } from './journal-job-store.ts';

/** Settings of a journal. */
export interface JournalOptions {
  /** A local directory, never the exchange root; made if it is not there. */
  readonly directory: string;
  /** Name of this client in leases and the audit chain. */
  readonly writer: string;
  /** For how long a lease holds without renewal; default 10. */
  readonly leaseSeconds?: number;
  readonly clock?: Clock;
  /** Finished jobs without a key and without bytes are forgotten after so many days; default 7. */
  readonly rememberDays?: number;
  /** And when there are more of them than this; default 20,000. */
  readonly rememberCount?: number;
  /** The journal is compacted when it has grown by this many bytes; default 16 MiB. */
  readonly compactBytes?: number;
}

/** The client's store: the same interfaces as the server's SQL over a directory that one process owns. */
export interface Journal {
  readonly jobs: JobStore;
  /** Appends events to the audit chain; durable when it resolves. */
  audit(events: readonly AuditEvent[]): Promise<void>;
  /** Reads the whole audit chain and checks it. */
  verifyAudit(): Promise<AuditReport>;
  /** Erases the clear personal values of a job, on the disk too; the chain still verifies. @returns how many */
  erasePersonal(job: Uuid): Promise<number>;
  /** Writes the journal anew with what is still needed. It does so by itself when it has grown. */
  compact(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the journal of a directory. Jobs that an ended process held are due again; its requests kept until their answer
 * are closed as `abandoned`.
 *
 * @throws SignetError `storage.in-use`, `storage.journal-corrupt`, `storage.unknown-format`, `general.io`
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { directory, writer, leaseSeconds = 10, clock = systemClock } = options;
  const file = await JournalFile.open({
    directory,
    writer,
    clock,
    remembrance: { days: options.rememberDays ?? 7, count: options.rememberCount ?? 20_000 },
    compactBytes: options.compactBytes ?? 16 * 1024 * 1024,
  });
  const jobs = new JournalJobStore(file, { writer, leaseSeconds, clock });
  await jobs.abandonRequests();
  return {
    jobs,
    audit: (events) => file.change(() => ({ result: undefined, events })),
    verifyAudit: () => file.verify(),
    erasePersonal: (job) => file.erase((row) => row.job.id === job),
    compact: () => file.compact(),
    close: () => file.close(),
  };
}
