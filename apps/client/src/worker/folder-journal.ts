// SPDX-License-Identifier: Apache-2.0
import type { ArrivalJournal, FolderRecord } from '@signet/exchange/folder';
import type { RecordLog } from '@signet/storage/journal';

/** The folder exchange's journal over a record log of the local disk. */
export function folderJournal(log: RecordLog): ArrivalJournal {
  return {
    append: (record) => log.append(record),
    replay: () => log.replay() as AsyncIterable<FolderRecord>,
    // Given as a generator, so that `live` is asked when the log is ready to take the snapshot, and not before.
    compact: (live) =>
      log.compact(
        (function* () {
          yield* live();
        })(),
      ),
  };
}
