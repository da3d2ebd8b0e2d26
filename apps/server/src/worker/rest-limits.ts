// SPDX-License-Identifier: Apache-2.0
import { defaultLimits, type RestLimits } from '@signet/exchange/rest';
import type { Settings } from '../settings/index.ts';

const megabyte = 1_000_000;

/** The limits of the REST edge as the settings say them. */
export function restLimits({ limits }: Pick<Settings, 'limits'>): RestLimits {
  return {
    ...defaultLimits,
    memoryBytes: limits.inlineMegabytes * megabyte,
    documentBytes: limits.uploadMegabytes * megabyte,
    packageBytes: limits.batchMegabytes * megabyte,
    upload: { ...defaultLimits.upload, maximumSeconds: limits.uploadSeconds },
    zip: {
      ...defaultLimits.zip,
      entries: limits.batchDocuments,
      entryBytes: limits.uploadMegabytes * megabyte,
      totalBytes: limits.batchMegabytes * megabyte * 4,
    },
  };
}
