// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for what a REST caller sent. */
export const requestErrors = {
  'request.malformed': {
    message: 'This is not a request that can be read: {problem}.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'request.invalid': {
    message: 'The request does not say what it should at {where}: {problem}.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'request.invalid-json': {
    message: 'The body of the request is not valid JSON.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'request.aborted': {
    message: 'The connection ended before the whole body had come; nothing was done with it.',
    status: 400,
    retryable: false,
    fault: 'caller',
  },
  'request.unknown-path': {
    message: 'There is nothing at this path. The paths are listed in /api/v1/openapi.json.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'request.unknown-process': {
    message: 'There is no process named {process}.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'request.unknown-job': {
    message: 'There is no job {job}.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'request.unknown-batch': {
    message: 'There is no batch {batch}.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'request.no-document': {
    message: 'Job {job} has no sealed document here: it is {state}, or its answer carried the document.',
    status: 404,
    retryable: false,
    fault: 'caller',
  },
  'request.method-not-allowed': {
    message: '{method} is not possible on this path; possible: {allowed}.',
    status: 405,
    retryable: false,
    fault: 'caller',
  },
  'request.too-slow': {
    message:
      'The request came too slowly: it had {seconds} seconds, or must send {bytesPerSecond} bytes a second.',
    status: 408,
    retryable: true,
    fault: 'caller',
  },
  'request.in-progress': {
    message: 'Job {job}, asked for with the same Idempotency-Key, is not finished yet. Ask again later.',
    status: 409,
    retryable: true,
    fault: 'caller',
  },
  'request.not-finished': {
    message: '{what} is not finished yet. Ask again later.',
    status: 409,
    retryable: true,
    fault: 'caller',
  },
  'request.bytes-deleted': {
    message: 'Job {job} was sealed, and its bytes have been deleted since. Its record is kept.',
    status: 410,
    retryable: false,
    fault: 'caller',
  },
  'request.too-large': {
    message: 'The body is larger than the {limitBytes} bytes allowed.',
    status: 413,
    retryable: false,
    fault: 'caller',
  },
  'request.unsupported-media-type': {
    message: 'The Content-Type {given} cannot be taken here; possible: {accepted}.',
    status: 415,
    retryable: false,
    fault: 'caller',
  },
  'request.empty-document': {
    message: 'The document is empty: no bytes came.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'request.idempotency-mismatch': {
    message: 'This Idempotency-Key came before with another body. Use a new key for a new document.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'request.wrong-digest-size': {
    message:
      'A DocHash of process {process} is a {digestAlgorithm} of {wantedBytes} bytes; {givenBytes} came.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'request.headers-too-large': {
    message: 'The header of the request is larger than the {limitBytes} bytes allowed.',
    status: 431,
    retryable: false,
    fault: 'caller',
  },
} as const satisfies Partial<Record<`${'request'}.${string}`, ErrorRow>>;
