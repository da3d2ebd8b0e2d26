// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for making and reading AdES signatures. */
export const adesErrors = {

} as const satisfies Partial<Record<`${'ades'}.${string}`, ErrorRow>>;
