// SPDX-License-Identifier: Apache-2.0
import type { ErrorCode, ErrorDetails } from '@signet/base';

/** Something about a file's structure that whoever wants to seal it must know. */
export interface StructureFinding {
  readonly code: ErrorCode & `pdf.${string}`;
  readonly details: ErrorDetails;
  /** `refuse`: two readers may see two documents, or the file is damaged. `tell`: unusual, but there is one reading. */
  readonly severity: 'refuse' | 'tell';
}
