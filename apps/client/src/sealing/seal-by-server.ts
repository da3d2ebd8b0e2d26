// SPDX-License-Identifier: Apache-2.0
import { type Clock, isSignetError, SignetError, uuidv7 } from '@signet/base';
import type { ProcessView, ReceivedDocument, SealingApi } from '@signet/exchange/rest';
import {
  type Channel,
  type DocumentInput,
  type DocumentWork,
  type HeldDocument,
  type JobStore,
  problemOf,
  type RemoteSeal,
  type RemoteSealing,
  type SealingJob,
  sealRemotely,
  type Transfer,
} from '@signet/sealing';
import type { ProcessCatalog } from './process-catalog.ts';

/** What sealing by the server is made of. */
export interface ServerSealingParts {
  readonly api: SealingApi;
  readonly processes: ProcessCatalog;
  /** This client's journal: what was intended and released here, durable before the server is asked. */
  readonly jobs: JobStore;
  readonly work: DocumentWork;
  readonly clock: Clock;
}

/** One document to be sealed by the server. */
export interface ServerSealing {
  readonly process: string;
  readonly transfer: Transfer;
  readonly channel: Channel;
  /** Who handed it in here. */
  readonly identity: string;
  readonly document: ReceivedDocument;
  /** Towards the server: the same key and bytes are never sealed twice. */
  readonly idempotencyKey?: string;
  /**
   * Claimed signing time of a document that is prepared here. The same at every try, so that the same key goes with the
   * same DocHash and the server answers with what it made the first time.
   */
  readonly signingTime: Date;
  readonly signal: AbortSignal;
}

/** The client is one tenant of its own journal. */
const ownTenant = 1;

/**
 * Seals one document by the server, in either transfer, along the path of `sealRemotely`: record the intention here, have
 * the server's part done, check the output here, release. The journal entry of a try that failed is closed with its reason.
 *
 * @returns the seal, and the server's job by which its bytes can be deleted there
 * @throws SignetError the server's own code, `exchange.*`, or `pdf.*`/`ades.*` of what is done here
 */
export async function sealByServer(
  sealing: ServerSealing,
  parts: ServerSealingParts,
): Promise<RemoteSeal & { readonly remoteJob: string }> {
  try {
    return await oneTry(sealing, parts);
  } catch (error) {
    if (!isSignetError(error, 'seal.hole-too-small')) throw error;
    // The server's tokens or chain have grown since the process was last looked at: prepare anew with what it says now.
    parts.processes.forget(sealing.process);
    return oneTry(sealing, parts);
  }
}

async function oneTry(sealing: ServerSealing, parts: ServerSealingParts) {
  const view = await parts.processes.view(sealing.process);
  const job = jobOf(sealing, view, parts.clock);
  const arrived = await parts.jobs.arrive(job, { until: 'answer', claim: true });
  if (arrived.kind !== 'new') throw new TypeError('a job without a key is always new');
  const held: HeldDocument = {
    job,
    lease: arrived.lease,
    document: inputOf(sealing.document),
    signal: sealing.signal,
  };
  try {
    return await sealRemotely(held, remoteOf(sealing, view, parts.api), {
      jobs: parts.jobs,
      work: parts.work,
      clock: { now: () => sealing.signingTime },
      keep: async () => null,
    });
  } catch (error) {
    await parts.jobs.fail(arrived.lease, problemOf(error, job.id)).catch(() => undefined);
    throw error;
  }
}

function jobOf(sealing: ServerSealing, view: ProcessView, clock: Clock): SealingJob {
  const { document, process, channel, transfer, identity } = sealing;
  return {
    format: 1,
    id: uuidv7(clock),
    tenant: ownTenant,
    process,
    version: view.version,
    channel,
    transfer,
    identity,
    ...(document.name === undefined ? {} : { documentName: document.name }),
    sha256In: document.sha256,
    size: document.size,
    deadline: new Date(clock.now().getTime() + view.deadlineHours * 3_600_000),
  };
}

function inputOf(document: ReceivedDocument): DocumentInput {
  const { size, sha256 } = document;
  return 'bytes' in document
    ? { size, sha256, bytes: document.bytes }
    : { size, sha256, path: document.path };
}

function remoteOf(sealing: ServerSealing, view: ProcessView, api: SealingApi): RemoteSealing {
  const { process, document, idempotencyKey, signal } = sealing;
  return {
    async sendDocument() {
      const key = idempotencyKey === undefined ? {} : { idempotencyKey };
      return api.sealForDocHash({ process, document, ...key, signal });
    },
    preparation: async () => ({
      ...view.pades,
      digestAlgorithm: view.digestAlgorithm,
      reservedBytes: view.reservedBytes,
    }),
    sendDocHash: (_job, docHash, reservedBytes) => sendDocHash(sealing, { docHash, reservedBytes }, api),
  };
}

/** Only the digest goes: neither bytes nor the document's name leave the house. */
async function sendDocHash(
  { process, idempotencyKey: key, signal }: ServerSealing,
  hash: { readonly docHash: Uint8Array; readonly reservedBytes: number },
  api: SealingApi,
) {
  const send = async (idempotencyKey: string | undefined) => {
    const keyed = idempotencyKey === undefined ? {} : { idempotencyKey };
    const [outcome] = await api.sealHash({ process, hashes: [hash], ...keyed, signal });
    if (outcome === undefined)
      throw new SignetError('exchange.server-error', { status: 200, code: 'without a result' });
    if ('problem' in outcome) throw new SignetError(outcome.problem.code, outcome.problem.details);
    return outcome;
  };
  try {
    return await send(key);
  } catch (error) {
    if (key === undefined || !isSignetError(error, 'request.idempotency-mismatch')) throw error;
    // The process has changed since an earlier try (another hole, another reason), so this preparation is another
    // content. What was signed for the earlier one was never embedded and stays dead.
    return send(`${key}.${Buffer.from(hash.docHash).toString('hex').slice(0, 32)}`);
  }
}
