// SPDX-License-Identifier: Apache-2.0
import { arrivalConformance } from './conformance/arrival.ts';
import { attemptConformance } from './conformance/attempts.ts';
import { queueConformance } from './conformance/queue.ts';
import type { JobStoreUnderTest } from './conformance/under-test.ts';

/** What every job store promises, whatever it stores in. A new implementation adds one test file that calls this. */
export function jobStoreConformance(under: JobStoreUnderTest): void {
  arrivalConformance(under);
  attemptConformance(under);
  queueConformance(under);
}
