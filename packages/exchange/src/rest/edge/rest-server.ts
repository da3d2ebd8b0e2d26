// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import { uuidv7 } from '@signet/base';
import {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  fastify,
  LogController,
} from 'fastify';
import type { RestLimits } from '../limits.ts';
import { answerBrokenRequest } from './broken-requests.ts';
import { codedError } from './fastify-errors.ts';
import { knownPaths } from './known-paths.ts';
import { sendProblem } from './send-problem.ts';

/** PEM of what a listener shows: certificate with its intermediates, and key. */
export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
}

/** What a program's listener needs. */
export interface RestServerOptions {
  readonly tls: TlsFiles;
  readonly limits: RestLimits;
  /** Internal faults are logged under the id that the caller gets. Absent: nothing is logged. */
  readonly logger?: FastifyBaseLogger;
}

/**
 * Makes the HTTPS server of a program, without routes: TLS 1.2 or later; client certificates are asked for and not
 * judged (identities are found by fingerprint); every way to fail, before a route, in it and without one, is answered
 * by a problem document. Every answer carries `Signet-Request-Id`.
 */
export function createRestServer(options: RestServerOptions): FastifyInstance<Server> {
  const { limits, logger } = options;
  const answering = new WeakSet<Socket>();
  const onError = (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const coded = codedError(error, request, limits);
    if (coded.row.status >= 500) request.log.error({ err: coded, cause: coded.cause }, coded.message);
    return sendProblem(request, reply, coded, limits);
  };
  const app = fastify({
    https: {
      ...secureContext(options.tls),
      minVersion: 'TLSv1.2',
      requestCert: true,
      rejectUnauthorized: false,
      handshakeTimeout: limits.headerSeconds * 1000,
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headerSeconds * 1000,
      connectionsCheckingInterval: Math.min(5000, limits.headerSeconds * 500),
    },
    ...(logger === undefined ? { logger: false } : { loggerInstance: logger }),
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    bodyLimit: limits.jsonBytes,
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 100 },
    frameworkErrors: (error, request, reply) =>
      onError(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: (error, socket) =>
      answerBrokenRequest({ error, socket, answering: answering.has(socket), limits }),
  });
  const common = app as unknown as FastifyInstance;
  const withoutRoute = knownPaths(common);
  common.setErrorHandler(onError);
  common.setNotFoundHandler((request, reply) => onError(withoutRoute(request), request, reply));
  common.addHook('onRequest', async (request, reply) => {
    reply.header('signet-request-id', request.id);
    // Before the body is looked at: what has no route has no parser either.
    if (request.is404) throw withoutRoute(request);
  });
  common.addHook('onResponse', async (request) => linger(request.raw, limits));
  watchSockets(app.server, answering);
  return app;
}

/** Shows another certificate to connections from now on; those that are open go on. */
export function renewCertificate(app: FastifyInstance<Server>, tls: TlsFiles): void {
  app.server.setSecureContext({ ...secureContext(tls), minVersion: 'TLSv1.2' });
}

function secureContext(tls: TlsFiles): { cert: string; key: string } {
  return { cert: tls.certificate, key: tls.key };
}

/**
 * Keeps account of the sockets on which a request is being answered, and lets a caller who waits for `100 Continue`
 * (RFC 9110 §10.1.1) wait until its request was admitted: see `continueUpload`.
 */
function watchSockets(server: Server, answering: WeakSet<Socket>): void {
  const follow = (request: IncomingMessage, response: ServerResponse) => {
    answering.add(request.socket);
    response.once('close', () => answering.delete(request.socket));
  };
  server.prependListener('request', follow);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
}

const waiting = new WeakSet<IncomingMessage>();

/** Tells a caller who waits for it that its body is wanted. */
export function continueUpload(request: FastifyRequest, reply: FastifyReply): void {
  if (waiting.delete(request.raw)) reply.raw.writeContinue();
}

/**
 * After an answer that came before the end of the body: reads on for a moment and throws it away, then ends the
 * connection. Ending it at once would reset it, and the caller might never see the answer.
 */
function linger(request: IncomingMessage, { lingerSeconds, lingerBytes }: RestLimits): void {
  const { socket } = request;
  if (request.complete || socket.destroyed) return;
  let left = lingerBytes;
  const timer = setTimeout(() => socket.destroy(), lingerSeconds * 1000);
  request.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  request.unpipe();
  request.on('data', (chunk: Uint8Array) => {
    left -= chunk.length;
    if (left < 0) socket.destroy();
  });
}
