// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** Where outgoing connections may go. Nothing is ever fetched because a document or a certificate names it. */
export type EgressPolicy =
  /** No connection at all: validation of uploads, and houses without a way out. */
  | { readonly kind: 'none' }
  /** The hosts that an administrator configured, and no others. */
  | ({ readonly kind: 'configured'; readonly hosts: readonly EgressHost[] } & EgressConnection);

/** A host that may be connected to, and how. */
export interface EgressHost {
  /** Name or address as it stands in URLs, without brackets. */
  readonly host: string;
  /** The port; any by default. */
  readonly port?: number;
  /** Whether its addresses may be private, link-local or loopback. */
  readonly allowPrivate?: boolean;
  /** Whether `http:` may be used. */
  readonly allowPlain?: boolean;
  /** PEM of CA certificates that are trusted for this host, beside the public ones. */
  readonly caPem?: string;
  /** PEM of the certificate chain and key for mutual TLS. */
  readonly clientCertificate?: { readonly certificatePem: string; readonly keyPem: string };
}

/** What holds for all connections. */
export interface EgressConnection {
  /** An HTTP proxy; hosts in `bypass` and hosts with `allowPrivate` are reached without it. */
  readonly proxy?: {
    readonly url: string;
    readonly user?: string;
    readonly password?: string;
    readonly bypass?: readonly string[];
  };
  /** PEM of CA certificates that are trusted beside the public ones. */
  readonly caPem?: string;
  /** Until the connection stands; default 5. */
  readonly connectSeconds?: number;
}

/**
 * Reads how people name a host: `host`, or `host:port` for one port alone; an IPv6 address in brackets.
 *
 * @throws SignetError `egress.url` if it is no host
 */
export function namedHost(named: string): Pick<EgressHost, 'host' | 'port'> {
  const url = URL.parse(`http://${named}`);
  const [, port] = /:(\d+)$/.exec(named) ?? [];
  if (url === null || url.pathname !== '/' || url.search || url.username)
    throw new SignetError('egress.url', { url: named });
  return { host: hostName(url), ...(port !== undefined && { port: Number(port) }) };
}

/** The configured row for a URL's host and port, or undefined. */
export function hostRow(hosts: readonly EgressHost[], url: URL): EgressHost | undefined {
  const name = hostName(url);
  const port = Number(url.port) || (url.protocol === 'http:' ? 80 : 443);
  return hosts.find(
    (row) => row.host.toLowerCase() === name && (row.port === undefined || row.port === port),
  );
}

/** The host of a URL without the brackets of IPv6. */
export function hostName(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}
