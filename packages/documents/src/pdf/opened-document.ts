// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import type { PdfDocument, PdfPages, PdfRevision } from './document.ts';
import type { PdfFile } from './objects/file.ts';
import type { PdfLeniency } from './objects/leniency.ts';
import { ObjectStore } from './objects/object-store.ts';
import { openPages } from './pages.ts';
import { groupRevisions, linksAfter } from './revisions.ts';
import { PdfArray, PdfDict, PdfRef, PdfStream, PdfString, type PdfValue } from './syntax/values.ts';
import { endOfLink, kindOf, placeIn } from './xref/chain.ts';
import type { CrossReferenceKind, ObjectPlace, XrefLink } from './xref/section.ts';

/** A document over the cross-reference sections that one of its revisions sees. */
export class OpenedDocument implements PdfDocument {
  readonly #file: PdfFile;
  readonly sections: readonly XrefLink[];
  readonly #store: ObjectStore;
  readonly #streamLimit: number;
  #size: number | undefined;
  #revisions: readonly PdfRevision[] | undefined;
  #pages: PdfPages | undefined;
  #catalog: PdfDict | undefined;

  constructor(file: PdfFile, sections: readonly XrefLink[], streamLimit: number) {
    this.#file = file;
    this.sections = sections;
    this.#streamLimit = streamLimit;
    this.#store = new ObjectStore(file, (num) => this.place(num), streamLimit);
  }

  get source(): ByteSource {
    return this.#file.source;
  }

  get headerOffset(): number {
    return this.#file.headerOffset;
  }

  get offsetBase(): number {
    return this.#file.offsetBase;
  }

  get leniencies(): readonly PdfLeniency[] {
    return this.#file.leniencies;
  }

  get version(): string {
    const header = Buffer.from(this.#file.window(this.headerOffset + 5, 3)).toString('latin1');
    const catalog = this.catalog.name('Version');
    // One digit on each side of the point: as strings they compare like the numbers they are.
    return catalog === undefined || catalog < header ? header : catalog;
  }

  get trailer(): PdfDict {
    return this.sections[0]!.section.trailer;
  }

  get crossReference(): CrossReferenceKind {
    return kindOf(this.sections[0]!);
  }

  get startXref(): number {
    return this.sections[0]!.section.offset;
  }

  get size(): number {
    this.#size ??= this.sections.reduce(
      (size, link) => Math.max(size, endOfLink(link)),
      this.trailer.number('Size') ?? 0,
    );
    return this.#size;
  }

  get id(): readonly [Uint8Array, Uint8Array] | undefined {
    const [first, second] =
      this.lookupArray(this.trailer, 'ID')?.items.map((item) => this.resolve(item)) ?? [];
    if (!(first instanceof PdfString && second instanceof PdfString)) return undefined;
    return [first.bytes, second.bytes];
  }

  get catalogRef(): PdfRef {
    const root = this.trailer.get('Root');
    if (root instanceof PdfRef) return root;
    throw new SignetError('pdf.no-catalog', { reason: 'its trailer has no reference to one at /Root' });
  }

  get catalog(): PdfDict {
    this.#catalog ??= this.#readCatalog();
    return this.#catalog;
  }

  get acroForm(): PdfDict | undefined {
    return this.lookupDict(this.catalog, 'AcroForm');
  }

  get pages(): PdfPages {
    this.#pages ??= openPages(this);
    return this.#pages;
  }

  get revisions(): readonly PdfRevision[] {
    this.#revisions ??= groupRevisions(this.#file, this.sections);
    return this.#revisions;
  }

  at(revision: number): PdfDocument {
    const wanted = this.revisions[revision];
    if (wanted === undefined) throw new TypeError(`there is no revision ${revision}`);
    const newer = linksAfter(this.sections, wanted);
    return newer === 0 ? this : new OpenedDocument(this.#file, this.sections.slice(newer), this.#streamLimit);
  }

  withoutXRefStm(): PdfDocument {
    if (this.sections.every(({ supplement }) => supplement === undefined)) return this;
    const tables = this.sections.map(({ section }) => ({ section, supplement: undefined }));
    return new OpenedDocument(this.#file, tables, this.#streamLimit);
  }

  place(num: number): ObjectPlace | undefined {
    for (const link of this.sections) {
      const place = placeIn(link, num);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  object(num: number): PdfValue {
    return this.#store.object(num);
  }

  resolve(value: PdfValue | undefined): PdfValue {
    return this.#store.resolve(value);
  }

  lookup(dict: PdfDict, key: string): PdfValue | undefined {
    return this.#store.resolve(dict.get(key)) ?? undefined;
  }

  lookupDict(dict: PdfDict, key: string): PdfDict | undefined {
    const value = this.lookup(dict, key);
    if (value instanceof PdfStream) return value.dict;
    return value instanceof PdfDict ? value : undefined;
  }

  lookupArray(dict: PdfDict, key: string): PdfArray | undefined {
    const value = this.lookup(dict, key);
    return value instanceof PdfArray ? value : undefined;
  }

  decode(stream: PdfStream, limit?: number): Uint8Array {
    return this.#store.decode(stream, limit);
  }

  #readCatalog(): PdfDict {
    const catalog = this.resolve(this.catalogRef);
    if (catalog instanceof PdfDict) return catalog;
    throw new SignetError('pdf.no-catalog', { reason: `object ${this.catalogRef.num} is no dictionary` });
  }
}
