// SPDX-License-Identifier: Apache-2.0
import { type ByteSource, SignetError } from '@signet/base';
import type { PdfDocument } from './document.ts';

/** Bounds on what a file may make us do. All have defaults. */
export interface PdfOpenOptions {
  /** Most bytes a single stream may decode to. Default 256 MiB. */
  readonly streamLimit?: number;
}

/**
 * Opens a PDF by random access: its end, its cross-reference sections, and later what is asked for. Reads never grow with
 * the file.
 *
 * @throws SignetError `pdf.not-a-pdf`, `pdf.truncated`, `pdf.no-startxref`, `pdf.xref-malformed`, `pdf.dangling-prev`,
 *   `pdf.circular-prev`, `pdf.encrypted`, `pdf.no-catalog`, …
 */
export function openPdf(source: ByteSource, _options: PdfOpenOptions = {}): PdfDocument {
  throw new SignetError('general.not-offered', { what: `Opening ${source.length} bytes` });
}
