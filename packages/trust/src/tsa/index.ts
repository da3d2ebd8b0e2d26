// SPDX-License-Identifier: Apache-2.0
export type { TimeStampAuthoritySettings, TimeStampLogin } from './authority.ts';
export type { BreakerSettings } from './breaker.ts';
export {
  openTimeStampPool,
  type TimeStampAuthorityHealth,
  type TimeStampPoolClient,
  type TimeStampPoolOptions,
  type TimeStampPoolSettings,
  type TimeStampResult,
} from './pool.ts';
export type { Rate } from './rate-limit.ts';
