// SPDX-License-Identifier: Apache-2.0

export { AppendedRevision, type PlaceholderRange } from './appended-revision.ts';
export type {
  PdfDocument,
  PdfPage,
  PdfPages,
  PdfRevision,
} from './document.ts';
export { IncrementalUpdate } from './incremental-update.ts';
export { inspectBodies } from './inspect/bodies.ts';
export type { StructureFinding } from './inspect/finding.ts';
export { inspectStructure } from './inspect/structure.ts';
export type { PdfLeniency } from './objects/leniency.ts';
export { looksSmall, openPdf, type PdfOpenOptions } from './open.ts';
export {
  PdfArray,
  PdfDict,
  type PdfEntry,
  PdfHole,
  PdfName,
  PdfRef,
  PdfReserved,
  PdfStream,
  PdfString,
  type PdfValue,
} from './syntax/values.ts';
export { dateString, name, textString } from './text.ts';
export type { CrossReferenceKind, NumberRange, ObjectPlace, XrefLink, XrefSection } from './xref/section.ts';
