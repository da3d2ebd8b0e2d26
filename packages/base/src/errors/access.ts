// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for identity and permission. */
export const accessErrors = {
  'access.no-identity': {
    message:
      'This needs an identity: send an API token (Authorization: Bearer …) or use an enrolled client certificate.',
    status: 401,
    retryable: false,
    fault: 'caller',
  },
  'access.malformed-authorization': {
    message: 'The Authorization header does not have the form "Bearer <token>".',
    status: 401,
    retryable: false,
    fault: 'caller',
  },
  'access.unknown-identity': {
    message: 'The API token or client certificate is not known here, or was revoked.',
    status: 401,
    retryable: false,
    fault: 'caller',
  },
  'access.expired': {
    message:
      'The API token or client certificate {identity} ran out on {expiredAt}. Ask an administrator for a new one.',
    status: 401,
    retryable: false,
    fault: 'caller',
  },
  'access.no-certificate': {
    message: 'Enrolment needs a TLS client certificate on this connection: it is the one that is enrolled.',
    status: 401,
    retryable: false,
    fault: 'caller',
  },
  'access.enrolment-code': {
    message: 'The enrolment code is not known, was used, or ran out. Ask an administrator for a new one.',
    status: 403,
    retryable: false,
    fault: 'caller',
  },
  'access.scope': {
    message: '{identity} has no right to this: it needs the scope {scope}.',
    status: 403,
    retryable: false,
    fault: 'caller',
  },
  'access.process': {
    message: '{identity} has no right to use the process {process}.',
    status: 403,
    retryable: false,
    fault: 'caller',
  },
  'access.transfer': {
    message: 'The process {process} does not allow the transfer of {transfer}.',
    status: 403,
    retryable: false,
    fault: 'configuration',
  },
} as const satisfies Partial<Record<`${'access'}.${string}`, ErrorRow>>;
