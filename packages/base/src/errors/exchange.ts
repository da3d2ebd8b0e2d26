// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for folders and packages. */
export const exchangeErrors = {
  'exchange.root-away': {
    message:
      'The exchange folder {root} cannot be used now: {reason}. Nothing is lost; Signet goes on when it is back.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'exchange.folders-apart': {
    message: 'The folders in, work, out, failed and archive of {root} must lie in one file system.',
    status: 500,
    retryable: true,
    fault: 'configuration',
  },
  'exchange.bindings-overlap': {
    message: 'The bindings {first} and {second} have the same folder {root} or the same name; each needs its own.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'exchange.name-taken': {
    message: '{name} exists already in {folder}/. Nothing is overwritten: Signet waits until that name is free.',
    status: 409,
    retryable: true,
    fault: 'configuration',
  },
  'exchange.name-unreadable': {
    message: 'in/ holds a file whose name is not UTF-8 and cannot be taken: {name}. Rename it.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'exchange.document-changed': {
    message: '{name} changed after it was taken. It was not delivered and is sealed when it stands still.',
    status: 409,
    retryable: true,
    fault: 'document',
  },
  'exchange.document-empty': {
    message: '{name} is empty (0 bytes). Put the complete document into in/ again.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'exchange.document-gone': {
    message: '{name} was removed from work/ by somebody else before it was delivered.',
    status: 410,
    retryable: false,
    fault: 'caller',
  },
  'exchange.deadline-passed': {
    message:
      '{name} could not be sealed within {hours} hours. The last reason: {reason} Move it from failed/ to in/ to try again.',
    status: 503,
    retryable: false,
    fault: 'service',
  },
  'exchange.result-mismatch': {
    message: 'The sealed form of {name} does not have the digest that its record names; it was not delivered.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
} as const satisfies Partial<Record<`${'exchange' | 'batch'}.${string}`, ErrorRow>>;
