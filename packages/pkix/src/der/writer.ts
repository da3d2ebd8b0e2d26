// SPDX-License-Identifier: Apache-2.0
import { encodeOid, type Oid } from './oid.ts';
import { contextPrimitive, context as contextTag, type Tag, tags } from './tag.ts';
import { formatGeneralizedTime, formatUtcTime } from './time.ts';

/**
 * A value to be encoded: ready bytes (one or more whole elements, taken as they are), or a node made by the functions here.
 * Lengths are known as nodes are made, so `encodeDer` allocates once and copies each byte once.
 */
export type DerValue = Uint8Array | DerNode;

/** An element that is not yet bytes. */
export class DerNode {
  readonly tag: Tag;
  readonly parts: readonly DerValue[];
  readonly contentLength: number;
  /** Bytes of the whole element. */
  readonly length: number;

  constructor(tag: Tag, parts: readonly DerValue[]) {
    let length = 0;
    for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
    this.tag = tag;
    this.parts = parts;
    this.contentLength = length;
    this.length = length + headerLength(tag, length);
  }
}

/** The DER encoding of a value. */
export function encodeDer(value: DerValue): Uint8Array {
  const target = new Uint8Array(value.length);
  write(target, value, 0);
  return target;
}

/** The DER encodings of values, one after the other. */
export function encodeDerAll(values: readonly DerValue[]): Uint8Array {
  const target = new Uint8Array(values.reduce((sum, value) => sum + value.length, 0));
  let at = 0;
  for (const value of values) at = write(target, value, at);
  return target;
}

/** SEQUENCE. Undefined parts are OPTIONAL ones that are absent. */
export function sequence(...parts: readonly (DerValue | undefined)[]): DerNode {
  return new DerNode(tags.sequence, present(parts));
}

/** SEQUENCE OF. */
export function sequenceOf(parts: readonly DerValue[]): DerNode {
  return new DerNode(tags.sequence, parts);
}

/** SET OF: sorted by encoding as DER asks (X.690 §11.6). */
export function setOf(parts: readonly DerValue[], tag: Tag = tags.set): DerNode {
  if (parts.length < 2) return new DerNode(tag, parts);
  return new DerNode(tag, parts.map(encodeDer).sort(Buffer.compare));
}

/** `[number] EXPLICIT`, or `[number] IMPLICIT` over SEQUENCE (OF) when given its parts. */
export function context(number: number, ...parts: readonly (DerValue | undefined)[]): DerNode {
  return new DerNode(contextTag(number), present(parts));
}

/** `[number] IMPLICIT` over a primitive or constructed value: the same content under another tag. */
export function implicit(number: number, value: DerNode): DerNode {
  const tag = value.tag & 0x20 ? contextTag(number) : contextPrimitive(number);
  return new DerNode(tag, value.parts);
}

/** Any element with these content octets. */
export function element(tag: Tag, ...content: readonly DerValue[]): DerNode {
  return new DerNode(tag, content);
}

/** INTEGER. Bytes are taken as a non-negative number, most significant octet first. */
export function integer(value: number | bigint | Uint8Array, tag: Tag = tags.integer): DerNode {
  if (typeof value === 'number' && value >= 0 && value < 0x80) return new DerNode(tag, [smallOctets[value]!]);
  return new DerNode(tag, [
    typeof value === 'object' ? unsignedOctets(value) : twosComplement(BigInt(value)),
  ]);
}

/** ENUMERATED. */
export function enumerated(value: number): DerNode {
  return integer(value, tags.enumerated);
}

/** OBJECT IDENTIFIER. @throws TypeError if the text is not one */
export function oid(value: Oid): DerNode {
  return new DerNode(tags.oid, [encodeOid(value)]);
}

/** OCTET STRING of the given octets, or around a value that is encoded inside. */
export function octetString(...content: readonly DerValue[]): DerNode {
  return new DerNode(tags.octetString, content);
}

/** BIT STRING of whole octets, or with unused low bits in the last one (which must be zero). */
export function bitString(content: DerValue, unusedBits = 0): DerNode {
  return new DerNode(tags.bitString, [smallOctets[unusedBits]!, content]);
}

/** A BIT STRING whose named bits are a list (X.690 §11.2.2): trailing zero bits are left out. */
export function namedBits(bits: readonly number[]): DerNode {
  const highest = Math.max(-1, ...bits);
  const octets = new Uint8Array((highest >> 3) + 1);
  for (const bit of bits) octets[bit >> 3]! |= 0x80 >> (bit & 7);
  return bitString(octets, highest < 0 ? 0 : 7 - (highest & 7));
}

/** BOOLEAN. */
export function boolean(value: boolean): DerNode {
  return new DerNode(tags.boolean, [value ? trueOctet : smallOctets[0]!]);
}

/** `BOOLEAN DEFAULT FALSE`: absent when false (X.690 §11.5). */
export function booleanOrAbsent(value: boolean): DerNode | undefined {
  return value ? boolean(true) : undefined;
}

/** NULL. */
export function nothing(): DerNode {
  return nullNode;
}

/** UTF8String. */
export function utf8String(text: string): DerNode {
  return new DerNode(tags.utf8String, [Buffer.from(text, 'utf8')]);
}

/** PrintableString. @throws TypeError if a character is outside its alphabet */
export function printableString(text: string): DerNode {
  if (!/^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text)) throw new TypeError('not a PrintableString');
  return new DerNode(tags.printableString, [Buffer.from(text, 'latin1')]);
}

/** IA5String. @throws TypeError if a character is not ASCII */
export function ia5String(text: string): DerNode {
  if (!isAscii(text)) throw new TypeError('not an IA5String');
  return new DerNode(tags.ia5String, [Buffer.from(text, 'latin1')]);
}

/** BMPString. */
export function bmpString(text: string): DerNode {
  return new DerNode(tags.bmpString, [Buffer.from(text, 'utf16le').swap16()]);
}

/** Time of RFC 5280 §4.1.2.5: UTCTime up to 2049, GeneralizedTime from 2050; whole seconds. */
export function time(date: Date): DerNode {
  const year = date.getUTCFullYear();
  if (year < 1950 || year >= 2050) return generalizedTime(date);
  return new DerNode(tags.utcTime, [Buffer.from(formatUtcTime(date), 'latin1')]);
}

/** GeneralizedTime; a fraction of a second only where `fraction` is set and it is not zero. */
export function generalizedTime(date: Date, fraction = false): DerNode {
  return new DerNode(tags.generalizedTime, [Buffer.from(formatGeneralizedTime(date, fraction), 'latin1')]);
}

const smallOctets = Array.from({ length: 0x80 }, (_, value) => Uint8Array.of(value));
const trueOctet = Uint8Array.of(0xff);
const nullNode = new DerNode(tags.null, []);

function present(parts: readonly (DerValue | undefined)[]): readonly DerValue[] {
  return parts.includes(undefined)
    ? parts.filter((part) => part !== undefined)
    : (parts as readonly DerValue[]);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}

function unsignedOctets(bytes: Uint8Array): Uint8Array {
  let first = 0;
  while (first < bytes.length - 1 && bytes[first] === 0) first++;
  if (bytes.length > 0 && bytes[first]! < 0x80) return bytes.subarray(first);
  const padded = new Uint8Array(bytes.length - first + 1);
  padded.set(bytes.subarray(first), 1);
  return padded;
}

function twosComplement(value: bigint): Uint8Array {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size++;
  const hex = BigInt.asUintN(size * 8, value)
    .toString(16)
    .padStart(size * 2, '0');
  return Buffer.from(hex, 'hex');
}

function headerLength(tag: Tag, length: number): number {
  let octets = tag > 0xff ? 1 + base128Length(tag >>> 8) : 1;
  if (length < 0x80) return octets + 1;
  octets += 1;
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets++;
  return octets;
}

function base128Length(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : 3;
}

function write(target: Uint8Array, value: DerValue, start: number): number {
  if (value instanceof DerNode) {
    let at = writeHeader(target, value, start);
    for (let i = 0; i < value.parts.length; i++) at = write(target, value.parts[i]!, at);
    return at;
  }
  // Calling into the engine's copy costs more than a few octets are worth.
  if (value.length > 24) target.set(value, start);
  else for (let i = 0; i < value.length; i++) target[start + i] = value[i]!;
  return start + value.length;
}

function writeHeader(target: Uint8Array, node: DerNode, start: number): number {
  let at = start;
  target[at++] = node.tag & 0xff;
  if (node.tag > 0xff) {
    const number = node.tag >>> 8;
    for (let i = base128Length(number) - 1; i >= 0; i--)
      target[at++] = ((number >> (7 * i)) & 0x7f) | (i > 0 ? 0x80 : 0);
  }
  const length = node.contentLength;
  if (length < 0x80) {
    target[at++] = length;
    return at;
  }
  const octets = node.length - length - (at - start) - 1;
  target[at++] = 0x80 | octets;
  for (let i = octets - 1; i >= 0; i--) target[at++] = Math.floor(length / 2 ** (8 * i)) & 0xff;
  return at;
}
