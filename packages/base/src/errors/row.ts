// SPDX-License-Identifier: Apache-2.0

/** Who has to act for the same request to succeed. */
export type Fault = 'caller' | 'document' | 'configuration' | 'device' | 'service' | 'signet';

/** One row of the error table: all that is known of a code before it happens. */
export interface ErrorRow {
  /** A sentence a human can act on; `{name}` is filled from the details of the error. */
  readonly message: string;
  /** HTTP status with which the code leaves a REST edge. */
  readonly status: number;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  readonly fault: Fault;
}
