// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode, ErrorDetails } from '@signet/base';
import type { PdfDocument } from './document.ts';

/** Something about a file's structure that whoever wants to seal it must know. */
export interface StructureFinding {
  readonly code: ErrorCode & `pdf.${string}`;
  readonly details: ErrorDetails;
  /** `refuse`: two readers may see two documents, or the file is damaged. `tell`: unusual, but there is one reading. */
  readonly severity: 'refuse' | 'tell';
}

/** Looks at what opening alone does not judge: the cross-reference sections against each other, and the file's ends. */
export function inspectStructure(_document: PdfDocument): readonly StructureFinding[] {
  return [];
}
