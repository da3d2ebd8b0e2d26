// SPDX-License-Identifier: Apache-2.0
import type { ByteSource } from '@signet/base';
import type { PdfLeniency } from './objects/leniency.ts';
import type { PdfArray, PdfDict, PdfRef, PdfStream, PdfValue } from './syntax/values.ts';
import type { CrossReferenceKind, ObjectPlace, XrefLink } from './xref/section.ts';

/** One state of the file: what was written at once, first or by an incremental update (§7.5.6). */
export interface PdfRevision {
  /** 0 for the oldest. */
  readonly index: number;
  readonly crossReference: CrossReferenceKind;
  /** Where this revision's newest cross-reference section begins, from the first byte of the file. */
  readonly startXref: number;
  readonly trailer: PdfDict;
  /** Where the five bytes of this revision's end marker `%%EOF` end; without a marker, where its last section ends. */
  readonly markerEnd: number;
  /** `markerEnd` plus the end-of-line that follows it, if there is one: where the next revision begins. */
  readonly endOffset: number;
  /** Numbers of the objects whose entries this revision's cross-reference sections hold, free ones too; ascending. */
  objectNumbers(): IterableIterator<number>;
  /** This revision's own entry for an object, without looking at earlier revisions. */
  place(num: number): ObjectPlace | undefined;
}

/** A leaf of the page tree (§7.7.3.3). */
export interface PdfPage {
  readonly ref: PdfRef;
  readonly dict: PdfDict;
  /** Counted from 0. */
  readonly index: number;
  /** The resolved value of a key that is the page's own or inherited from its ancestors (§7.7.3.4). */
  inherited(key: string): PdfValue | undefined;
}

/**
 * The pages, reached through the page tree. A tree that lists its pages flat or has honest /Count entries is walked only
 * where it must be.
 */
export interface PdfPages {
  /** The root's /Count. */
  readonly count: number;
  /**
   * The page at an index; negative ones count from the end (-1 is the last).
   *
   * @throws SignetError `pdf.no-such-page`, `pdf.page-tree`
   */
  at(index: number): PdfPage;
}

/**
 * An opened PDF: random access to its objects, as they are after its newest revision or as they were at an earlier one.
 * Nothing is read before it is asked for; nothing is ever written.
 *
 * Every method that reads may throw a `pdf.*` {@link SignetError} that tells where the file is broken.
 */
export interface PdfDocument {
  readonly source: ByteSource;
  /** Where `%PDF-` stands. Offsets inside the file may count from there, see `offsetBase`. */
  readonly headerOffset: number;
  /** What has to be added to the file's own offsets: `headerOffset`, or 0 where its writer did not count like that. */
  readonly offsetBase: number;
  /** Version of the header or, if higher, of the catalog: `1.7`, `2.0`. */
  readonly version: string;
  /** Trailer of the newest cross-reference section (of a stream, its dictionary). */
  readonly trailer: PdfDict;
  /** Kind of the newest cross-reference section: the one that an update has to use. */
  readonly crossReference: CrossReferenceKind;
  /** Where the newest cross-reference section begins, from the first byte of the file. */
  readonly startXref: number;
  /** One more than the highest object number: the trailer's /Size or, if that is too small, what the sections hold. */
  readonly size: number;
  /** The trailer's /ID as two byte strings, if there is a sound one (§14.4). */
  readonly id: readonly [Uint8Array, Uint8Array] | undefined;
  readonly catalogRef: PdfRef;
  readonly catalog: PdfDict;
  /** The resolved /AcroForm, if there is one. */
  readonly acroForm: PdfDict | undefined;
  readonly pages: PdfPages;
  /** Oldest first. The two sections of a linearised file are one revision. */
  readonly revisions: readonly PdfRevision[];
  /** All cross-reference sections, newest first. */
  readonly sections: readonly XrefLink[];
  /** What had to be read leniently so far. */
  readonly leniencies: readonly PdfLeniency[];

  /** The document as it was after the revision with this index. */
  at(revision: number): PdfDocument;
  /** The document as a reader sees it that does not know of XRefStm (§7.5.8.4): itself unless it is a hybrid file. */
  withoutXRefStm(): PdfDocument;
  /** Where the object with this number is, or undefined if no section knows it. */
  place(num: number): ObjectPlace | undefined;
  /** The object with this number; null if it is free or unknown (§7.3.10). */
  object(num: number): PdfValue;
  /** The value itself or, if it is a reference, what it leads to; a reference to the wrong generation is null. */
  resolve(value: PdfValue | undefined): PdfValue;
  /** `resolve(dict.get(key))`, with undefined for null. */
  lookup(dict: PdfDict, key: string): PdfValue | undefined;
  /** The dictionary (of a stream: its dictionary) at `key`, resolved, or undefined if something else stands there. */
  lookupDict(dict: PdfDict, key: string): PdfDict | undefined;
  /** The array at `key`, resolved, or undefined if something else stands there. */
  lookupArray(dict: PdfDict, key: string): PdfArray | undefined;
  /**
   * A stream's data with all its filters undone. Filters of pictures (DCTDecode, JPXDecode, …) are not.
   *
   * @param limit most bytes that may come out
   * @throws SignetError `pdf.stream-too-large`, `pdf.filter-unknown`, `pdf.filter-data`
   */
  decode(stream: PdfStream, limit?: number): Uint8Array;
}
