// SPDX-License-Identifier: Apache-2.0
import { defaultZipLimits, type ZipLimits } from '../batch/zip-limits.ts';
import type { UploadPace } from '../spool/receive.ts';

/** What a program takes by REST, in bytes and seconds. */
export interface RestLimits {
  /** Bodies up to this stay in memory, larger ones go through the spool. */
  readonly memoryBytes: number;
  /** One document; a process may say less. */
  readonly documentBytes: number;
  /** The ZIP of a batch as it comes. */
  readonly packageBytes: number;
  readonly jsonBytes: number;
  readonly headerBytes: number;
  readonly headerSeconds: number;
  readonly hashesPerCall: number;
  readonly upload: UploadPace;
  /** Seconds in which a caller must take the next bytes of an answer. */
  readonly downloadIdleSeconds: number;
  /** How long, and how much of, what a refused caller still sends is thrown away so that the answer can reach it. */
  readonly lingerSeconds: number;
  readonly lingerBytes: number;
  /** What is answered in Retry-After. */
  readonly retryAfterSeconds: number;
  readonly zip: ZipLimits;
}

/** The limits where settings say nothing. */
export const defaultLimits: RestLimits = {
  memoryBytes: 1 << 20,
  documentBytes: 2 ** 30,
  packageBytes: 2 ** 31,
  jsonBytes: 1 << 20,
  headerBytes: 16 << 10,
  headerSeconds: 15,
  hashesPerCall: 100,
  upload: { idleSeconds: 30, graceSeconds: 30, minimumBytesPerSecond: 4096, maximumSeconds: 3600 },
  downloadIdleSeconds: 60,
  lingerSeconds: 2,
  lingerBytes: 1 << 24,
  retryAfterSeconds: 5,
  zip: defaultZipLimits,
};
