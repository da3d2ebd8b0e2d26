// SPDX-License-Identifier: Apache-2.0
import { lookup as lookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { rootCertificates } from 'node:tls';
import { isSignetError, SignetError } from '@signet/base';
import { Agent, type Dispatcher, ProxyAgent, request } from 'undici';
import { type EgressConnection, type EgressHost, type EgressPolicy, hostName, hostRow } from './policy.ts';
import { isPrivateAddress } from './private-address.ts';

/** A request to an outside service. */
export interface OutgoingRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** From the first byte out to the last byte in. */
  readonly timeoutSeconds: number;
  /** Larger answers are broken off. */
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal;
}

/** The answer as it came, whatever its status. */
export interface OutgoingResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The one way out: everything that asks an outside service asks through it. */
export interface Egress {
  /**
   * Sends a request. A redirect is followed (at most three times) only where the policy allows its target too.
   *
   * @throws SignetError `egress.*`; the reason of `signal` if it ends the request
   */
  send(outgoing: OutgoingRequest): Promise<OutgoingResponse>;
  /** Ends all connections. */
  close(): Promise<void>;
}

const maxRedirects = 3;

/**
 * Makes the way out under a policy. Connections are kept and used again.
 *
 * @param resolve how names become addresses; the system's resolver by default
 */
export function openEgress(policy: EgressPolicy, resolve: LookupFunction = systemLookup): Egress {
  const dispatchers = new Map<EgressHost, Dispatcher>();
  const hosts = policy.kind === 'none' ? [] : policy.hosts;
  const dispatcherOf = (row: EgressHost): Dispatcher => {
    const known = dispatchers.get(row);
    if (known !== undefined) return known;
    const dispatcher = openDispatcher(row, policy.kind === 'none' ? {} : policy, resolve);
    dispatchers.set(row, dispatcher);
    return dispatcher;
  };
  return {
    async send(outgoing) {
      const deadline = AbortSignal.timeout(outgoing.timeoutSeconds * 1000);
      const signal = outgoing.signal === undefined ? deadline : AbortSignal.any([deadline, outgoing.signal]);
      let url = parseUrl(outgoing.url);
      let headers = outgoing.headers ?? {};
      for (let redirects = 0; ; redirects++) {
        const row = allowedRow(hosts, url);
        const answer = await exchange(url, { ...outgoing, headers, signal }, dispatcherOf(row), deadline);
        const target = redirectTarget(url, answer, outgoing.method);
        if (target === undefined) return answer;
        if (redirects >= maxRedirects)
          throw new SignetError('egress.redirect', { host: url.host, status: answer.status });
        if (target.origin !== url.origin) headers = withoutLogin(headers);
        url = target;
      }
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
      dispatchers.clear();
    },
  };
}

function parseUrl(text: string): URL {
  const url = URL.parse(text);
  if (
    url === null ||
    (url.protocol !== 'https:' && url.protocol !== 'http:') ||
    url.username ||
    url.password
  ) {
    throw new SignetError('egress.url', { url: text.replace(/\/\/[^/]*@/, '//') });
  }
  return url;
}

function allowedRow(hosts: readonly EgressHost[], url: URL): EgressHost {
  const row = hostRow(hosts, url);
  if (row === undefined) throw new SignetError('egress.not-allowed', { host: url.host });
  if (url.protocol === 'http:' && !row.allowPlain)
    throw new SignetError('egress.plain-http', { host: url.host });
  const name = hostName(url);
  // A literal address is never looked up, so it is judged here.
  if (isIP(name) !== 0 && !row.allowPrivate && isPrivateAddress(name)) {
    throw new SignetError('egress.private-address', { host: url.host, address: name });
  }
  return row;
}

function openDispatcher(row: EgressHost, connection: EgressConnection, resolve: LookupFunction): Dispatcher {
  const { proxy } = connection;
  const timeout = (connection.connectSeconds ?? 5) * 1000;
  const extraRoots = [connection.caPem, row.caPem].filter((pem) => pem !== undefined);
  const tls = {
    ...(extraRoots.length === 0 ? {} : { ca: [...rootCertificates, ...extraRoots] }),
    ...(row.clientCertificate === undefined
      ? {}
      : { cert: row.clientCertificate.certificatePem, key: row.clientCertificate.keyPem }),
  };
  const direct = proxy === undefined || row.allowPrivate || proxy.bypass?.includes(row.host);
  if (direct) {
    const lookup = row.allowPrivate ? resolve : publicOnly(resolve);
    return new Agent({ connect: { ...tls, lookup, timeout }, pipelining: 1 });
  }
  const login = Buffer.from(`${proxy.user ?? ''}:${proxy.password ?? ''}`, 'utf8').toString('base64');
  return new ProxyAgent({
    uri: proxy.url,
    proxyTunnel: true,
    requestTls: { ...tls, timeout },
    ...(proxy.user === undefined ? {} : { token: `Basic ${login}` }),
  });
}

/** Judges the addresses after the name was resolved, at the moment of connecting: a name cannot point elsewhere later. */
function publicOnly(resolve: LookupFunction): LookupFunction {
  return (name, options, done) =>
    resolve(name, options, (error, address, family) => {
      if (error) return done(error, address, family);
      const addresses = typeof address === 'string' ? [address] : address.map((each) => each.address);
      const bad = addresses.find(isPrivateAddress);
      if (bad === undefined) return done(null, address, family);
      return done(new SignetError('egress.private-address', { host: name, address: bad }), address, family);
    });
}

const systemLookup: LookupFunction = (name, options, done) => {
  lookupAddress(name, options, done);
};

async function exchange(
  url: URL,
  outgoing: OutgoingRequest,
  dispatcher: Dispatcher,
  deadline: AbortSignal,
): Promise<OutgoingResponse> {
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher,
      method: outgoing.method,
      ...(outgoing.headers === undefined ? {} : { headers: outgoing.headers }),
      ...(outgoing.body === undefined ? {} : { body: outgoing.body }),
      ...(outgoing.signal === undefined ? {} : { signal: outgoing.signal }),
    });
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > outgoing.maxResponseBytes) {
        throw new SignetError('egress.too-large', { host: url.host, limit: outgoing.maxResponseBytes });
      }
      chunks.push(chunk);
    }
    return { status: statusCode, headers: flattened(headers), body: Buffer.concat(chunks, size) };
  } catch (error) {
    throw translated(error, url, outgoing, deadline);
  }
}

function translated(error: unknown, url: URL, outgoing: OutgoingRequest, deadline: AbortSignal): unknown {
  const host = url.host;
  if (deadline.aborted)
    return new SignetError('egress.timeout', { host, seconds: outgoing.timeoutSeconds }, error);
  if (outgoing.signal?.aborted) return outgoing.signal.reason;
  for (let cause = error; cause instanceof Error; cause = cause.cause) if (isSignetError(cause)) return cause;
  const reason = error instanceof Error && 'code' in error ? String(error.code) : 'no connection';
  return new SignetError('egress.unreachable', { host, reason }, error);
}

function redirectTarget(url: URL, { status, headers }: OutgoingResponse, method: string): URL | undefined {
  if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308)
    return undefined;
  // 301 to 303 turn a POST into a GET, which no trust service means.
  const followed = method === 'GET' || status === 307 || status === 308;
  const target = followed && headers.location !== undefined ? URL.parse(headers.location, url) : null;
  if (target === null) throw new SignetError('egress.redirect', { host: url.host, status });
  return parseUrl(target.href);
}

/** What may be told to another origin: a login was meant for the first one alone. */
function withoutLogin(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^(accept|content-type)$/i.test(name)),
  );
}

function flattened(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), typeof value === 'string' ? value : value.join(', ')]],
    ),
  );
}
