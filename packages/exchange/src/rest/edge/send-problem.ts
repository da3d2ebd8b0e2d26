// SPDX-License-Identifier: Apache-2.0
import type { SignetError } from '@signet/base';
import type { ResultRecord } from '@signet/sealing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problemMediaType, problemOf } from '../problem.ts';

/** How an error is answered. */
export interface ProblemAnswer {
  readonly retryAfterSeconds: number;
  /** Of the job, where the answer must carry it. */
  readonly record?: ResultRecord;
}

/** What may have been set already for a document that then could not be read. */
const documentFields = [
  'repr-digest',
  'signet-level',
  'signet-warnings',
  'content-disposition',
  'content-length',
];

/** Answers with the problem document of an error and the header fields that go with its status. */
export function sendProblem(
  request: FastifyRequest,
  reply: FastifyReply,
  error: SignetError,
  answer: ProblemAnswer,
): FastifyReply {
  const { status, retryable } = error.row;
  for (const field of documentFields) reply.removeHeader(field);
  if (status === 401) {
    // RFC 9110 §11.6.1 asks for the challenge, RFC 6750 §3 for the word.
    reply.header(
      'www-authenticate',
      error.code === 'access.no-identity'
        ? 'Bearer realm="signet"'
        : 'Bearer realm="signet", error="invalid_token"',
    );
  }
  if (status === 405 && typeof error.details.allowed === 'string')
    reply.header('allow', error.details.allowed);
  if (retryable) reply.header('retry-after', answer.retryAfterSeconds);
  return reply
    .code(status)
    .type(problemMediaType)
    .header('cache-control', 'no-store')
    .send(Buffer.from(JSON.stringify(problemOf(error, request.id, answer.record))));
}
