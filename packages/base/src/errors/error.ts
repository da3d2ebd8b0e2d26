// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';
import { type ErrorCode, errorRow } from './table.ts';

/** What fills the placeholders of an error's sentence. Never put a secret or a stack in here: it leaves at the edge. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/**
 * The one error type of Signet. Programs decide by `code`, people read `message`, and `cause` stays inside:
 * it is logged and never leaves at a REST edge.
 */
export class SignetError extends Error {
  override readonly name = 'SignetError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, details: ErrorDetails = {}, cause?: unknown) {
    super(sentence(errorRow(code).message, details), cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }

  /** The table's row: HTTP status, whether to try again, whose fault. */
  get row(): ErrorRow {
    return errorRow(this.code);
  }
}

/** Whether something thrown is a coded error, of the given code if one is named. */
export function isSignetError(error: unknown, code?: ErrorCode): error is SignetError {
  return error instanceof SignetError && (code === undefined || error.code === code);
}

/**
 * Gives the error itself if it is coded, else wraps it as `general.internal`.
 *
 * @param reference under what the cause can be found in the log (a job or request id)
 */
export function asSignetError(error: unknown, reference = 'no reference'): SignetError {
  return error instanceof SignetError ? error : new SignetError('general.internal', { reference }, error);
}

function sentence(template: string, details: ErrorDetails): string {
  return template.replace(/\{(\w+)\}/g, (placeholder, key: string) =>
    key in details ? String(details[key]) : placeholder,
  );
}
