// SPDX-License-Identifier: Apache-2.0
import { BlockList, isIP } from 'node:net';

/** Networks that are not the public Internet (IANA special-purpose registries, RFC 6890). */
const notPublic = new BlockList();

for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv4');
}

for (const [network, bits] of [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001:db8::', 32],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  notPublic.addSubnet(network, bits, 'ipv6');
}

/** Whether an IP address is private, link-local, loopback, multicast or otherwise not of the public Internet. */
export function isPrivateAddress(address: string): boolean {
  const plain = address.split('%')[0]!;
  if (isIP(plain) === 4) return notPublic.check(plain, 'ipv4');
  // IPv4 inside IPv6 (mapped, NAT64, 6to4) reaches the same machines as the IPv4 address.
  const embedded = embeddedIpv4(plain);
  return (embedded !== undefined && notPublic.check(embedded, 'ipv4')) || notPublic.check(plain, 'ipv6');
}

function embeddedIpv4(address: string): string | undefined {
  const groups = expanded(address);
  const prefix = groups.slice(0, 6).join(':');
  if (prefix === '0:0:0:0:0:65535' || prefix === '100:65435:0:0:0:0' || prefix === '0:0:0:0:0:0') {
    return dotted(groups[6]!, groups[7]!);
  }
  return groups[0] === 0x2002 ? dotted(groups[1]!, groups[2]!) : undefined;
}

/** The eight groups of an IPv6 address as numbers. */
function expanded(address: string): readonly number[] {
  const canonical = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groupsOf = (text: string) =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const front = groupsOf(head);
  if (tail === undefined) return front;
  const back = groupsOf(tail);
  return [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
}

function dotted(high: number, low: number): string {
  return `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;
}
