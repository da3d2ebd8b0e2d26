// SPDX-License-Identifier: Apache-2.0
import type { PdfDocument } from '../document.ts';
import { PdfDict } from '../syntax/values.ts';
import { endOfLink } from '../xref/chain.ts';
import type { XrefLink } from '../xref/section.ts';
import type { StructureFinding } from './finding.ts';
import { inspectHybrids } from './hybrid.ts';
import { firstGap, firstOverlap } from './ranges.ts';

/** Blanks and line ends after the end marker are nobody's fault. */
const harmless = new Set([0x00, 0x09, 0x0a, 0x0c, 0x0d, 0x20]);
/** How much of what follows the end marker is looked at: anything longer is told whatever it is. */
const trailingWindow = 4096;

/**
 * Looks at what opening alone does not judge: the cross-reference sections against each other, keys that stand twice where it
 * matters, and what stands around the PDF. Costs about as much as opening, whatever the size of the file.
 *
 * @returns what was found; to seal such a file is safe only if nothing has the severity `refuse`
 */
export function inspectStructure(document: PdfDocument): readonly StructureFinding[] {
  return [
    ...inspectEnds(document),
    ...inspectSections(document),
    ...inspectHybrids(document),
    ...inspectKeys(document),
    ...inspectLeniencies(document),
  ];
}

function* inspectEnds(document: PdfDocument): Iterable<StructureFinding> {
  const { headerOffset, source } = document;
  if (headerOffset > 0) {
    // Offsets count from the header: where they count from the first byte, readers see different places.
    const severity = document.offsetBase === headerOffset ? 'tell' : 'refuse';
    yield { code: 'pdf.junk-before-header', details: { length: headerOffset }, severity };
  }
  const newest = document.revisions.at(-1)!;
  const length = source.length - newest.markerEnd;
  const tail = source.read(newest.markerEnd, Math.min(length, trailingWindow));
  if (length > trailingWindow || tail.some((byte) => !harmless.has(byte))) {
    yield { code: 'pdf.trailing-bytes', details: { length }, severity: 'tell' };
  }
}

function* inspectSections(document: PdfDocument): Iterable<StructureFinding> {
  const { sections } = document;
  for (const { section, supplement } of sections) {
    for (const part of supplement === undefined ? [section] : [section, supplement]) {
      const object = firstOverlap(part.ranges);
      if (object !== undefined)
        yield { code: 'pdf.duplicate-object', details: { object }, severity: 'refuse' };
    }
  }
  const object = firstGap(sections.flatMap(rangesOf));
  if (object !== undefined) yield { code: 'pdf.xref-gap', details: { object }, severity: 'tell' };
  const size = document.trailer.number('Size') ?? 0;
  const highest = sections.reduce((end, link) => Math.max(end, endOfLink(link)), 0) - 1;
  if (highest >= size) yield { code: 'pdf.size-wrong', details: { size, highest }, severity: 'tell' };
}

function rangesOf(link: XrefLink) {
  return [...link.section.ranges, ...(link.supplement?.ranges ?? [])];
}

/** Of a key that stands twice some readers take the first and some the last: harmful in what holds the document together. */
function* inspectKeys(document: PdfDocument): Iterable<StructureFinding> {
  const { catalog, acroForm, trailer } = document;
  const pages = document.lookupDict(catalog, 'Pages');
  const dicts = { trailer, catalog, 'page tree': pages, AcroForm: acroForm };
  for (const [object, dict] of Object.entries(dicts)) {
    if (!(dict instanceof PdfDict)) continue;
    for (const key of dict.duplicateKeys()) {
      yield { code: 'pdf.duplicate-key', details: { object, key }, severity: 'refuse' };
    }
  }
}

function* inspectLeniencies(document: PdfDocument): Iterable<StructureFinding> {
  for (const { kind, num } of document.leniencies) {
    yield {
      code: kind === 'stream-length' ? 'pdf.stream-length' : 'pdf.no-endobj',
      details: { object: num },
      severity: 'tell',
    };
  }
}
