// SPDX-License-Identifier: Apache-2.0
import { prepareSignature } from '@signet/ades/cades';
import { SignetError } from '@signet/base';
import { recordIntention, whileKept, whileLive } from './attempt.ts';
import { augmentDocument } from './augment-document.ts';
import type { DocumentInput, DocumentWork } from './document-work.ts';
import type { Lease, ResultRecord, SealingJob } from './job.ts';
import { resultRecord } from './result-record.ts';
import { bytesWithTimeStamp, reservedBytes, type SealingProcess } from './sealing-process.ts';
import { signDocHash } from './sign.ts';
import type { BlobRef, JobStore } from './stores.ts';

/** A document that was taken in by `JobStore.arrive` or `claim` and is held by this process. */
export interface HeldDocument {
  readonly job: SealingJob;
  readonly lease: Lease;
  readonly document: DocumentInput;
  /** Ends the work when the caller is gone. */
  readonly signal?: AbortSignal;
}

/** What the path is made of; the programs put it together by hand. */
export interface SealingParts {
  readonly jobs: Pick<JobStore, 'recordIntention' | 'lose' | 'release'>;
  /** Finds the frozen process version of a job, its credential and its time-stamping. */
  readonly configure: (job: SealingJob) => Promise<SealingProcess>;
  readonly work: DocumentWork;
  readonly clock: { now(): Date };
  /** Writes the sealed document where the result must outlive the answer; null where the answer carries it. */
  readonly keep: (held: HeldDocument, appended: Uint8Array) => Promise<KeptOutput | null>;
}

/** A sealed document that was written, and is not released yet. */
export interface KeptOutput {
  /** The local file, fsynced. */
  readonly path: string;
  readonly blob: BlobRef | null;
  /** Removes it: it failed its check, or its release. */
  discard(): Promise<void>;
}

/** A sealed document is the document that came, then these bytes. */
export interface SealedDocument {
  readonly record: ResultRecord;
  readonly appended: Uint8Array;
  /** DER of the CMS SignedData in the hole. */
  readonly cms: Uint8Array;
  /** DocHash: what the signature binds, lower-case hexadecimal. */
  readonly docHash: string;
}

/**
 * Seals one document: the path of docs/architecture.md §2, which every setup takes; docs/lifecycle.md tells what is
 * durable after each step. *arrive* came before (its outcome may be a job that was sealed already). Nothing is handed
 * out unless *release* resolved.
 *
 * @param reserved bytes of CMS to reserve; given by the path itself when the first hole turned out too small
 * @throws SignetError of the step that failed; the attempt is then closed as lost
 */
export async function seal(
  held: HeldDocument,
  parts: SealingParts,
  reserved?: number,
): Promise<SealedDocument> {
  const process = await parts.configure(held.job);
  const { preparation, warnings } = await parts.work.prepare(held.document, {
    ...process.configuration.pades,
    digestAlgorithm: process.configuration.digestAlgorithm,
    storesValidationData: process.validationData !== undefined,
    reservedBytes: reserved ?? reservedBytes(process),
    signingTime: parts.clock.now(),
  });
  const signature = prepareSignature({
    ...preparation,
    ...process,
    certificates: process.credential.certificates,
  });
  const attempt = await recordIntention(held.lease, signature.docHash, process, parts.jobs);
  return whileLive(attempt, parts.jobs, async () => {
    const signed = await signDocHash(signature, process, held.signal);
    const needed = bytesWithTimeStamp(signed, process);
    if (needed > preparation.reservedBytes) return again(held, parts, needed, reserved);
    const embedded = { document: held.document, preparation, signed };
    const augmented = await augmentDocument(embedded, process, parts.work, held.signal);
    const { cms, appended, levelReached, lowered } = augmented;
    const expected = { certificate: process.certificate.fingerprint, level: levelReached };
    const output = await parts.keep(held, appended);
    const record = await whileKept(output, async () => {
      const checked = await parts.work.check(held.document, { appended, ...output }, expected);
      const found = { job: held.job, process, levelReached, ...checked, warnings: [...warnings, ...lowered] };
      const result = resultRecord(found);
      await parts.jobs.release(attempt, result, output?.blob ?? null);
      return result;
    });
    return { record, appended, cms, docHash: Buffer.from(signature.docHash).toString('hex') };
  });
}

/**
 * A time-stamp covers one signature value and cannot be kept over a new one: so when the hole is too small this is
 * settled before a token is spent, by preparing, recording and signing again. The next intention closes this attempt.
 */
function again(
  held: HeldDocument,
  parts: SealingParts,
  needed: number,
  reserved: number | undefined,
): Promise<SealedDocument> {
  if (reserved !== undefined) throw new SignetError('seal.hole-unsettled', { needed, reserved });
  return seal(held, parts, needed + 1024);
}
