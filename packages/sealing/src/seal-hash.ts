// SPDX-License-Identifier: Apache-2.0
import { reachesLevel } from '@signet/ades';
import { prepareSignature } from '@signet/ades/cades';
import { SignetError } from '@signet/base';
import { recordIntention, whileLive } from './attempt.ts';
import { augment } from './augment.ts';
import type { Lease, ResultRecord, SealingJob } from './job.ts';
import { resultRecord } from './result-record.ts';
import type { SealingParts } from './seal.ts';
import { neededBytes, type SealingProcess } from './sealing-process.ts';
import { signDocHash } from './sign.ts';
import type { BlobRef } from './stores.ts';

/** The warning of a seal that was made from a digest: its maker has not seen what it binds. */
export const contentNotSeen = 'content-not-seen';

/** A DocHash whose document stays with the caller. */
export interface HeldDocHash {
  readonly job: SealingJob;
  readonly lease: Lease;
  /** Signer's document representation, of the process's digest algorithm. */
  readonly docHash: Uint8Array;
  /** Bytes of CMS that the caller's hole holds. */
  readonly reservedBytes: number;
  readonly signal?: AbortSignal;
}

/** What the path takes for a DocHash. */
export interface HashSealingParts extends Pick<SealingParts, 'jobs' | 'configure'> {
  /** Writes the CMS where the result must outlive the answer; null where the answer carries it. */
  readonly keepCms: (held: HeldDocHash, cms: Uint8Array) => Promise<BlobRef | null>;
}

/** The complete CMS for a caller's hole. */
export interface SealedDocHash {
  readonly record: ResultRecord;
  /** DER of the CMS SignedData. */
  readonly cms: Uint8Array;
}

/**
 * The path cut after the signer's document representation (hash transfer): configure → record → sign → embed → augment →
 * release. The content is not seen; the caller prepared the document, and embeds and checks.
 *
 * @throws SignetError `seal.hole-too-small` before a key or a time-stamp is spent; else of the step that failed
 */
export async function sealDocHash(held: HeldDocHash, parts: HashSealingParts): Promise<SealedDocHash> {
  const process = await parts.configure(held.job);
  refuseDocumentLevel(process);
  refuseSmallHole(held, neededBytes(process));
  const signature = prepareSignature({
    docHash: held.docHash,
    digestAlgorithm: process.configuration.digestAlgorithm,
    algorithm: process.algorithm,
    certificates: process.credential.certificates,
  });
  const attempt = await recordIntention(held.lease, held.docHash, process, parts.jobs);
  return whileLive(attempt, parts.jobs, async () => {
    const signed = await signDocHash(signature, process, held.signal);
    const { cms, levelReached, timeStamp, lowered } = await augment(signed, process, held.signal);
    refuseSmallHole(held, cms.length);
    const warnings = [contentNotSeen, ...lowered];
    const record = resultRecord({
      job: held.job,
      process,
      levelReached,
      timeStamp,
      sha256Out: null,
      warnings,
    });
    await parts.jobs.release(attempt, record, await parts.keepCms(held, cms));
    return { record, cms };
  });
}

/** Validation data are stored in the document, which is not here. */
function refuseDocumentLevel({ configuration: { process, level } }: SealingProcess): void {
  if (reachesLevel(level, 'B-LT')) throw new SignetError('seal.level-needs-document', { process, level });
}

function refuseSmallHole({ reservedBytes: reserved }: HeldDocHash, needed: number): void {
  if (needed > reserved) throw new SignetError('seal.hole-too-small', { needed, reserved });
}
