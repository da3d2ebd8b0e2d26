// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow, Fault } from './row.ts';

const fault: Fault = 'document';
const damaged = { status: 422, retryable: false, fault } as const;

/** Codes for what is wrong with a PDF document. */
export const pdfErrors = {
  'pdf.not-a-pdf': { message: 'The document is not a PDF: no %PDF- in its first 1024 bytes.', ...damaged },
  'pdf.truncated': {
    message: 'The PDF ends too early: {what} at offset {offset} lies beyond its end at {length}.',
    ...damaged,
  },
  'pdf.no-startxref': {
    message: 'The PDF has no usable startxref in its last {searched} bytes: it is cut off or damaged.',
    ...damaged,
  },
  'pdf.xref-malformed': {
    message: 'The cross-reference of the PDF is damaged at offset {offset}: {reason}.',
    ...damaged,
  },
  'pdf.dangling-prev': {
    message:
      'An earlier cross-reference section of the PDF is said to be at offset {offset}, but there is none.',
    ...damaged,
  },
  'pdf.circular-prev': {
    message: 'The cross-reference sections of the PDF lead in a circle, back to offset {offset}.',
    ...damaged,
  },
  'pdf.too-many-sections': { message: 'The PDF has more than {limit} cross-reference sections.', ...damaged },
  'pdf.encrypted': {
    message: 'The PDF is encrypted. Signet cannot seal encrypted documents yet; remove the encryption first.',
    ...damaged,
  },
  'pdf.no-catalog': { message: 'The PDF has no document catalog: {reason}.', ...damaged },
  'pdf.no-pages': { message: 'The PDF has no pages.', ...damaged },
  'pdf.no-such-page': {
    message: 'The PDF has {count} pages; page {page} does not exist.',
    status: 422,
    retryable: false,
    fault: 'caller',
  },
  'pdf.page-tree': {
    message: 'The page tree of the PDF is damaged at object {object}: {reason}.',
    ...damaged,
  },
  'pdf.syntax': { message: 'The PDF is damaged at offset {offset}: {reason}.', ...damaged },
  'pdf.too-deep': {
    message: 'Objects of the PDF are nested more than {limit} deep at offset {offset}.',
    ...damaged,
  },
  'pdf.object-mismatch': {
    message:
      'The cross-reference of the PDF says that object {object} is at offset {offset}, but there is {found}.',
    ...damaged,
  },
  'pdf.object-beyond-revision': {
    message:
      'Object {object} of the PDF, at offset {offset}, lies behind the end of its own revision at {end}: it was added or changed later.',
    ...damaged,
  },
  'pdf.object-too-large': { message: 'Object {object} of the PDF is larger than {limit} bytes.', ...damaged },
  'pdf.object-stream': { message: 'Object stream {object} of the PDF is damaged: {reason}.', ...damaged },
  'pdf.stream-unterminated': { message: 'The stream at offset {offset} of the PDF has no end.', ...damaged },
  'pdf.stream-too-large': {
    message: 'A stream of the PDF decodes to more than the {limit} bytes allowed.',
    ...damaged,
  },
  'pdf.filter-unknown': {
    message: 'A stream of the PDF uses the filter {filter}, which is not decoded here.',
    ...damaged,
  },
  'pdf.filter-data': { message: 'The data of a stream of the PDF are damaged: {reason}.', ...damaged },
  'pdf.too-much-work': {
    message: 'Reading the PDF took more than the {limit} steps that its size allows.',
    ...damaged,
  },
  'pdf.too-large-for-table': {
    message: 'The PDF would grow beyond 9999999999 bytes, more than its cross-reference table can address.',
    ...damaged,
  },
  'pdf.too-many-objects': { message: 'The PDF would have more than {limit} objects.', ...damaged },
  'pdf.reserved-too-small': {
    message: 'A value of {needed} bytes does not fit into the {width} bytes reserved for it in the PDF.',
    status: 500,
    retryable: false,
    fault: 'signet',
  },
  'pdf.junk-before-header': {
    message: 'The PDF begins with {length} bytes that are not part of it.',
    ...damaged,
  },
  'pdf.trailing-bytes': { message: 'The PDF goes on for {length} bytes after its end marker.', ...damaged },
  'pdf.duplicate-object': {
    message:
      'Object {object} of the PDF is defined twice in one revision: readers may show different documents.',
    ...damaged,
  },
  'pdf.duplicate-key': {
    message:
      'The dictionary {object} of the PDF has the key {key} twice: readers may show different documents.',
    ...damaged,
  },
  'pdf.hybrid-conflict': {
    message:
      'The two cross-references of this hybrid PDF disagree about object {object}: readers may show different documents.',
    ...damaged,
  },
  'pdf.xref-gap': {
    message:
      'The cross-reference of the PDF has no entry for object {object}; some readers dislike such gaps.',
    ...damaged,
  },
  'pdf.size-wrong': {
    message: 'The trailer of the PDF says /Size {size}, but its highest object is {highest}.',
    ...damaged,
  },
  'pdf.no-endobj': { message: 'Object {object} of the PDF has no endobj.', ...damaged },
  'pdf.stream-length': {
    message: 'The stream of object {object} of the PDF states a wrong length.',
    ...damaged,
  },
} as const satisfies Partial<Record<`${'pdf'}.${string}`, ErrorRow>>;
