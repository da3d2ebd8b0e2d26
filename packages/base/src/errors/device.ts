// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for signature creation devices. */
export const deviceErrors = {
  'device.algorithm-not-offered': {
    message:
      'The credential {credential} cannot sign with {algorithm}. Choose one of the algorithms that it offers.',
    status: 500,
    retryable: false,
    fault: 'configuration',
  },
  'device.deadline': {
    message:
      'The caller of the credential {credential} was gone, or its time was up, before a signature was made.',
    status: 503,
    retryable: true,
    fault: 'device',
  },
  'device.wrong-signature': {
    message:
      'The device gave a signature value for the credential {credential} that its certificate does not verify. It was thrown away.',
    status: 503,
    retryable: true,
    fault: 'device',
  },
} as const satisfies Partial<Record<`${'device'}.${string}`, ErrorRow>>;
