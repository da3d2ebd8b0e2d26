// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for folders and packages. */
export const exchangeErrors = {

} as const satisfies Partial<Record<`${'exchange' | 'batch'}.${string}`, ErrorRow>>;
