// SPDX-License-Identifier: Apache-2.0
import type { ErrorRow } from './row.ts';

/** Codes for trust services, certification paths and outgoing connections. */
export const trustErrors = {

} as const satisfies Partial<Record<`${'trust' | 'tsa' | 'egress'}.${string}`, ErrorRow>>;
