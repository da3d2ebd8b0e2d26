// SPDX-License-Identifier: Apache-2.0
import { parseCertificate } from '@signet/pkix';
import type { RevocationClient } from './client.ts';
import { collectValidationData, type ValidationData, type ValidationSubject } from './collect.ts';

/** Collects validation data with one set of anchors and one client: the part that a process is joined with. */
export interface ValidationDataCollector {
  /** As `collectValidationData`; `held` are the values that the document carries already. */
  collect(
    subjects: readonly ValidationSubject[],
    held: ValidationData | undefined,
    signal: AbortSignal | undefined,
  ): Promise<ValidationData>;
}

/**
 * Makes a collector.
 *
 * @param anchors DER of the trust anchors
 * @throws SignetError `certificate.*` if an anchor cannot be read
 */
export function validationDataCollector(
  anchors: readonly Uint8Array[],
  client: RevocationClient,
): ValidationDataCollector {
  const parsed = anchors.map((bytes) => parseCertificate(bytes));
  return {
    collect: (subjects, held, signal) =>
      collectValidationData(subjects, {
        anchors: parsed,
        client,
        ...(held && { held }),
        ...(signal && { signal }),
      }),
  };
}
