// SPDX-License-Identifier: Apache-2.0
export { type Journal, type JournalOptions, openJournal } from './open.ts';
export { openRecordLog, type RecordLog } from './record-log.ts';
