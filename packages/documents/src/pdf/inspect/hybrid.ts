// SPDX-License-Identifier: Apache-2.0
import type { PdfDocument } from '../document.ts';
import { serializeValue } from '../syntax/serializer.ts';
import { PdfArray, PdfDict, PdfRef, PdfStream, type PdfValue } from '../syntax/values.ts';
import { endOf, type ObjectPlace, type XrefLink } from '../xref/section.ts';
import type { StructureFinding } from './finding.ts';

/**
 * In a hybrid file (ISO 32000-2 §7.5.8.4) old readers see what the table says and newer ones also what the stream says. That is
 * sound as long as both see the same document: an object in use in the table must not have another place in the stream, and
 * without the stream the same catalog, page tree and AcroForm must be reached.
 */
export function* inspectHybrids(document: PdfDocument): Iterable<StructureFinding> {
  const old = document.withoutXRefStm();
  if (old === document) return;
  for (const link of document.sections) {
    const object = firstConflict(link);
    if (object !== undefined) yield conflict(object);
  }
  if (!sameCatalog(document, old)) {
    yield conflict(document.catalogRef.num);
    return;
  }
  for (const num of skeletonOf(document)) {
    if (!sameObject(document, old, num)) yield conflict(num);
  }
}

/** What else a catalog may have (outlines, page labels) is just what hybrid files hide from old readers. */
function sameCatalog(document: PdfDocument, old: PdfDocument): boolean {
  const other = old.object(document.catalogRef.num);
  if (!(other instanceof PdfDict)) return false;
  return ['Pages', 'AcroForm'].every((key) => sameValue(document.catalog.get(key), other.get(key)));
}

function sameObject(document: PdfDocument, old: PdfDocument, num: number): boolean {
  return samePlace(document.place(num), old.place(num)) || sameValue(document.object(num), old.object(num));
}

function sameValue(a: PdfValue | undefined, b: PdfValue | undefined): boolean {
  if (a instanceof PdfStream || b instanceof PdfStream) return false;
  return serializeValue(a ?? null).equals(serializeValue(b ?? null));
}

function conflict(object: number): StructureFinding {
  return { code: 'pdf.hybrid-conflict', details: { object }, severity: 'refuse' };
}

function firstConflict({ section, supplement }: XrefLink): number | undefined {
  for (const range of supplement?.ranges ?? []) {
    for (let num = range.first; num < endOf(range); num++) {
      const place = section.place(num);
      const other = supplement?.place(num);
      if (
        place?.kind === 'offset' &&
        other !== undefined &&
        other.kind !== 'free' &&
        !samePlace(place, other)
      )
        return num;
    }
  }
  return undefined;
}

function samePlace(a: ObjectPlace | undefined, b: ObjectPlace | undefined): boolean {
  if (a?.kind === 'offset' && b?.kind === 'offset') return a.offset === b.offset && a.gen === b.gen;
  if (a?.kind === 'compressed' && b?.kind === 'compressed')
    return a.container === b.container && a.index === b.index;
  return (a?.kind ?? 'free') === (b?.kind ?? 'free');
}

/** Numbers of the objects that make the document: page tree with its pages, AcroForm. */
function skeletonOf(document: PdfDocument): Iterable<number> {
  const seen = new Set<number>();
  const waiting: (PdfValue | undefined)[] = [document.catalog.get('Pages'), document.catalog.get('AcroForm')];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (!(value instanceof PdfRef) || seen.has(value.num)) continue;
    seen.add(value.num);
    const node = document.resolve(value);
    const kids = node instanceof PdfDict ? document.lookup(node, 'Kids') : undefined;
    if (kids instanceof PdfArray) waiting.push(...kids.items);
  }
  return seen;
}
