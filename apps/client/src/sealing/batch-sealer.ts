// SPDX-License-Identifier: Apache-2.0
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SignetError, type Uuid } from '@signet/base';
import { readZip, reportName, type ZipDocument, type ZipLimits } from '@signet/exchange/batch';
import type { Arrival, SealedArrival } from '@signet/exchange/folder';
import type { BatchBody, Spool } from '@signet/exchange/rest';
import type { ResultRecord } from '@signet/sealing';
import type { ServerSealingParts } from './seal-by-server.ts';

/** For how long one call waits for a batch; then its place goes to others and it is asked for again later. */
const patience = 20_000;

/** What the server takes as one batch is its business; these only keep this program from drowning. */
const limits: ZipLimits = {
  entries: 65_535,
  entryBytes: 2 ** 32,
  totalBytes: 2 ** 40,
  ratio: 10_000,
  ratioFromBytes: 1 << 20,
};

/** Seals ZIP files that came by folder. */
export interface BatchSealer {
  /** @throws SignetError `batch.*`, `request.not-finished` (retryable), and what the server says of the package */
  seal(arrival: Arrival): Promise<SealedArrival>;
  /** Has the server forget the bytes of a batch. */
  settle(batch: Uuid): Promise<void>;
}

/** Makes the sealer of batches. It remembers which batch an arrival became; after a restart the key finds it again. */
export function batchSealer(parts: ServerSealingParts, spool: Spool): BatchSealer {
  const { api } = parts;
  const batchOf = new Map<Uuid, Uuid>();
  return {
    async seal(arrival) {
      if (arrival.binding.transfer === 'hash') throw new SignetError('batch.by-hash');
      const batch = await finished(await begin(arrival, parts, batchOf), arrival.signal, parts);
      batchOf.delete(arrival.id);
      refuseIfNothingSealed(batch);
      const file = spool.newPath();
      const { sha256 } = await api.batchPackage(batch.batch, { path: file }, arrival.signal);
      const original = await localZip(arrival, spool);
      try {
        await checkPackage({ original, sealed: file, batch }, parts, spool);
      } catch (error) {
        await spool.remove(file);
        throw error;
      } finally {
        if (!('path' in arrival.document)) await spool.remove(original);
      }
      return { kind: 'package', file, sha256Out: sha256, receipt: `batch:${batch.batch}` };
    },
    async settle(id) {
      const { documents } = await api.batch(id);
      for (const { job } of documents)
        if (job?.state === 'sealed' && !job.deleted) await api.deleteJob(job.job);
    },
  };
}

async function begin(
  arrival: Arrival,
  { api }: ServerSealingParts,
  batchOf: Map<Uuid, Uuid>,
): Promise<BatchBody> {
  const { id, binding, document, path, signal } = arrival;
  const known = batchOf.get(id);
  if (known !== undefined) return api.batch(known, signal);
  const name = path.slice(path.lastIndexOf('/') + 1);
  const batch = await api.createBatch({
    process: binding.process,
    document: { ...document, name },
    idempotencyKey: id,
    signal,
  });
  batchOf.set(id, batch.batch);
  return batch;
}

async function finished(
  begun: BatchBody,
  signal: AbortSignal,
  { api }: ServerSealingParts,
): Promise<BatchBody> {
  let batch = begun;
  const end = performance.now() + patience;
  for (let pause = 100; batch.state !== 'finished'; pause = Math.min(pause * 2, 2000)) {
    if (performance.now() > end)
      throw new SignetError('request.not-finished', { what: `Batch ${batch.batch}` });
    await delay(pause, undefined, { signal }).catch(() => undefined);
    batch = await api.batch(batch.batch, signal);
  }
  return batch;
}

/** A package without a sealed document is no result: the ZIP goes to `failed/` with the first reason. */
function refuseIfNothingSealed({ counts, documents }: BatchBody): void {
  if (counts.sealed > 0) return;
  const problem = documents
    .map(({ problem, job }) => problem ?? job?.problem)
    .find((one) => one !== undefined);
  throw new SignetError('batch.nothing-sealed', {
    documents: counts.documents,
    reason: problem?.detail ?? 'none was given',
  });
}

async function localZip({ document }: Arrival, spool: Spool): Promise<string> {
  if ('path' in document) return document.path;
  const path = spool.newPath();
  await writeFile(path, document.bytes, { flag: 'wx', mode: 0o600 });
  return path;
}

/**
 * Checks each document of a package as any single one: it is the original with a seal after it, by the certificate and of
 * the level that its record names. Both packages hold their documents in the same order.
 */
async function checkPackage(
  zips: { readonly original: string; readonly sealed: string; readonly batch: BatchBody },
  { work }: ServerSealingParts,
  spool: Spool,
): Promise<void> {
  const records = sealedRecords(zips.batch);
  const originals = readZip(zips.original, { spool, limits });
  try {
    for await (const output of readZip(zips.sealed, { spool, limits })) {
      if (output.name === reportName) continue;
      const record = records.get(output.name);
      const original = record === undefined ? undefined : await documentNamed(output.name, originals);
      if (record === undefined || original === undefined || !('file' in output)) {
        throw new SignetError('exchange.result-mismatch', { name: 'a document of the package' });
      }
      const expected = { certificate: record.certificate, level: record.levelReached };
      await work.check(original, { appended: new Uint8Array(), path: output.file.path }, expected);
      records.delete(output.name);
    }
  } finally {
    await originals.return(undefined);
  }
  if (records.size > 0) throw new SignetError('exchange.result-mismatch', { name: 'the package' });
}

function sealedRecords({ documents }: BatchBody): Map<string, ResultRecord> {
  const records = new Map<string, ResultRecord>();
  for (const { name, job } of documents) {
    if (job?.state === 'sealed' && job.record !== undefined) records.set(name, job.record);
  }
  return records;
}

async function documentNamed(name: string, documents: AsyncGenerator<ZipDocument>) {
  for (let next = await documents.next(); !next.done; next = await documents.next()) {
    if (next.value.name === name && 'file' in next.value) return next.value.file;
  }
  return undefined;
}
