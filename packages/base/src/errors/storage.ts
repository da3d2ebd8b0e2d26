// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for database, journal and document store. */
export const storageErrors = {

} as const satisfies Partial<Record<`${'storage'}.${string}`, ErrorRow>>;
