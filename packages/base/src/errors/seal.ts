// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for the sealing path. */
export const sealErrors = {

} as const satisfies Partial<Record<`${'seal'}.${string}`, ErrorRow>>;
