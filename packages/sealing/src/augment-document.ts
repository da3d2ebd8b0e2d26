// SPDX-License-Identifier: Apache-2.0
import { reachesLevel } from '@signet/ades';
import { certificatesInUse } from '@signet/ades/cades';
import { type DocumentPreparation, fillHole } from '@signet/ades/pades';
import { isSignetError } from '@signet/base';
import { type AppendedDocument, appendTimeStamp, appendValidationData } from './append-revisions.ts';
import { type Augmented, augment } from './augment.ts';
import type { DocumentInput, DocumentWork } from './document-work.ts';
import type { SealLevel } from './job.ts';
import type { SealingProcess } from './sealing-process.ts';

/** A B-B signature and the preparation whose hole it is for. */
export interface SignedDocument {
  readonly document: DocumentInput;
  readonly preparation: DocumentPreparation;
  /** DER of the CMS SignedData. */
  readonly signed: Uint8Array;
}

/** A sealed document at the level that was reached. */
export interface AugmentedDocument {
  /** DER of the CMS SignedData in the hole. */
  readonly cms: Uint8Array;
  /** All bytes that follow the document as it came: the signature's revision and those after it. */
  readonly appended: Uint8Array;
  readonly levelReached: SealLevel;
  /** Warnings of a lowered result; empty when the level wanted was reached. */
  readonly lowered: readonly string[];
}

/**
 * Embeds a signature and takes it to the level that the process wants: a signature time-stamp inside the CMS, then
 * validation data and a document time-stamp as further revisions. When a service is away the process decides: an error
 * that can be retried (default), or the level that was reached, flagged.
 *
 * @throws SignetError `tsa.unavailable`, `trust.*`
 */
export async function augmentDocument(
  { document, preparation, signed }: SignedDocument,
  process: SealingProcess,
  work: DocumentWork,
  signal: AbortSignal | undefined,
): Promise<AugmentedDocument> {
  const augmented = await augment(signed, process, signal);
  const appended = fillHole(preparation, augmented.cms);
  const { level } = process.configuration;
  if (augmented.levelReached !== 'B-T' || !reachesLevel(level, 'B-LT')) return { ...augmented, appended };
  return preserve({ document, appended }, augmented, process, { work, signal });
}

/** From B-T to B-LT and B-LTA, one revision each. */
async function preserve(
  sealed: AppendedDocument,
  { cms }: Augmented,
  process: SealingProcess,
  { work, signal }: { readonly work: DocumentWork; readonly signal: AbortSignal | undefined },
): Promise<AugmentedDocument> {
  const { level, validationData: policy = {}, timeStamp } = process.configuration;
  const lowers = policy.whenUnavailable === 'lower';
  let reached: AppendedDocument = sealed;
  let levelReached: SealLevel = 'B-T';
  try {
    const data = await process.validationData!.collect(certificatesInUse(cms), undefined, signal);
    reached = await appendValidationData(reached, { data, vri: policy.vri ?? false, always: true }, work);
    levelReached = 'B-LT';
    if (level === 'B-LTA') {
      reached = await appendTimeStamp(reached, process.timeStamping!, work, signal);
      levelReached = 'B-LTA';
    }
  } catch (error) {
    const lowered =
      (lowers && isSignetError(error, 'trust.revocation-unavailable') && 'no revocation service answered') ||
      (timeStamp?.whenUnavailable === 'lower' &&
        isSignetError(error, 'tsa.unavailable') &&
        'no time-stamping authority answered');
    if (!lowered) throw error;
    return { cms, appended: reached.appended, levelReached, lowered: [`level-lowered: ${lowered}`] };
  }
  return { cms, appended: reached.appended, levelReached, lowered: [] };
}
