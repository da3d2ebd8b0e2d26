// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for the sealing path. */
export const sealErrors = {
  'seal.lease-lost': {
    message: 'Another process took the job over; what was made here is not released. Try again.',
    status: 503,
    retryable: true,
    fault: 'signet',
  },
  'seal.attempt-not-live': {
    message: 'Attempt {attempt} of the job is closed; what it made is not released. Try again.',
    status: 503,
    retryable: true,
    fault: 'signet',
  },
  'seal.hole-too-small': {
    message:
      'The complete signature needs {needed} bytes but the document reserves {reserved}. Prepare it with the bytes that the process view names.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'seal.hole-unsettled': {
    message:
      'The signature outgrew the {reserved} bytes reserved for it twice (now {needed}). Nothing was released; try again.',
    status: 503,
    retryable: true,
    fault: 'service',
  },
  'seal.level-unprovided': {
    message:
      'Level {level} needs a time-stamping authority, trust anchors and the hosts where revocation may be asked for.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'seal.level-needs-document': {
    message:
      'The process {process} seals at level {level}, whose validation data are stored in the document: send the document, or use a process of level B-T.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'seal.credential-unfit': {
    message:
      'The credential {credential} cannot make the signature algorithm that the process asks for ({algorithm}).',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
} as const satisfies Partial<Record<`${'seal'}.${string}`, ErrorRow>>;
