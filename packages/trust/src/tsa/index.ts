// SPDX-License-Identifier: Apache-2.0
export { egressHostOf, type TimeStampAuthoritySettings, type TimeStampLogin } from './authority.ts';
export { Breaker, type BreakerSettings, defaultBreaker } from './breaker.ts';
export { judgeTimeStamp } from './judge.ts';
export {
  openTimeStampPool,
  type TimeStampAuthorityHealth,
  type TimeStampPoolClient,
  type TimeStampPoolOptions,
  type TimeStampPoolSettings,
  type TimeStampResult,
} from './pool.ts';
export { type Rate, RateLimit } from './rate-limit.ts';
export { maxResponseBytes, requestTimeStamp } from './request.ts';
