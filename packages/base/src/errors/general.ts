// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for faults of the program and the machine. */
export const generalErrors = {
  'general.internal': {
    message:
      'An unexpected fault in Signet. Nothing was released; the details are in the log under {reference}.',
    status: 500,
    retryable: true,
    fault: 'signet',
  },
  'general.not-offered': {
    message: '{what} is not offered here.',
    status: 501,
    retryable: false,
    fault: 'caller',
  },
  'general.io': {
    message: 'Reading or writing {path} failed: {reason}.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'general.short-read': {
    message: 'The file ended before the {wanted} bytes at offset {offset} could be read.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'general.deadline': {
    message: '{what} took longer than the {seconds} seconds allowed and was ended.',
    status: 503,
    retryable: true,
    fault: 'signet',
  },
  'general.memory': {
    message: '{what} needed more memory than the {megabytes} MB allowed and was ended.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
} as const satisfies Partial<Record<`${'general'}.${string}`, ErrorRow>>;
