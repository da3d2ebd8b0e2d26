// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** How strictly an encoding is read: `der` refuses what X.690 §10 and §11 forbid, `ber` takes any valid encoding. */
export type EncodingRules = 'der' | 'ber';

/** Elements inside elements: no PKIX structure comes near this depth. */
export const maxDepth = 64;

/** Headers that may be read per byte of input, over all readers of one input; reading twice costs two. */
export const stepsPerByte = 4;

/** What all readers over one input share. */
export interface Input {
  readonly bytes: Uint8Array;
  readonly rules: EncodingRules;
  /** Headers that may still be read: bounds the work on hostile input to a multiple of its length. */
  stepsLeft: number;
  /** Where indefinite-length elements end, by their start: without it, nested ones would be scanned again at each level. */
  indefiniteEnds: Map<number, number> | undefined;
}

/** Where the header just read put things. Shared and overwritten by each reading, because allocating one costs more than reading it. */
export interface Header {
  tag: number;
  contentStart: number;
  contentEnd: number;
  /** Where the next element begins: after the content, or after the end-of-contents octets. */
  next: number;
}

/** The result of the last `readHeader`. */
export const header: Header = { tag: 0, contentStart: 0, contentEnd: 0, next: 0 };

/**
 * Reads identifier and length octets at `start` (X.690 §8.1) into `header` and checks that the content lies before `end`.
 *
 * @throws SignetError `der.truncated`, `der.length`, `der.tag`, `der.indefinite-length`, `der.depth`, `der.work`
 */
export function readHeader(input: Input, start: number, end: number, depth: number): void {
  if (--input.stepsLeft < 0) throw new SignetError('der.work', { offset: start });
  const bytes = input.bytes;
  if (start + 2 > end) throw new SignetError('der.truncated', { offset: start });
  let tag = bytes[start]!;
  let at = start + 1;
  if ((tag & 0x1f) === 0x1f) {
    at = endOfHighTag(bytes, at, end);
    tag |= highTagNumber(bytes, start + 1, at) << 8;
    if (at >= end) throw new SignetError('der.truncated', { offset: start });
  }
  const first = bytes[at++]!;
  if (first < 0x80) {
    if (at + first > end) throw new SignetError('der.truncated', { offset: start });
    setHeader(tag, at, at + first, at + first);
  } else if (first === 0x80) {
    if (input.rules === 'der' || (tag & 0x20) === 0)
      throw new SignetError('der.indefinite-length', { offset: start });
    const contentEnd = endOfIndefinite(input, at, end, depth);
    setHeader(tag, at, contentEnd, contentEnd + 2);
  } else {
    const octets = first & 0x7f;
    if (octets > 126 || at + octets > end) throw new SignetError('der.truncated', { offset: start });
    const contentEnd = at + octets + longLength(input, at, octets, start);
    if (contentEnd > end) throw new SignetError('der.truncated', { offset: start });
    setHeader(tag, at + octets, contentEnd, contentEnd);
  }
}

function setHeader(tag: number, contentStart: number, contentEnd: number, next: number): void {
  header.tag = tag;
  header.contentStart = contentStart;
  header.contentEnd = contentEnd;
  header.next = next;
}

function longLength(input: Input, at: number, octets: number, start: number): number {
  let length = 0;
  for (let i = 0; i < octets; i++) {
    length = length * 256 + input.bytes[at + i]!;
    // Longer than any input can be: stop before the number loses bits.
    if (length > Number.MAX_SAFE_INTEGER / 256) throw new SignetError('der.truncated', { offset: start });
  }
  if (input.rules === 'der' && (length < 0x80 || input.bytes[at] === 0)) {
    throw new SignetError('der.length', { offset: start });
  }
  return length;
}

function endOfHighTag(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at]! & 0x80) at++;
  // Three octets carry numbers up to 2,097,151; no standard of this field goes beyond 99.
  if (at >= end || at - start > 2) throw new SignetError('der.tag', { offset: start });
  return at + 1;
}

function highTagNumber(bytes: Uint8Array, start: number, end: number): number {
  let number = 0;
  for (let at = start; at < end; at++) number = (number << 7) | (bytes[at]! & 0x7f);
  if (number < 31 || bytes[start] === 0x80) throw new SignetError('der.tag', { offset: start });
  return number;
}

/** Finds the end-of-contents octets that close an indefinite length, going through the elements before them. */
function endOfIndefinite(input: Input, start: number, end: number, depth: number): number {
  const known = input.indefiniteEnds?.get(start);
  if (known !== undefined) {
    // What was seen from outside may not reach past the element it is now read in.
    if (known + 2 > end) throw new SignetError('der.truncated', { offset: start });
    return known;
  }
  if (depth >= maxDepth) throw new SignetError('der.depth', { offset: start, limit: maxDepth });
  let at = start;
  for (;;) {
    if (at + 2 > end) throw new SignetError('der.truncated', { offset: at });
    if (input.bytes[at] === 0 && input.bytes[at + 1] === 0) break;
    readHeader(input, at, end, depth + 1);
    at = header.next;
  }
  input.indefiniteEnds ??= new Map();
  input.indefiniteEnds.set(start, at);
  return at;
}
