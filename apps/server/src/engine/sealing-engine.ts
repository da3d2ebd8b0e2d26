// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type {
  BatchCall,
  BatchView,
  Caller,
  CompletedSignature,
  KnownJob,
  ProcessView,
  ReceivedDocument,
  RefusedHash,
  SealCall,
  SealedOutcome,
  SealHashCall,
  SealingService,
} from '@signet/exchange/rest';
import type { BlobRef, JobView } from '@signet/sealing';
import type { ValidationReport } from '@signet/validation';
import { batchView, createBatch } from './batches.ts';
import { freshCache } from './fresh-cache.ts';
import { removeQuietly } from './held-work.ts';
import type { EngineParts } from './parts.ts';
import { processView } from './process-view.ts';
import { resultBefore, sealDocument, sealDocumentLater } from './seal-documents.ts';
import { sealHashes } from './seal-hashes.ts';
import { storedSignature } from './stored-signature.ts';

/** For how long trust anchors are kept before they are asked for again. */
const anchorMilliseconds = 1000;

/**
 * The sealing API of the server: every way in ends at the sealing path.
 *
 * @param wake called when a job was put into the queue
 */
export function sealingEngine(parts: EngineParts, wake: () => void): SealingService {
  const anchors = freshCache<readonly Uint8Array[]>(anchorMilliseconds);

  return {
    async processes(caller) {
      const usable = await parts.catalog.all(caller.tenant);
      return usable.filter(({ configuration }) => mayUse(caller, configuration.process)).map(processView);
    },
    async process({ tenant }, name): Promise<ProcessView> {
      return processView(await parts.catalog.newest(tenant, name));
    },
    async seal(caller, call): Promise<SealedOutcome | KnownJob> {
      const answer = await sealDocument(caller, call, await newest(parts, caller, call), parts);
      if (answer.kind === 'before') return resultBefore(answer.view, parts);
      const { record, appended } = answer.sealed;
      return { kind: 'sealed', record, appended };
    },
    async sealForDocHash(caller, call): Promise<(SealedOutcome & CompletedSignature) | KnownJob> {
      const answer = await sealDocument(caller, call, await newest(parts, caller, call), parts);
      if (answer.kind === 'new') return { kind: 'sealed', ...answer.sealed };
      const before = await resultBefore(answer.view, parts);
      return before.kind === 'known' ? before : { ...before, ...(await storedSignature(answer.view, parts)) };
    },
    async sealLater(caller, call): Promise<JobView> {
      const view = await sealDocumentLater(caller, call, await newest(parts, caller, call), parts);
      wake();
      return view;
    },
    async sealHash(caller, call: SealHashCall): Promise<readonly (CompletedSignature | RefusedHash)[]> {
      return sealHashes(caller, call, await parts.catalog.newest(caller.tenant, call.process), parts);
    },
    job: ({ tenant }, id) => jobView(parts, tenant, id),
    jobDocument: ({ tenant }, id) => jobDocument(parts, tenant, id),
    deleteJob: ({ tenant }, id) => deleteJob(parts, tenant, id),
    async createBatch(caller, call: BatchCall): Promise<BatchView> {
      const process = await parts.catalog.newest(caller.tenant, call.process);
      const view = await createBatch(caller, call, process, parts);
      wake();
      return view;
    },
    batch: ({ tenant }, id) => batchView(parts, tenant, id),
    async validate({ tenant }, document: ReceivedDocument): Promise<ValidationReport> {
      const trustAnchors = await anchors.get(String(tenant), () => parts.configurations.trustAnchors(tenant));
      return parts.work.validate(document, { trustAnchors, at: parts.clock.now() });
    },
  };
}

function newest(parts: EngineParts, { tenant }: Caller, { process }: SealCall) {
  return parts.catalog.newest(tenant, process);
}

function mayUse({ processes }: Caller, process: string): boolean {
  return processes === '*' || processes.includes(process);
}

async function jobView({ jobs }: EngineParts, tenant: number, id: Uuid): Promise<JobView> {
  const view = await jobs.view(tenant, id);
  if (view === undefined) throw new SignetError('request.unknown-job', { job: id });
  return view;
}

async function jobDocument(
  parts: EngineParts,
  tenant: number,
  id: Uuid,
): Promise<{ readonly path: string; readonly blob: BlobRef }> {
  const { job } = await jobView(parts, tenant, id);
  const blob = job.transfer === 'hash' ? undefined : await parts.jobs.output(tenant, id);
  if (blob === undefined) throw new SignetError('request.no-document', { job: id });
  return { path: parts.blobs.path(blob), blob };
}

async function deleteJob(parts: EngineParts, tenant: number, id: Uuid): Promise<void> {
  const { state } = await jobView(parts, tenant, id);
  if (state === 'accepted' || state === 'sealing')
    throw new SignetError('request.not-finished', { job: id, state });
  for (const blob of await parts.jobs.deleteBytes(tenant, id)) await removeQuietly(blob, parts);
}
