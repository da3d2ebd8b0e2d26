// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Egress } from '../egress/index.ts';

/** Where a value is asked for, and by which way out. */
export interface RevocationExchange {
  readonly egress: Egress;
  readonly url: string;
  /** From the first byte out to the last byte in. */
  readonly timeoutSeconds: number;
  /** Larger answers are broken off. */
  readonly maxBytes: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * Asks an OCSP responder (RFC 6960 appendix A) and gives its answer as it came; `judgeOcspValue` says what it is worth.
 * By POST, since answers to GET come out of caches that know nothing of nonces.
 *
 * @param query DER of the OCSPRequest
 * @throws SignetError `egress.*`, `trust.http-status`
 */
export function askOcspResponder(exchange: RevocationExchange, query: Uint8Array): Promise<Uint8Array> {
  return send(exchange, {
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request', accept: 'application/ocsp-response' },
    body: query,
  });
}

/**
 * Fetches what a certificate points to, a revocation list or its issuer's certificate, as it came (RFC 5280 §4.2.1.13,
 * §4.2.2.1). Content types are not looked at: they are wrong at many authorities, and what came is judged by itself.
 *
 * @throws SignetError `egress.*`, `trust.http-status`
 */
export function fetchPublished(exchange: RevocationExchange): Promise<Uint8Array> {
  return send(exchange, { method: 'GET' });
}

async function send(
  { egress, url, timeoutSeconds, maxBytes, signal }: RevocationExchange,
  request: {
    readonly method: 'GET' | 'POST';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array;
  },
): Promise<Uint8Array> {
  const { status, body } = await egress.send({
    url,
    timeoutSeconds,
    maxResponseBytes: maxBytes,
    ...request,
    ...(signal && { signal }),
  });
  if (status !== 200) throw new SignetError('trust.http-status', { url, status });
  return body;
}
