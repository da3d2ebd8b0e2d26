// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid, uuidv7 } from '@signet/base';
import { readZip, type ZipDocument } from '@signet/exchange/batch';
import type { BatchCall, BatchView, Caller } from '@signet/exchange/rest';
import {
  type Batch,
  type BlobRef,
  type JobView,
  problemOf,
  type SealingJob,
  type SealingProcess,
} from '@signet/sealing';
import { newJob } from './arrivals.ts';
import { removeQuietly } from './held-work.ts';
import type { EngineParts } from './parts.ts';

interface Unpacked {
  readonly documents: Batch['documents'][number][];
  readonly jobs: { readonly job: SealingJob; readonly input: BlobRef }[];
}

/**
 * Unpacks a ZIP and makes a job of each document; batch and jobs are durable when it resolves. A bad document becomes no
 * job and its problem stands in the batch.
 *
 * @throws SignetError `batch.*` for what is wrong with the package as a whole; then nothing is kept
 */
export async function createBatch(
  caller: Caller,
  call: BatchCall,
  process: SealingProcess,
  parts: EngineParts,
): Promise<BatchView> {
  const id = uuidv7(parts.clock);
  const unpacked: Unpacked = { documents: [], jobs: [] };
  try {
    for await (const document of readZip(call.zip.path, { spool: parts.spool, limits: parts.limits.zip })) {
      call.signal.throwIfAborted();
      await addDocument(unpacked, document, { caller, batch: id, process, parts });
    }
    const batch: Batch = {
      id,
      tenant: caller.tenant,
      process: process.configuration.process,
      identity: caller.identity,
      createdAt: parts.clock.now(),
      documents: unpacked.documents,
    };
    const { idempotencyKey: key } = call;
    const idempotency = key === undefined ? undefined : { key, bodySha256: call.zip.sha256 };
    const stored = await parts.batches.create(batch, unpacked.jobs, idempotency);
    if (stored.id !== id) await removeInputs(unpacked, parts);
    return viewOf(stored, parts);
  } catch (error) {
    await removeUnlessStored(error, unpacked, parts);
    if (call.signal.aborted) throw new SignetError('request.aborted', {}, error);
    throw error;
  }
}

/** A batch and how far its documents are. @throws SignetError `request.unknown-batch` */
export async function batchView(parts: EngineParts, tenant: number, id: Uuid): Promise<BatchView> {
  const batch = await parts.batches.batch(tenant, id);
  if (batch === undefined) throw new SignetError('request.unknown-batch', { batch: id });
  return viewOf(batch, parts);
}

async function addDocument(
  { documents, jobs }: Unpacked,
  document: ZipDocument,
  into: { caller: Caller; batch: Uuid; process: SealingProcess; parts: EngineParts },
): Promise<void> {
  const { caller, batch, process, parts } = into;
  const { name } = document;
  if ('problem' in document) {
    documents.push({ name, problem: problemOf(document.problem, batch) });
    return;
  }
  const { size, sha256 } = document.file;
  const { maxBytes } = process.configuration.limits;
  if (size > maxBytes) {
    const tooLarge = new SignetError('batch.entry-too-large', { limitBytes: maxBytes });
    documents.push({ name, problem: problemOf(tooLarge, batch) });
    return;
  }
  const input = await parts.blobs.adopt(caller.tenant, document.file.path);
  const arrival = {
    channel: 'batch',
    transfer: 'document',
    documentName: name,
    sha256In: sha256,
    size,
    batch,
  } as const;
  const job = newJob(caller, process, arrival, parts.clock);
  documents.push({ name, job: job.id });
  jobs.push({ job, input });
}

async function viewOf(batch: Batch, { jobs }: EngineParts): Promise<BatchView> {
  const ids = batch.documents.flatMap(({ job }) => (job === undefined ? [] : [job]));
  const views = await jobs.views(batch.tenant, ids);
  return { batch, state: views.every(isFinished) ? 'finished' : 'working', jobs: views };
}

function isFinished({ state }: JobView): boolean {
  return state !== 'accepted' && state !== 'sealing';
}

/** What failed after the store was asked may be stored all the same: then the sweep decides by what the database knows. */
async function removeUnlessStored(error: unknown, unpacked: Unpacked, parts: EngineParts): Promise<void> {
  if (error instanceof SignetError && error.code.startsWith('storage.')) return;
  await removeInputs(unpacked, parts);
}

async function removeInputs({ jobs }: Unpacked, parts: EngineParts): Promise<void> {
  for (const { input } of jobs) await removeQuietly(input, parts);
}
