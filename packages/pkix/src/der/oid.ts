// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** An object identifier in dotted decimal, for example `1.2.840.113549.1.7.2`. */
export type Oid = string;

interface Interned {
  readonly content: Uint8Array;
  readonly oid: Oid;
}

// Direct-mapped and of fixed size: hostile input can slow it down, never grow it.
const internedSlots = 2048;
const internedMaxBytes = 32;
const interned: (Interned | undefined)[] = new Array(internedSlots).fill(undefined);

/**
 * The dotted form of an OBJECT IDENTIFIER's content octets (X.690 §8.19). Equal identifiers give the same string object,
 * so that reading them again costs a table look-up.
 *
 * @throws SignetError `der.oid` if an arc is cut off or not in its shortest form
 */
export function decodeOid(bytes: Uint8Array, start = 0, end = bytes.length): Oid {
  const size = end - start;
  if (size > internedMaxBytes) return dotted(bytes, start, end);
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at]!, 0x01000193);
  const slot = (hash ^ (hash >>> 15)) & (internedSlots - 1);
  const known = interned[slot];
  if (known !== undefined && equalAt(known.content, bytes, start, size)) return known.oid;
  const oid = dotted(bytes, start, end);
  interned[slot] = { content: bytes.slice(start, end), oid };
  return oid;
}

function equalAt(content: Uint8Array, bytes: Uint8Array, start: number, size: number): boolean {
  if (content.length !== size) return false;
  for (let i = 0; i < size; i++) if (content[i] !== bytes[start + i]) return false;
  return true;
}

function dotted(bytes: Uint8Array, start: number, end: number): Oid {
  if (start === end || bytes[end - 1]! & 0x80) throw new SignetError('der.oid', { offset: start });
  let text = '';
  let at = start;
  while (at < end) {
    if (bytes[at] === 0x80) throw new SignetError('der.oid', { offset: at });
    let last = at;
    while (bytes[last]! & 0x80) last++;
    // 49 bits fit a number exactly; identifiers made from UUIDs (2.25) need more.
    const arc = last - at < 7 ? smallArc(bytes, at, last) : largeArc(bytes, at, last);
    text += at === start ? firstArcs(arc) : `.${arc}`;
    at = last + 1;
  }
  return text;
}

function firstArcs(arc: number | bigint): string {
  const root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
  return `${root}.${typeof arc === 'bigint' ? arc - BigInt(root * 40) : arc - root * 40}`;
}

function smallArc(bytes: Uint8Array, first: number, last: number): number {
  let value = 0;
  for (let at = first; at <= last; at++) value = value * 128 + (bytes[at]! & 0x7f);
  return value;
}

function largeArc(bytes: Uint8Array, first: number, last: number): bigint {
  // Arithmetic on ever longer numbers is quadratic; nothing registered comes near this size.
  if (last - first > 64) throw new SignetError('der.oid', { offset: first });
  let value = 0n;
  for (let at = first; at <= last; at++) value = (value << 7n) | BigInt(bytes[at]! & 0x7f);
  return value;
}

const encoded = new Map<Oid, Uint8Array>();

/**
 * The content octets of an OBJECT IDENTIFIER. Results are kept and shared: treat them as read-only.
 *
 * @throws TypeError if the text is not a dotted identifier
 */
export function encodeOid(oid: Oid): Uint8Array {
  const known = encoded.get(oid);
  if (known !== undefined) return known;
  if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(oid)) throw new TypeError(`not an object identifier: ${oid}`);
  const [root, second, ...rest] = oid.split('.').map(BigInt) as [bigint, bigint, ...bigint[]];
  if (root < 2n && second > 39n) throw new TypeError(`not an object identifier: ${oid}`);
  const octets: number[] = [];
  for (const arc of [root * 40n + second, ...rest]) appendArc(octets, arc);
  const content = Uint8Array.from(octets);
  if (encoded.size < 4096) encoded.set(oid, content);
  return content;
}

function appendArc(octets: number[], arc: bigint): void {
  const base128 = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) base128.unshift(Number(rest & 0x7fn) | 0x80);
  octets.push(...base128);
}
