// SPDX-License-Identifier: Apache-2.0
export { type Journal, type JournalOptions, openJournal } from './open.ts';
export { openRecordLog, type RecordLog, type RecordLogOptions } from './record-log.ts';
