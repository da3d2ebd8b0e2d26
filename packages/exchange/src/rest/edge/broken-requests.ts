// SPDX-License-Identifier: Apache-2.0
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { SignetError, uuidv7 } from '@signet/base';
import { problemMediaType, problemOf } from '../problem.ts';

/**
 * Answers what never became a request: header too large, header too slow, not HTTP. The answer is written to the socket
 * by hand, for there is no response object, and the connection ends.
 *
 * @param answering whether a response is under way on this socket, into which nothing may be written
 */
export function answerBrokenRequest(options: {
  readonly error: NodeJS.ErrnoException;
  readonly socket: Socket;
  readonly answering: boolean;
  readonly limits: { readonly headerBytes: number; readonly headerSeconds: number };
}): void {
  const { error, socket, answering, limits } = options;
  if (error.code === 'ECONNRESET' || answering || !socket.writable) {
    socket.destroy();
    return;
  }
  const body = JSON.stringify(problemOf(meaning(error, limits), uuidv7()));
  const { status } = meaning(error, limits).row;
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      `Content-Type: ${problemMediaType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}

function meaning(
  error: NodeJS.ErrnoException,
  limits: { readonly headerBytes: number; readonly headerSeconds: number },
): SignetError {
  if (error.code === 'HPE_HEADER_OVERFLOW') {
    return new SignetError('request.headers-too-large', { limitBytes: limits.headerBytes });
  }
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new SignetError('request.too-slow', { seconds: limits.headerSeconds, bytesPerSecond: 1 });
  }
  return new SignetError('request.malformed', { problem: 'it is not HTTP/1.1' }, error);
}
