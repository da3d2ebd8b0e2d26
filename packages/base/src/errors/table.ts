// SPDX-License-Identifier: Apache-2.0
import { accessErrors } from './access.ts';
import { adesErrors } from './ades.ts';
import { configErrors } from './config.ts';
import { deviceErrors } from './device.ts';
import { exchangeErrors } from './exchange.ts';
import { generalErrors } from './general.ts';
import { pdfErrors } from './pdf.ts';
import { pkixErrors } from './pkix.ts';
import { requestErrors } from './request.ts';
import type { ErrorRow } from './row.ts';
import { sealErrors } from './seal.ts';
import { storageErrors } from './storage.ts';
import { trustErrors } from './trust.ts';

/** The one table of everything that can go wrong. Codes are `area.reason` and are never renamed. */
export const errorTable = {
  ...generalErrors,
  ...pkixErrors,
  ...pdfErrors,
  ...adesErrors,
  ...deviceErrors,
  ...trustErrors,
  ...sealErrors,
  ...storageErrors,
  ...exchangeErrors,
  ...requestErrors,
  ...accessErrors,
  ...configErrors,
} as const;

/** The closed union of error codes. */
export type ErrorCode = keyof typeof errorTable;

/** The row of a code. */
export function errorRow(code: ErrorCode): ErrorRow {
  return errorTable[code];
}

/** Whether a string that came from outside (a record, a problem document) is one of our codes. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}
