// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for folders and packages. */
export const exchangeErrors = {
  'batch.not-a-zip': {
    message: 'The file cannot be read as a ZIP: {problem}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.empty': {
    message: 'The ZIP holds no document.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.too-many-entries': {
    message: 'The ZIP holds {entries} entries; {limit} are allowed.',
    status: 413,
    retryable: false,
    fault: 'document',
  },
  'batch.too-large': {
    message: 'The documents of the ZIP are larger than the {limitBytes} bytes allowed together.',
    status: 413,
    retryable: false,
    fault: 'document',
  },
  'batch.entry-too-large': {
    message: 'A document of the ZIP is larger than the {limitBytes} bytes allowed.',
    status: 413,
    retryable: false,
    fault: 'document',
  },
  'batch.suspicious-ratio': {
    message: 'An entry of the ZIP says that it unpacks to more than {limit} times its size; this is refused.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.unsafe-name': {
    message: 'Entry {entry} of the ZIP has a name that is refused: {problem}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.duplicate-name': {
    message: 'Entry {entry} of the ZIP has the name of an earlier one (upper and lower case count as equal).',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.encrypted': {
    message: 'Entry {entry} of the ZIP is encrypted.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.overlapping-entries': {
    message: 'Entry {entry} of the ZIP shares bytes with another entry.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.corrupt-entry': {
    message: 'The entry of the ZIP cannot be unpacked as it was packed: {problem}.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'batch.reserved-name': {
    message: 'The name {name} belongs to the report in the package of sealed documents.',
    status: 422,
    retryable: false,
    fault: 'document',
  },
  'exchange.server-unavailable': {
    message: 'The Sealing Server cannot be reached or did not answer: {reason}.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'exchange.server-untrusted': {
    message:
      'The TLS certificate of the Sealing Server is not trusted ({reason}); nothing was sent. Check the CA file.',
    status: 503,
    retryable: true,
    fault: 'configuration',
  },
  'exchange.server-error': {
    message: 'The Sealing Server answered with {status} {code}.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'exchange.server-refused': {
    message: 'The Sealing Server refused with {status} {code}.',
    status: 502,
    retryable: false,
    fault: 'caller',
  },
  'exchange.digest-mismatch': {
    message: 'What came from the Sealing Server is not what it said it sent; it was thrown away.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
  'batch.by-hash': {
    message:
      'A ZIP cannot be sealed by hash transfer. Put its documents into in/ one by one, or use a binding with transfer: document.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'batch.nothing-sealed': {
    message: 'None of the {documents} documents of the ZIP could be sealed (the first reason: {reason}).',
    status: 422,
    retryable: false,
    fault: 'document',
  },
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
    message:
      'The bindings {first} and {second} have the same folder {root} or the same name; each needs its own.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'exchange.name-taken': {
    message:
      '{name} exists already in {folder}/. Nothing is overwritten: Signet waits until that name is free.',
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
    message:
      'The sealed form of {name} does not have the digest that its record names; it was not delivered.',
    status: 502,
    retryable: true,
    fault: 'service',
  },
} as const satisfies Partial<Record<`${'exchange' | 'batch'}.${string}`, ErrorRow>>;
