// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for what is wrong with a PDF document. */
export const pdfErrors = {

} as const satisfies Partial<Record<`${'pdf'}.${string}`, ErrorRow>>;
