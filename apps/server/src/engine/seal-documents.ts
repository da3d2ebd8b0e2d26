// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import type { Caller, KnownJob, SealCall, SealedOutcome } from '@signet/exchange/rest';
import {
  type BlobRef,
  type DocumentInput,
  type HeldDocument,
  type IdempotencyKey,
  type JobView,
  type KeptOutput,
  type SealedDocument,
  type SealingProcess,
  seal,
} from '@signet/sealing';
import { type Arrival, newJob } from './arrivals.ts';
import { doHeld, type HeldWork, removeQuietly } from './held-work.ts';
import { keepOutput, storedTail } from './kept-output.ts';
import type { EngineParts } from './parts.ts';

/** A sealed document, or what became of the same request before. */
export type SealAnswer =
  | { readonly kind: 'new'; readonly sealed: SealedDocument }
  | { readonly kind: 'before'; readonly view: JobView };

/**
 * Seals a document for a caller who waits. Without a key the answer is the acknowledgement: only intention and audit are
 * durable, no bytes. With a key, input and result are durable before the answer, and whoever dies leaves the job to the
 * queue.
 */
export async function sealDocument(
  caller: Caller,
  call: SealCall,
  process: SealingProcess,
  parts: EngineParts,
): Promise<SealAnswer> {
  const { document, idempotencyKey, signal } = call;
  if (idempotencyKey === undefined) {
    const job = newJob(caller, process, arrivalOf(call), parts.clock);
    const outcome = await parts.jobs.arrive(job, { until: 'answer', claim: true });
    if (outcome.kind !== 'new') throw unexpectedOutcome(outcome.kind);
    const held: HeldWork = { job, lease: outcome.lease, input: null, caller: signal };
    return { kind: 'new', sealed: await sealHeld(held, async () => document, parts) };
  }
  const input = await storeInput(caller, call, parts);
  const idempotency = { key: idempotencyKey, bodySha256: document.sha256 };
  const job = newJob(caller, process, arrivalOf(call, idempotency), parts.clock);
  const outcome = await arriveOrRemove(
    () => parts.jobs.arrive(job, { until: 'durable', input, claim: true }),
    input,
    parts,
  );
  if (outcome.kind === 'known') {
    await parts.blobs.remove(input);
    return { kind: 'before', view: outcome.view };
  }
  if (outcome.kind !== 'new') throw unexpectedOutcome(outcome.kind);
  const held: HeldWork = { job, lease: outcome.lease, input };
  return { kind: 'new', sealed: await sealHeld(held, async () => storedAs(document, input, parts), parts) };
}

/** Takes a document in to be sealed in the background; durable when it resolves. */
export async function sealDocumentLater(
  caller: Caller,
  call: SealCall,
  process: SealingProcess,
  parts: EngineParts,
): Promise<JobView> {
  const input = await storeInput(caller, call, parts);
  const { idempotencyKey: key, document } = call;
  const idempotency = key === undefined ? undefined : { key, bodySha256: document.sha256 };
  const job = newJob(caller, process, arrivalOf(call, idempotency), parts.clock);
  const outcome = await arriveOrRemove(
    () => parts.jobs.arrive(job, { until: 'durable', input, claim: false }),
    input,
    parts,
  );
  if (outcome.kind === 'known') {
    await parts.blobs.remove(input);
    return outcome.view;
  }
  return { job, state: 'accepted', createdAt: parts.clock.now(), hasOutput: false, deleted: false };
}

/**
 * Seals a document that this process holds, tells the observer, and removes its input.
 *
 * @param load gives the document; if it cannot, the job ends or waits like for any other failure
 */
export async function sealHeld(
  held: HeldWork,
  load: () => Promise<DocumentInput>,
  parts: EngineParts,
): Promise<SealedDocument> {
  const started = performance.now();
  const { job, lease, input } = held;
  const keep = (its: HeldDocument, appended: Uint8Array): Promise<KeptOutput | null> =>
    input === null ? Promise.resolve(null) : keepOutput(parts.blobs, its, appended);
  const configure = parts.catalog.forJob;
  const sealed = await doHeld(held, parts, async (signal) =>
    seal({ job, lease, document: await load(), signal }, { ...parts, configure, keep }),
  );
  if (input !== null) await removeQuietly(input, parts);
  parts.observer.sealed(sealed.record, job, (performance.now() - started) / 1000);
  return sealed;
}

/** The result of a request that came before: its appended bytes read again, or the job if there are none. */
export async function resultBefore(
  view: JobView,
  parts: Pick<EngineParts, 'jobs' | 'blobs'>,
): Promise<SealedOutcome | KnownJob> {
  if (view.record === undefined || !view.hasOutput) return { kind: 'known', view };
  const output = await parts.jobs.output(view.job.tenant, view.job.id);
  if (output === undefined) return { kind: 'known', view };
  const appended = await storedTail(parts.blobs, output, view.job.size);
  return { kind: 'sealed', record: view.record, appended };
}

function arrivalOf({ document }: SealCall, idempotency?: IdempotencyKey): Arrival {
  const { name, sha256, size } = document;
  return { channel: 'rest', transfer: 'document', documentName: name, sha256In: sha256, size, idempotency };
}

/** Makes the document durable: from memory by writing it, from the spool by moving it. */
function storeInput({ tenant }: Caller, { document }: SealCall, { blobs }: EngineParts): Promise<BlobRef> {
  return 'bytes' in document ? blobs.write(tenant, [document.bytes]) : blobs.adopt(tenant, document.path);
}

/** A document of the spool lies in the store now. */
function storedAs(document: DocumentInput, input: BlobRef, { blobs }: EngineParts): DocumentInput {
  return 'bytes' in document ? document : { ...document, path: blobs.path(input) };
}

async function arriveOrRemove<T>(arrive: () => Promise<T>, input: BlobRef, parts: EngineParts): Promise<T> {
  try {
    return await arrive();
  } catch (error) {
    // Refused for certain (another body under the same key): the bytes are nobody's. Else the sweep finds out.
    if (isSignetError(error, 'request.idempotency-mismatch')) await removeQuietly(input, parts);
    throw error;
  }
}

function unexpectedOutcome(kind: string): TypeError {
  return new TypeError(`arrive gave ${kind} where it must take the job in`);
}
