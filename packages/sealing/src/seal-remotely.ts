// SPDX-License-Identifier: Apache-2.0
import { fillHole } from '@signet/ades/pades';
import type { Uuid } from '@signet/base';
import { whileKept, whileLive } from './attempt.ts';
import type { DocumentInput, PreparationRequest } from './document-work.ts';
import type { ResultRecord, SealingJob } from './job.ts';
import type { HeldDocument, SealingParts } from './seal.ts';
import { contentNotSeen } from './seal-hash.ts';

/** What a Sealing Server gave for a document: bytes to append, and its record. */
export interface RemoteSeal {
  readonly appended: Uint8Array;
  readonly record: ResultRecord;
}

/** How a Sealing Server is asked: by document, or by the DocHash alone. */
export interface RemoteSealing {
  /** The server gets the document (transfer `document`). */
  sendDocument(
    job: SealingJob,
    document: DocumentInput,
    signal: AbortSignal | undefined,
  ): Promise<RemoteSeal>;
  /** What the server's process wants of a document that is prepared here (transfer `hash`). */
  preparation(job: SealingJob): Promise<Omit<PreparationRequest, 'signingTime'>>;
  /** The server gets the DocHash and gives the complete CMS. */
  sendDocHash(
    job: SealingJob,
    docHash: Uint8Array,
    reservedBytes: number,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly cms: Uint8Array; readonly record: ResultRecord }>;
}

/**
 * The client's side of the path: prepare (in hash transfer), record, the server's part, check, release. What the server
 * gave is verified here like any output of our own before anybody gets it.
 *
 * @returns the seal under our own job id, and the id that the server knows it by
 * @throws SignetError of the server, or of the step that failed here
 */
export async function sealRemotely(
  held: HeldDocument,
  remote: RemoteSealing,
  parts: Omit<SealingParts, 'configure'>,
): Promise<RemoteSeal & { readonly remoteJob: Uuid }> {
  const { job, document } = held;
  const attempt = await parts.jobs.recordIntention(held.lease, {
    docHash: job.sha256In,
    certificate: 'server',
    credential: 'server',
    algorithm: 'server',
  });
  return whileLive(attempt, parts.jobs, async () => {
    const { appended, record } =
      job.transfer === 'document'
        ? await remote.sendDocument(job, document, held.signal)
        : await completeHere(held, remote, parts);
    const expected = { certificate: record.certificate, level: record.levelReached };
    const output = await parts.keep(held, appended);
    const ours = await whileKept(output, async () => {
      const checked = await parts.work.check(document, { appended, ...output }, expected);
      const released: ResultRecord = { ...record, job: job.id, sha256In: job.sha256In, ...checked };
      await parts.jobs.release(attempt, released, output?.blob ?? null);
      return released;
    });
    return { appended, record: ours, remoteJob: record.job };
  });
}

/** Hash transfer: only digests leave the house. */
async function completeHere(
  held: HeldDocument,
  remote: RemoteSealing,
  parts: Omit<SealingParts, 'configure'>,
): Promise<RemoteSeal> {
  const request = await remote.preparation(held.job);
  const { preparation, warnings } = await parts.work.prepare(held.document, {
    ...request,
    signingTime: parts.clock.now(),
  });
  const { cms, record } = await remote.sendDocHash(
    held.job,
    preparation.docHash,
    preparation.reservedBytes,
    held.signal,
  );
  // The server warns that it has not seen the content. Here it is seen, and the output is checked against it.
  const still = record.warnings.filter((warning) => warning !== contentNotSeen);
  return { appended: fillHole(preparation, cms), record: { ...record, warnings: [...still, ...warnings] } };
}
