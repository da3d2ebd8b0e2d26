// SPDX-License-Identifier: Apache-2.0
import { isIP } from 'node:net';

/** The two kinds of GeneralName that name a host. */
export type HostName =
  | { readonly kind: 'dns'; readonly text: string }
  | { readonly kind: 'ip'; readonly octets: Uint8Array };

/**
 * The subjectAltName of a TLS server: an address in text becomes an iPAddress, everything else a dNSName
 * (RFC 5280 §4.2.1.6, RFC 9525 §4). Clients look at these alone, never at the common name.
 *
 * @param host host name, IPv4 or IPv6 address (without brackets)
 */
export function hostName(host: string): HostName {
  const version = isIP(host);
  if (version === 0) return { kind: 'dns', text: host };
  return { kind: 'ip', octets: version === 4 ? ipv4Octets(host) : ipv6Octets(host) };
}

function ipv4Octets(address: string): Uint8Array {
  return Uint8Array.from(address.split('.'), Number);
}

function ipv6Octets(address: string): Uint8Array {
  // The URL parser gives the canonical form without embedded IPv4 (RFC 5952); only `::` is left to fill.
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const [first, last] = [groups(head), groups(tail ?? '')];
  const zeros = new Array(8 - first.length - last.length).fill('0');
  const words = [...first, ...zeros, ...last].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(words.flatMap((word) => [word >> 8, word & 0xff]));
}
