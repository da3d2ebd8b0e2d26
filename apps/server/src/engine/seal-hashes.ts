// SPDX-License-Identifier: Apache-2.0
import { readFile } from 'node:fs/promises';
import { asSignetError, ioError, isSignetError, SignetError } from '@signet/base';
import type {
  Caller,
  CompletedSignature,
  HashToSeal,
  RefusedHash,
  SealHashCall,
} from '@signet/exchange/rest';
import { digest } from '@signet/pkix';
import {
  type ArrivalOutcome,
  type BlobRef,
  type IdempotencyKey,
  type JobView,
  problemOf,
  type SealedDocHash,
  type SealingProcess,
  sealDocHash,
} from '@signet/sealing';
import { newJob } from './arrivals.ts';
import { doHeld, type HeldWork, removeQuietly } from './held-work.ts';
import { storedTail } from './kept-output.ts';
import type { EngineParts } from './parts.ts';

/** A DocHash as it is kept in the document store, for whoever goes on with the job. */
interface StoredDocHash {
  readonly format: 1;
  readonly docHash: string;
  readonly reservedBytes: number;
}

/** What the path takes of a digest. */
type PreparedHash = Pick<HashToSeal, 'docHash' | 'reservedBytes'>;

/** Between a call's key and the number of a digest; it cannot occur in a header. */
const keySeparator = '\u001f';

/** How many digests of one call are sealed at a time. */
const parallel = 8;

/**
 * Seals the digests of one call, each as a job of its own; one bad digest fails alone.
 *
 * @throws SignetError `request.idempotency-mismatch` if the key came with another body
 */
export async function sealHashes(
  caller: Caller,
  call: SealHashCall,
  process: SealingProcess,
  parts: EngineParts,
): Promise<readonly (CompletedSignature | RefusedHash)[]> {
  const answers: (CompletedSignature | RefusedHash)[] = new Array(call.hashes.length);
  let next = 0;
  const take = async (): Promise<void> => {
    for (let index = next++; index < call.hashes.length; index = next++) {
      answers[index] = await sealOne({ caller, call, process, index }, parts);
    }
  };
  await Promise.all(Array.from({ length: Math.min(parallel, call.hashes.length) }, take));
  return answers;
}

/** One digest of a call. */
interface DigestOfCall {
  readonly caller: Caller;
  readonly call: SealHashCall;
  readonly process: SealingProcess;
  /** Which of the call's `hashes`. */
  readonly index: number;
}

async function sealOne(one: DigestOfCall, parts: EngineParts): Promise<CompletedSignature | RefusedHash> {
  const docHash = Buffer.from(one.call.hashes[one.index]!.docHash).toString('hex');
  try {
    const answer = await sealArrived(one, parts);
    if ('cms' in answer) return { docHash, ...answer };
    const { job, problem } = answer;
    return { docHash, job: job.id, problem: problem ?? problemOf(stateError(answer), job.id) };
  } catch (error) {
    if (isSignetError(error, 'request.idempotency-mismatch')) throw error;
    const coded = asSignetError(error, docHash);
    const job = coded.details.job;
    return { docHash, problem: problemOf(coded, docHash), ...(typeof job === 'string' && { job }) };
  }
}

async function sealArrived(
  { caller, call, process, index }: DigestOfCall,
  parts: EngineParts,
): Promise<SealedDocHash | JobView> {
  const hash = call.hashes[index]!;
  const idempotency = keyOf(call, index);
  const sha256In = Buffer.from(digest('sha256', hash.docHash)).toString('hex');
  const { documentName } = hash;
  const arrival = {
    channel: 'rest',
    transfer: 'hash',
    documentName,
    sha256In,
    size: 0,
    idempotency,
  } as const;
  const job = newJob(caller, process, arrival, parts.clock);
  const input = idempotency === undefined ? null : await storeDocHash(caller, hash, parts);
  const outcome: ArrivalOutcome =
    input === null
      ? await parts.jobs.arrive(job, { until: 'answer', claim: true })
      : await parts.jobs.arrive(job, { until: 'durable', input, claim: true });
  if (outcome.kind === 'known') {
    if (input !== null) await removeQuietly(input, parts);
    return hashResultBefore(outcome.view, parts);
  }
  if (outcome.kind !== 'new') throw new TypeError(`arrive gave ${outcome.kind}`);
  const held: HeldWork = { job, lease: outcome.lease, input, ...(input === null && { caller: call.signal }) };
  return sealHeldHash(held, async () => hash, parts);
}

/** The first digest has the call's key itself, so that the same key with another body is found out. */
function keyOf({ idempotencyKey, bodySha256 }: SealHashCall, index: number): IdempotencyKey | undefined {
  if (idempotencyKey === undefined) return undefined;
  return { key: index === 0 ? idempotencyKey : `${idempotencyKey}${keySeparator}${index}`, bodySha256 };
}

/** Seals a DocHash that this process holds, tells the observer, and removes its input. */
export async function sealHeldHash(
  held: HeldWork,
  load: () => Promise<PreparedHash>,
  parts: EngineParts,
): Promise<SealedDocHash> {
  const started = performance.now();
  const { job, lease, input } = held;
  const keepCms = (_: unknown, cms: Uint8Array): Promise<BlobRef | null> =>
    input === null ? Promise.resolve(null) : parts.blobs.write(job.tenant, [cms]);
  const configure = parts.catalog.forJob;
  const sealed = await doHeld(held, parts, async (signal) =>
    sealDocHash({ job, lease, ...(await load()), signal }, { jobs: parts.jobs, configure, keepCms }),
  );
  if (input !== null) await removeQuietly(input, parts);
  parts.observer.sealed(sealed.record, job, (performance.now() - started) / 1000);
  return sealed;
}

/** A DocHash from the document store. */
export async function storedDocHash(
  input: BlobRef,
  { blobs }: Pick<EngineParts, 'blobs'>,
): Promise<PreparedHash> {
  const path = blobs.path(input);
  try {
    const stored = JSON.parse(await readFile(path, 'utf8')) as StoredDocHash;
    return { docHash: Buffer.from(stored.docHash, 'hex'), reservedBytes: stored.reservedBytes };
  } catch (error) {
    throw ioError(path, error);
  }
}

function storeDocHash({ tenant }: Caller, hash: HashToSeal, { blobs }: EngineParts): Promise<BlobRef> {
  const docHash = Buffer.from(hash.docHash).toString('hex');
  const stored: StoredDocHash = { format: 1, docHash, reservedBytes: hash.reservedBytes };
  return blobs.write(tenant, [Buffer.from(JSON.stringify(stored))]);
}

async function hashResultBefore(view: JobView, parts: EngineParts): Promise<SealedDocHash | JobView> {
  if (view.record === undefined || !view.hasOutput) return view;
  const output = await parts.jobs.output(view.job.tenant, view.job.id);
  if (output === undefined) return view;
  return { record: view.record, cms: await storedTail(parts.blobs, output, 0) };
}

/** Why a job that came before has no CMS to give. */
function stateError({ job, state, deleted }: JobView): SignetError {
  if (deleted) return new SignetError('request.bytes-deleted', { job: job.id });
  return new SignetError('request.in-progress', { job: job.id, state });
}
