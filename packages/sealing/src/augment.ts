// SPDX-License-Identifier: Apache-2.0
import { addSignatureTimeStamp, signatureTimeStampImprint } from '@signet/ades/cades';
import { isSignetError } from '@signet/base';
import type { SealLevel } from './job.ts';
import type { SealingProcess } from './sealing-process.ts';

/** A signature at the level that was reached. */
export interface Augmented {
  /** DER of the CMS SignedData. */
  readonly cms: Uint8Array;
  readonly levelReached: SealLevel;
  /** Time of the signature time-stamp (RFC 3339), null at B-B. */
  readonly timeStamp: string | null;
  /** Warnings of a lowered result; empty when the level wanted was reached. */
  readonly lowered: readonly string[];
}

/**
 * Takes a B-B signature to the level that the process wants. When no authority answers, the process decides: an error
 * that can be retried (default), or the lower level, flagged.
 *
 * @throws SignetError `tsa.unavailable`
 */
export async function augment(
  cms: Uint8Array,
  process: SealingProcess,
  signal: AbortSignal | undefined,
): Promise<Augmented> {
  const { timeStamping, configuration } = process;
  if (configuration.level === 'B-B' || timeStamping === undefined) {
    return { cms, levelReached: 'B-B', timeStamp: null, lowered: [] };
  }
  try {
    const { token, genTime } = await timeStamping.stamp(signatureTimeStampImprint(cms, 'sha256'), signal);
    return {
      cms: addSignatureTimeStamp(cms, token),
      levelReached: 'B-T',
      timeStamp: genTime.toISOString(),
      lowered: [],
    };
  } catch (error) {
    if (configuration.timeStamp?.whenUnavailable === 'lower' && isSignetError(error, 'tsa.unavailable')) {
      return {
        cms,
        levelReached: 'B-B',
        timeStamp: null,
        lowered: ['level-lowered: no time-stamping authority answered'],
      };
    }
    throw error;
  }
}
