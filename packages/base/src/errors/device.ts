// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for signature creation devices. */
export const deviceErrors = {

} as const satisfies Partial<Record<`${'device'}.${string}`, ErrorRow>>;
