// SPDX-License-Identifier: Apache-2.0
export { askOcspResponder, fetchPublished, type RevocationExchange } from './ask.ts';
export { type CachedRevocationValue, memoryRevocationCache, type RevocationCache } from './cache.ts';
export { openRevocationClient, type RevocationClient, type RevocationClientOptions } from './client.ts';
export {
  type CollectionOptions,
  collectValidationData,
  type ValidationData,
  type ValidationSubject,
} from './collect.ts';
export { type ValidationDataCollector, validationDataCollector } from './collector.ts';
export {
  isExemptResponder,
  judgeListValue,
  judgeOcspValue,
  type RevocationQuestion,
  type RevocationValue,
} from './value.ts';
