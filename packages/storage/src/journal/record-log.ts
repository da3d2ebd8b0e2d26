// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** An append-only, fsynced log of JSON records in a directory of its own, with one owner at a time. */
export interface RecordLog {
  /** Durable when it resolves; concurrent calls share one fsync. Records keep the order of the calls. */
  append(record: object): Promise<void>;
  /** All records in order, as the snapshot and the log hold them now. */
  replay(): AsyncIterable<object>;
  /**
   * Replaces the log by the given records (a snapshot), atomically: a crash leaves the old log or the new one.
   * Appends that come meanwhile wait and follow the snapshot.
   */
  compact(records: Iterable<object> | AsyncIterable<object>): Promise<void>;
  /** Size of the log in bytes, to decide when to compact. */
  readonly size: number;
  close(): Promise<void>;
}

/**
 * Opens the log of a directory (made if it is not there). A last record that a crash left unfinished is dropped.
 *
 * @throws SignetError `storage.in-use` if another process has it open, `storage.journal-corrupt`,
 *   `storage.unknown-format`, `general.io`
 */
export async function openRecordLog(_directory: string): Promise<RecordLog> {
  throw new SignetError('general.not-offered', { what: 'openRecordLog' });
}
