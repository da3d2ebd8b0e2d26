// SPDX-License-Identifier: Apache-2.0
import { type AdesLevel, reachesLevel } from '@signet/ades';
import { SignetError } from '@signet/base';
import { type AppendedDocument, appendTimeStamp, appendValidationData } from './append-revisions.ts';
import { whileKept } from './attempt.ts';
import type { AugmentationState, DocumentInput, DocumentWork } from './document-work.ts';
import type { SealLevel } from './job.ts';
import type { KeptOutput } from './seal.ts';
import type { TimeStamping, ValidationDataCollecting } from './sealing-process.ts';

/** What a signed document is augmented with. */
export interface AugmentationParts {
  readonly work: DocumentWork;
  readonly timeStamping: TimeStamping;
  /** Needed for B-LT and B-LTA. */
  readonly validationData: ValidationDataCollecting | undefined;
  /** Writes the augmented document where there is a place for it; null where the answer carries it. */
  readonly keep: (appended: Uint8Array) => Promise<KeptOutput | null>;
}

/** What is wanted of an augmentation. */
export interface AugmentationRequest {
  /** A level above the one that the document has; B-LTA again renews its archive time-stamp. */
  readonly level: Exclude<SealLevel, 'B-B'>;
  /** Whether VRI dictionaries are written beside the store's lists; default not. */
  readonly vri?: boolean;
  readonly signal?: AbortSignal;
}

/** A document that was augmented: itself, then these bytes. */
export interface AugmentedPdf {
  readonly appended: Uint8Array;
  readonly levelBefore: AdesLevel;
  readonly levelReached: AdesLevel;
  /** SHA-256 of the augmented document, lower-case hexadecimal. */
  readonly sha256Out: string;
  readonly warnings: readonly string[];
}

/**
 * Takes all signatures of a document, ours or another's, to a higher level by appending alone: to B-T by a document
 * time-stamp, to B-LT by validation data, to B-LTA by a document time-stamp over those. The certificates may have expired
 * meanwhile, as long as a time-stamp proves that the signature was there before. What was made is checked before anybody
 * gets it.
 *
 * @throws SignetError `ades.nothing-to-augment`, `ades.level-reached`, `ades.earlier-signature-broken`,
 *   `ades.certified-no-augmentation`, `tsa.unavailable`, `trust.*`; `ades.check-*`: it must not be released
 */
export async function augmentPdf(
  document: DocumentInput,
  request: AugmentationRequest,
  parts: AugmentationParts,
): Promise<AugmentedPdf> {
  const { level } = request;
  const before = await parts.work.inspectAugmentation(document, new Uint8Array());
  if (level !== 'B-LTA' && reachesLevel(before.level, level)) {
    throw new SignetError('ades.level-reached', { reached: before.level, wanted: level });
  }
  const { appended } = await withRevisions({ document, appended: new Uint8Array() }, before, request, parts);
  const output = await parts.keep(appended);
  return whileKept(output, async () => {
    const { sha256Out, levelReached } = await parts.work.checkAugmentation(
      document,
      { appended, ...output },
      { level },
    );
    return { appended, levelBefore: before.level, levelReached, sha256Out, warnings: before.warnings };
  });
}

async function withRevisions(
  start: AppendedDocument,
  before: AugmentationState,
  { level, vri = false, signal }: AugmentationRequest,
  { work, timeStamping, validationData }: AugmentationParts,
): Promise<AppendedDocument> {
  let target = start;
  let state = before;
  if (before.level === 'B-B') {
    target = await appendTimeStamp(target, timeStamping, work, signal);
    if (level === 'B-T') return target;
    state = await work.inspectAugmentation(start.document, target.appended);
  }
  if (level === 'B-T') return target;
  // Data that are complete need no company; a renewal adds those of the archive time-stamp before it is covered itself.
  const wanting = !reachesLevel(state.level, 'B-LT');
  if (wanting || before.level === 'B-LTA') {
    if (validationData === undefined) throw new SignetError('seal.level-unprovided', { level });
    const data = await validationData.collect(state.inUse, state.store, signal);
    target = await appendValidationData(target, { data, vri, always: wanting }, work);
  }
  return level === 'B-LTA' ? appendTimeStamp(target, timeStamping, work, signal) : target;
}
