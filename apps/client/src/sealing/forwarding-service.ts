// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { SignetError } from '@signet/base';
import type { Caller, SealCall, SealedOutcome, SealingService } from '@signet/exchange/rest';
import type { Transfer } from '@signet/sealing';
import { type ServerSealingParts, sealByServer } from './seal-by-server.ts';

/**
 * The sealing API for applications inside the house: the same synchronous call as at the server, fulfilled by asking the
 * server and checking what it gives. What came by REST goes back by REST.
 *
 * @param transfer whether the server gets these documents, or only their digests
 */
export function forwardingService(parts: ServerSealingParts, transfer: Transfer): SealingService {
  const { api, processes, clock } = parts;
  const seal = async (caller: Caller, call: SealCall): Promise<SealedOutcome> => {
    const { process, document, signal } = call;
    const key = keyTowardsServer(caller, call, transfer);
    const { appended, record } = await sealByServer(
      {
        process,
        transfer,
        channel: 'rest',
        identity: caller.identity,
        document,
        ...(key === undefined ? {} : { idempotencyKey: key }),
        signingTime: clock.now(),
        signal,
      },
      parts,
    );
    return { kind: 'sealed', record, appended };
  };
  return {
    processes: async () => api.processes(),
    process: (_caller, name) => processes.view(name),
    seal,
    validate: (_caller, document, signal) => api.validate(document, signal),
    sealForDocHash: notOffered('return=doc-hash'),
    sealLater: notOffered('Prefer: respond-async'),
    sealHash: notOffered('seal-hash'),
    job: notOffered('Jobs by the client'),
    jobDocument: notOffered('Jobs by the client'),
    deleteJob: notOffered('Jobs by the client'),
    createBatch: notOffered('Batches by the client'),
    batch: notOffered('Batches by the client'),
  };
}

/**
 * The application's key, made this client's own: keys belong to the client's identity at the server, and two applications
 * may choose the same. With hash transfer each try prepares another content, which a key could not stand for.
 */
function keyTowardsServer(caller: Caller, call: SealCall, transfer: Transfer): string | undefined {
  if (call.idempotencyKey === undefined) return undefined;
  if (transfer === 'hash')
    throw new SignetError('general.not-offered', { what: 'An Idempotency-Key with hash transfer' });
  return `${caller.identity}:${createHash('sha256').update(call.idempotencyKey).digest('hex')}`;
}

function notOffered(what: string): () => Promise<never> {
  return async () => {
    throw new SignetError('general.not-offered', { what });
  };
}
