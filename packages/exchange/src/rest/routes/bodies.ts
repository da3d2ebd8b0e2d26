// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { SignetError } from '@signet/base';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ReceivedDocument, Spool } from '../../spool/spool.ts';
import { unsupportedMediaType } from '../edge/fastify-errors.ts';

/** Content types of a document. */
export const documentTypes = ['application/pdf', 'application/octet-stream'] as const;
/** Content types of a package of documents. */
export const packageTypes = ['application/zip', 'application/octet-stream'] as const;

/** Lets the routes of this scope take bodies of these types as streams, and no others. */
export function takeStreams(app: FastifyInstance, types: readonly string[]): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser([...types], async (_request: FastifyRequest, body: Readable) => body);
  refuseOthers(app, types);
}

/**
 * Lets the routes of this scope take JSON, and nothing else. Member names that would reach into a prototype are refused.
 * The digest of the bytes as they came is kept for `bodySha256`.
 */
export function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.decorateRequest('bodySha256', '');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.setDecorator('bodySha256', createHash('sha256').update(body).digest('hex'));
    // A byte order mark is tolerated, as RFC 8259 §8.1 lets a reader do.
    const text = body.toString().replace(/^\ufeff/, '');
    parse(request, text, (error, value) =>
      done(error === null ? null : new SignetError('request.invalid-json', {}, error), value),
    );
  });
  refuseOthers(app, ['application/json']);
}

function refuseOthers(app: FastifyInstance, accepted: readonly string[]): void {
  app.addContentTypeParser('*', async (request: FastifyRequest) => {
    throw unsupportedMediaType(request, accepted);
  });
}

/** SHA-256 of a JSON body as it came, lower-case hexadecimal. */
export function bodySha256(request: FastifyRequest): string {
  return request.getDecorator<string>('bodySha256');
}

/** The body as a stream; an empty one if none was sent. */
export function bodyStream(request: FastifyRequest): Readable {
  return request.body instanceof Readable ? request.body : Readable.from([]);
}

/** Removes what was spooled for a request once its answer has gone out or its caller is gone. */
export function removeAfterAnswer(reply: FastifyReply, spool: Spool, received: ReceivedDocument): void {
  if (!('path' in received)) return;
  const { path } = received;
  const remove = () => {
    spool
      .remove(path)
      .catch((error: unknown) => reply.log.error({ err: error }, 'A spooled file stays behind'));
  };
  if (reply.raw.closed) remove();
  else reply.raw.once('close', remove);
}

/** A signal that is aborted when the caller hangs up before it has its answer. */
export function callerGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) controller.abort();
  });
  return controller.signal;
}
