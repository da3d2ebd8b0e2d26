// SPDX-License-Identifier: Apache-2.0
import type { PdfRevision } from './document.ts';
import type { PdfFile } from './objects/file.ts';
import { kindOf, placeIn } from './xref/chain.ts';
import { endOf, type ObjectPlace, type XrefLink } from './xref/section.ts';

/** How far behind a section its end marker is looked for: `startxref`, a number, and what careless writers put between. */
const markerWindow = 1024;
const marker = Buffer.from('%%EOF', 'latin1');

/**
 * Puts the sections of a file together to revisions, oldest first. A section whose /Prev lies behind it is the first-page
 * section of a linearised file: it and its /Prev were written at once (ISO 32000-2 Annex F).
 *
 * @param links newest first
 */
export function groupRevisions(file: PdfFile, links: readonly XrefLink[]): readonly PdfRevision[] {
  const groups: XrefLink[][] = [];
  for (const link of links) {
    const newer = groups.at(-1)?.at(-1);
    if (newer !== undefined && link.section.offset > newer.section.offset) groups.at(-1)!.push(link);
    else groups.push([link]);
  }
  return groups.reverse().map((group, index) => toRevision(file, group, index));
}

/** How many of the links, newest first, belong to revisions newer than the one with this index. */
export function linksAfter(links: readonly XrefLink[], revision: PdfRevision): number {
  return links.findIndex((link) => link.section.offset === revision.startXref);
}

function toRevision(file: PdfFile, links: readonly XrefLink[], index: number): PdfRevision {
  const newest = links[0]!;
  const last = links.reduce((end, { section }) => Math.max(end, section.end), 0);
  const markerEnd = findMarker(file, last);
  return {
    index,
    crossReference: kindOf(newest),
    startXref: newest.section.offset,
    trailer: newest.section.trailer,
    markerEnd,
    endOffset: afterLineEnd(file, markerEnd),
    objectNumbers: () => numbersOf(links),
    place: (num) => placeInAll(links, num),
  };
}

function placeInAll(links: readonly XrefLink[], num: number): ObjectPlace | undefined {
  for (const link of links) {
    const place = placeIn(link, num);
    if (place !== undefined) return place;
  }
  return undefined;
}

/** Ascending and each once, without holding them all: the ranges are merged as they are walked. */
function* numbersOf(links: readonly XrefLink[]): IterableIterator<number> {
  const ranges = links
    .flatMap((link) => [...link.section.ranges, ...(link.supplement?.ranges ?? [])])
    .sort((a, b) => a.first - b.first);
  let next = 0;
  for (const range of ranges) {
    for (let num = Math.max(range.first, next); num < endOf(range); num++) yield num;
    next = Math.max(next, endOf(range));
  }
}

function findMarker(file: PdfFile, after: number): number {
  const window = file.window(after, markerWindow);
  const at = Buffer.from(window.buffer, window.byteOffset, window.length).indexOf(marker);
  return at < 0 ? after : after + at + marker.length;
}

function afterLineEnd(file: PdfFile, offset: number): number {
  const [first, second] = file.window(offset, 2);
  if (first === 0x0d) return offset + (second === 0x0a ? 2 : 1);
  return first === 0x0a ? offset + 1 : offset;
}
