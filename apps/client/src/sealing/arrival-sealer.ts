// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type Arrival, type ArrivalSealer, isBatchName, type SealedArrival } from '@signet/exchange/folder';
import type { Spool } from '@signet/exchange/rest';
import { batchSealer } from './batch-sealer.ts';
import { type ServerSealingParts, sealByServer } from './seal-by-server.ts';

/** Seals what comes by folder: documents one by one, ZIP files as batches. */
export function arrivalSealer(parts: ServerSealingParts, spool: Spool): ArrivalSealer {
  const batches = batchSealer(parts, spool);
  return {
    seal: (arrival) => (isBatchName(arrival.path) ? batches.seal(arrival) : sealDocument(arrival, parts)),
    async settle(_binding, receipt) {
      const [kind, id = ''] = receipt.split(':');
      await (kind === 'batch' ? batches.settle(id) : parts.api.deleteJob(id));
    },
    deadlineHours: (process) => parts.processes.deadlineHours(process),
  };
}

async function sealDocument(arrival: Arrival, parts: ServerSealingParts): Promise<SealedArrival> {
  const { binding, document, id, path, claimedAt, signal } = arrival;
  const { appended, record, remoteJob } = await sealByServer(
    {
      process: binding.process,
      transfer: binding.transfer,
      channel: 'folder',
      identity: `folder ${binding.name}`,
      document: { ...document, name: path.slice(path.lastIndexOf('/') + 1) },
      idempotencyKey: id,
      signingTime: claimedAt,
      signal,
    },
    parts,
  );
  if (record.sha256Out === null) throw new SignetError('exchange.result-mismatch', { name: path });
  return { kind: 'document', appended, record, sha256Out: record.sha256Out, receipt: `job:${remoteJob}` };
}
