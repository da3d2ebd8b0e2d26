// SPDX-License-Identifier: Apache-2.0
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** What came in. */
export interface Request {
  readonly method: string;
  /** Decoded path without query. */
  readonly path: string;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** What goes out. */
export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
}

/** Answers one request. */
export type Handler = (request: Request) => Reply;

/** No request of any trust service comes near this size. */
const maxBodyBytes = 65_536;

/** A reply in plain words. */
export function plain(status: number, text: string): Reply {
  return { status, contentType: 'text/plain; charset=utf-8', body: Buffer.from(`${text}\n`) };
}

/**
 * Makes a listener for `node:http` of a handler. Bodies over 64 KiB get 413 and the connection ends; what the handler
 * throws becomes a bare 500 and is told to `onError`.
 */
export function listenerOf(handler: Handler, onError: (error: unknown) => void): RequestListener {
  return (message, response) => {
    readBody(message, (body) => {
      if (body === undefined) {
        response.setHeader('connection', 'close');
        return send(response, plain(413, 'The request is too large.'));
      }
      try {
        send(response, answer(handler, message, body));
      } catch (error) {
        onError(error);
        send(response, plain(500, 'The service failed.'));
      }
    });
  };
}

function answer(handler: Handler, message: IncomingMessage, body: Uint8Array): Reply {
  const path = pathOf(message.url ?? '/');
  if (path === undefined) return plain(400, 'The path cannot be read.');
  const contentType = (message.headers['content-type'] ?? '').split(';', 1)[0]!.trim().toLowerCase();
  return handler({ method: message.method ?? 'GET', path, contentType, body });
}

function pathOf(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?', 1)[0]!);
  } catch {
    return undefined;
  }
}

/** Collects the body; gives undefined, once, as soon as it is too large. */
function readBody(message: IncomingMessage, done: (body: Uint8Array | undefined) => void): void {
  const chunks: Uint8Array[] = [];
  let size = 0;
  message.on('data', (chunk: Uint8Array) => {
    if (size > maxBodyBytes) return;
    size += chunk.length;
    chunks.push(chunk);
    if (size > maxBodyBytes) done(undefined);
  });
  message.on('end', () => {
    if (size <= maxBodyBytes) done(Buffer.concat(chunks));
  });
  // A client that goes away in the middle wants no answer any more.
  message.on('error', () => {});
}

function send(response: ServerResponse, { status, contentType, body }: Reply): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': body.length });
  response.end(body);
}
