// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import {
  context,
  type DerElement,
  der,
  encodeDer,
  encodeDerAll,
  type Oid,
  readInside,
  readOnlyElement,
  tags,
} from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { attribute } from './attribute.ts';

/**
 * Adds an unsigned attribute with one value to the only signer info of a SignedData, as augmentation from B-B to B-T does
 * with the signature-time-stamp (EN 319 122-1 §5.3). Every octet received stays as it is and in its order; only the
 * lengths of the elements around the new attribute grow.
 *
 * @param encoded one ContentInfo
 * @param type the attribute's type, for example `attributeTypes.signatureTimeStamp`
 * @param value DER of its value, for example a time-stamp token
 * @returns a new ContentInfo
 * @throws SignetError `cms.malformed`; `cms.signer-count` unless there is exactly one signer
 */
export function withUnsignedAttribute(encoded: Uint8Array, type: Oid, value: Uint8Array): Uint8Array {
  return readAs('cms.malformed', () => {
    const path = pathToSignerInfo(encoded);
    const signerInfo = path[path.length - 1]!;
    const added = encodeDer(attribute(type, value));
    const last = lastChild(signerInfo);
    if (last.tag !== context(1)) {
      return rebuilt(encoded, path, { at: signerInfo.contentEnd, bytes: encodeDer(der.context(1, added)) });
    }
    return rebuilt(encoded, [...path, last], { at: sortedPlace(last, added), bytes: added });
  });
}

/** The elements from ContentInfo down to the SignerInfo: those whose lengths change. */
function pathToSignerInfo(encoded: Uint8Array): DerElement[] {
  const contentInfo = readOnlyElement(encoded, 'ber');
  const inContentInfo = readInside(contentInfo);
  inContentInfo.skip(tags.oid);
  const explicit = inContentInfo.element(context(0));
  const signedData = readInside(explicit).element(tags.sequence);
  const signerInfos = lastChild(signedData);
  if (signerInfos.tag !== tags.set) throw new SignetError('cms.signer-count', { count: 0 });
  const inSignerInfos = readInside(signerInfos);
  const signerInfo = inSignerInfos.atEnd ? undefined : inSignerInfos.element(tags.sequence);
  if (signerInfo === undefined || !inSignerInfos.atEnd) {
    throw new SignetError('cms.signer-count', { count: count(readInside(signerInfos)) });
  }
  return [contentInfo, explicit, signedData, signerInfos, signerInfo];
}

function count(reader: ReturnType<typeof readInside>): number {
  let elements = 0;
  for (; !reader.atEnd; elements++) reader.skip();
  return elements;
}

function lastChild(parent: DerElement): DerElement {
  const reader = readInside(parent);
  let child = reader.next();
  while (!reader.atEnd) child = reader.next();
  return child;
}

/** Where the attribute goes so that a SET OF in DER order stays in order (X.690 §11.6). */
function sortedPlace(set: DerElement, added: Uint8Array): number {
  const reader = readInside(set);
  while (!reader.atEnd) {
    const existing = reader.next();
    if (Buffer.compare(existing.bytes, added) > 0) return existing.start;
  }
  return set.contentEnd;
}

/** The encoding with something inserted and the lengths of the elements around it raised, from the inside out. */
function rebuilt(
  encoded: Uint8Array,
  path: readonly DerElement[],
  insertion: { at: number; bytes: Uint8Array },
): Uint8Array {
  const before: Uint8Array[] = [];
  const after: Uint8Array[] = [];
  let contentLength = insertion.bytes.length;
  let { at: from } = insertion;
  let to = insertion.at;
  for (let level = path.length - 1; level >= 0; level--) {
    const around = path[level]!;
    const { contentStart, contentEnd, end } = around;
    before.unshift(encoded.subarray(contentStart, from));
    after.push(encoded.subarray(to, contentEnd));
    contentLength += from - contentStart + (contentEnd - to);
    const indefinite = end !== contentEnd;
    const header = indefinite
      ? encoded.subarray(around.start, contentStart)
      : definiteHeader(around.tag, contentLength);
    before.unshift(header);
    if (indefinite) after.push(encoded.subarray(contentEnd, end));
    contentLength += header.length + (end - contentEnd);
    from = around.start;
    to = end;
  }
  return encodeDerAll([...before, insertion.bytes, ...after]);
}

/** Identifier and length octets of an element with a one-octet tag. */
function definiteHeader(tag: number, length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(tag, length);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest & 0xff);
  return Uint8Array.of(tag, 0x80 | octets.length, ...octets);
}
