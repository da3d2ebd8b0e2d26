// SPDX-License-Identifier: Apache-2.0
import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { isSignetError, SignetError } from '@signet/base';
import { type Dispatcher, request } from 'undici';
import { apiPrefix } from '../paths.ts';
import { errorOfProblem } from '../problem.ts';
import { connectionError, connectionPool } from './connection.ts';
import type { SealingApiConnection } from './sealing-api.ts';

/** One call below `/api/v1`. */
export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | Readable | string;
  readonly signal?: AbortSignal;
}

/** A good answer whose body has not been read. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable & { json(): Promise<unknown>; dump(): Promise<void> };
}

/** Sends calls over one pool of connections; bad answers are thrown as the errors they tell of. */
export interface HttpCalls {
  /** @throws SignetError the server's own code, or one of `exchange.*` */
  send(call: HttpCall): Promise<HttpAnswer>;
  /** Sends a call whose answer is JSON; undefined if it has no body. */
  json(call: HttpCall): Promise<unknown>;
  close(): Promise<void>;
}

/** Largest problem document that is read. */
const problemBytes = 1 << 16;

/** Makes the calls of one server. */
export function httpCalls(connection: SealingApiConnection): HttpCalls {
  const pool = connectionPool(connection);
  const authorization = connection.token === undefined ? {} : { authorization: `Bearer ${connection.token}` };
  const base = new URL(connection.baseUrl).origin;

  const send = async (call: HttpCall): Promise<HttpAnswer> => {
    const answer = await exchange(pool, `${base}${apiPrefix}${call.path}`, {
      ...call,
      headers: { ...authorization, ...call.headers },
    });
    const { statusCode: status, headers, body } = answer;
    if (status >= 200 && status < 300) return { status, headers, body };
    throw errorOfProblem(await problemBody(body), status);
  };
  return {
    send,
    json: async (call) => {
      const { status, body } = await send(call);
      if (status === 204) {
        await body.dump();
        return undefined;
      }
      return readJson(body, status);
    },
    close: () => pool.close(),
  };
}

async function exchange(pool: Dispatcher, url: string, call: HttpCall): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, {
      dispatcher: pool,
      method: call.method,
      headers: { ...call.headers },
      body: call.body ?? null,
      ...(call.signal === undefined ? {} : { signal: call.signal }),
    });
  } catch (error) {
    if (isSignetError(error)) throw error;
    throw connectionError(error);
  } finally {
    // undici destroys a body that it could not send; one that it never touched is ours to end.
    if (call.body instanceof Readable) call.body.destroy();
  }
}

async function readJson(body: { json(): Promise<unknown> }, status: number): Promise<unknown> {
  try {
    return await body.json();
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new SignetError('exchange.server-error', { status, code: 'without JSON' }, error);
    }
    throw connectionError(error);
  }
}

/** The problem document of a bad answer, or undefined for whatever else a proxy between may say. */
async function problemBody(body: Readable): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const chunk of body) {
      size += chunk.length;
      if (size > problemBytes) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    // The status is known; why the body is not readable adds nothing to it.
    return undefined;
  }
}
