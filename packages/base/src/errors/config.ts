// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for settings and process configurations. */
export const configErrors = {

} as const satisfies Partial<Record<`${'config'}.${string}`, ErrorRow>>;
