// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import type { PdfDocument, PdfPages, PdfRevision } from './document.ts';
import type { PdfFile } from './objects/file.ts';
import type { PdfLeniency } from './objects/leniency.ts';
import { type ObjectOrigin, ObjectStore } from './objects/object-store.ts';
import { openPages } from './pages.ts';
import { groupRevisions, linksAfter } from './revisions.ts';
import { PdfArray, PdfDict, PdfRef, PdfStream, PdfString, type PdfValue } from './syntax/values.ts';
import { endOfLink, kindOf, placeIn } from './xref/chain.ts';
import type { CrossReferenceKind, ObjectPlace, XrefLink } from './xref/section.ts';

/** What one state of a file is made of. */
export interface DocumentState {
  /** Its cross-reference sections, newest first. */
  readonly sections: readonly XrefLink[];
  /** Where it ends: nothing behind belongs to it. */
  readonly end: number;
  /** Most bytes a single stream may decode to. */
  readonly streamLimit: number;
}

/** A document over the cross-reference sections that one of its revisions sees. */
export class OpenedDocument implements PdfDocument {
  readonly #file: PdfFile;
  readonly sections: readonly XrefLink[];
  readonly #store: ObjectStore;
  readonly #state: DocumentState;
  readonly #views = new Map<number, PdfDocument>();
  #size: number | undefined;
  #revisions: readonly PdfRevision[] | undefined;
  #pages: PdfPages | undefined;
  #catalog: PdfDict | undefined;

  constructor(file: PdfFile, state: DocumentState) {
    this.#file = file;
    this.#state = state;
    this.sections = state.sections;
    this.#store = new ObjectStore(file, this, state.streamLimit);
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
    if (revision === this.revisions.length - 1) return this;
    let view = this.#views.get(revision);
    if (view === undefined) {
      const sections = this.sections.slice(linksAfter(this.sections, wanted));
      view = new OpenedDocument(this.#file, { ...this.#state, sections, end: wanted.endOffset });
      this.#views.set(revision, view);
    }
    return view;
  }

  withoutXRefStm(): PdfDocument {
    if (this.sections.every(({ supplement }) => supplement === undefined)) return this;
    const sections = this.sections.map(({ section }) => ({ section, supplement: undefined }));
    return new OpenedDocument(this.#file, { ...this.#state, sections });
  }

  place(num: number): ObjectPlace | undefined {
    for (const link of this.sections) {
      const place = placeIn(link, num);
      this.#file.spend(1);
      if (place !== undefined) return place;
    }
    return undefined;
  }

  /** The revision whose entry for an object counts, and where that revision ends. */
  originOf(num: number): ObjectOrigin {
    const { end } = this.#state;
    // Only a file with several sections can have several revisions.
    if (this.sections.length === 1) return { index: 0, end };
    const newest = this.revisions.length - 1;
    const found = this.revisions.findLast((revision) => revision.place(num) !== undefined);
    if (found === undefined || found.index === newest) return { index: newest, end };
    return { index: found.index, end: found.endOffset };
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
