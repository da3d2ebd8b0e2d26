// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for identity and permission. */
export const accessErrors = {

} as const satisfies Partial<Record<`${'access'}.${string}`, ErrorRow>>;
