// SPDX-License-Identifier: Apache-2.0
import { chunkBytes, isSignetError } from '@signet/base';
import type { PdfDocument, PdfRevision } from '../document.ts';
import { characterClass, digit } from '../syntax/characters.ts';
import { PdfStream } from '../syntax/values.ts';
import type { StructureFinding } from './finding.ts';

const word = Buffer.from(' obj', 'latin1');
/** Longest head of an object before the word `obj`: ten digits, a blank, five digits. And one byte that must not be regular. */
const headBytes = 17;

/** A place where an object seems to begin. */
interface Head {
  readonly num: number;
  readonly offset: number;
}

/**
 * Reads the whole file once and looks for objects that a revision defines twice: once where its cross-reference says, and once
 * more where only readers look that rebuild a damaged file. What lies in the data of a stream does not count.
 *
 * @returns `pdf.duplicate-object` findings, each object once
 */
export function* inspectBodies(document: PdfDocument): Iterable<StructureFinding> {
  const found = new Set<number>();
  let known: Head | undefined;
  for (const head of heads(document)) {
    if (isKnown(document, head)) {
      known = head;
    } else if (
      isSecondDefinition(document, head) &&
      !isInStream(document, known, head.offset) &&
      !found.has(head.num)
    ) {
      found.add(head.num);
      yield { code: 'pdf.duplicate-object', details: { object: head.num }, severity: 'refuse' };
    }
  }
}

/** Whether some section says that the object begins there, or is itself the object. */
function isKnown({ sections }: PdfDocument, { num, offset }: Head): boolean {
  return sections.some((link) =>
    [link.section, link.supplement].some((section) => {
      const place = section?.place(num);
      return section?.offset === offset || (place?.kind === 'offset' && place.offset === offset);
    }),
  );
}

function isSecondDefinition(document: PdfDocument, { num, offset }: Head): boolean {
  const revision: PdfRevision | undefined = document.revisions.find(({ endOffset }) => offset < endOffset);
  const place = revision?.place(num);
  return place !== undefined && place.kind !== 'free';
}

/** Whether an offset lies in the data of the object that begins before it. */
function isInStream(document: PdfDocument, before: Head | undefined, offset: number): boolean {
  if (before === undefined) return false;
  for (const revision of document.revisions) {
    const place = revision.place(before.num);
    if (place?.kind !== 'offset' || place.offset !== before.offset) continue;
    try {
      const value = document.at(revision.index).object(before.num);
      return value instanceof PdfStream && offset < value.offset + value.length;
    } catch (error) {
      // An object that cannot be read has no data to hide in; whoever needs it is told then.
      if (!isSignetError(error)) throw error;
    }
  }
  return false;
}

/** Everything that looks like `12 0 obj`, in the order of the file. Memory does not grow with it. */
function* heads({ source }: PdfDocument): Iterable<Head> {
  for (let start = 0; start < source.length; start += chunkBytes) {
    // Chunks overlap on both sides, so that a head is seen whole wherever they are cut, and once.
    const from = Math.max(0, start - headBytes);
    const window = source.read(from, Math.min(chunkBytes + word.length + start - from, source.length - from));
    const bytes = Buffer.from(window.buffer, window.byteOffset, window.length);
    const end = start - from + chunkBytes;
    for (let at = bytes.indexOf(word, start - from); at >= 0 && at < end; at = bytes.indexOf(word, at + 1)) {
      const head = headBefore(bytes, at);
      if (head !== undefined) yield { num: head.num, offset: from + head.at };
    }
  }
}

function headBefore(bytes: Uint8Array, end: number): { num: number; at: number } | undefined {
  const gen = digitsBefore(bytes, end);
  if (gen === end || bytes[gen - 1] !== 0x20) return undefined;
  const at = digitsBefore(bytes, gen - 1);
  if (at === gen - 1 || characterClass[bytes[at - 1] ?? 0x20]! <= digit) return undefined;
  let num = 0;
  for (let i = at; i < gen - 1; i++) num = num * 10 + bytes[i]! - 0x30;
  return { num, at };
}

/** Where the digits that end at `end` begin; at most ten. */
function digitsBefore(bytes: Uint8Array, end: number): number {
  let at = end;
  while (at > 0 && end - at < 10 && characterClass[bytes[at - 1]!] === digit) at--;
  return at;
}
