// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for what a REST caller sent. */
export const requestErrors = {

} as const satisfies Partial<Record<`${'request'}.${string}`, ErrorRow>>;
