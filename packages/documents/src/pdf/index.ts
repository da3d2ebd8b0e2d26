// SPDX-License-Identifier: Apache-2.0

export { AppendedRevision, type PlaceholderRange } from './appended-revision.ts';
export type {
  CrossReferenceKind,
  ObjectPlace,
  PdfDocument,
  PdfLeniency,
  PdfPage,
  PdfPages,
  PdfRevision,
} from './document.ts';
export { IncrementalUpdate } from './incremental-update.ts';
export { inspectStructure, type StructureFinding } from './inspect.ts';
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
