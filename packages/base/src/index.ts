// SPDX-License-Identifier: Apache-2.0
export {
  type ByteSource,
  chunkBytes,
  type FileSource,
  hashRange,
  ioError,
  memorySource,
  openFileSource,
} from './byte-source.ts';
export { type Clock, fixedClock, systemClock } from './clock.ts';
export { asSignetError, type ErrorDetails, isSignetError, SignetError } from './errors/error.ts';
export type { ErrorRow, Fault } from './errors/row.ts';
export { type ErrorCode, errorRow, errorTable, isErrorCode } from './errors/table.ts';
export { isUuid, type Uuid, uuidv7 } from './ids.ts';
