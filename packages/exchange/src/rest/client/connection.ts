// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { ApiTimeouts, SealingApiConnection } from './sealing-api.ts';

const defaultTimeouts: ApiTimeouts = { connectSeconds: 10, answerSeconds: 180, bodySeconds: 60 };

/** The pool of TLS connections to one server, by way of a proxy if one is set. */
export function connectionPool(connection: SealingApiConnection): Dispatcher {
  const timeouts = { ...defaultTimeouts, ...connection.timeouts };
  const tls = {
    minVersion: 'TLSv1.2' as const,
    ...(connection.ca === undefined ? {} : { ca: connection.ca }),
    ...(connection.clientCertificate === undefined
      ? {}
      : { cert: connection.clientCertificate.certificate, key: connection.clientCertificate.key }),
  };
  const common = {
    connections: connection.connections ?? 16,
    headersTimeout: timeouts.answerSeconds * 1000,
    bodyTimeout: timeouts.bodySeconds * 1000,
    // Below what servers hold idle connections open for, so that no request is sent into one that is closing.
    keepAliveTimeout: 10_000,
    connectTimeout: timeouts.connectSeconds * 1000,
  };
  const { proxy } = connection;
  if (proxy === undefined)
    return new Agent({ ...common, connect: { ...tls, timeout: common.connectTimeout } });
  return new ProxyAgent({
    ...common,
    uri: proxy.url,
    ...(proxy.user === undefined ? {} : { token: basic(proxy.user, proxy.password ?? '') }),
    ...(proxy.ca === undefined ? {} : { proxyTls: { ca: proxy.ca } }),
    requestTls: tls,
  });
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/**
 * What a failed exchange means: the server's certificate is not trusted, or there is no (whole) answer. Whether the
 * request was carried out is not known then; who needs to know sends it again with the same Idempotency-Key.
 */
export function connectionError(error: unknown): SignetError {
  const { code, name } = innermost(error);
  const reason = code ?? name ?? 'unknown';
  const untrusted = /CERT|SELF_SIGNED|UNABLE_TO_|ALTNAME/.test(reason);
  return new SignetError(
    untrusted ? 'exchange.server-untrusted' : 'exchange.server-unavailable',
    { reason },
    error,
  );
}

function innermost(error: unknown): { readonly code?: string; readonly name?: string } {
  let at = error;
  while (at instanceof Error && at.cause instanceof Error) at = at.cause;
  if (!(at instanceof Error)) return {};
  const first = at instanceof AggregateError ? at.errors[0] : at;
  const code = first instanceof Error && 'code' in first ? first.code : undefined;
  return { ...(typeof code === 'string' ? { code } : {}), name: at.name };
}
