// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type { Batch, BatchStore, BlobRef, IdempotencyKey, SealingJob, TenantId } from '@signet/sealing';
import { sql } from 'kysely';
import { storable } from '../job-events.ts';
import { type KeyRow, keyDays, storeArrivals, unknownProcess } from './jobs/arrivals.ts';
import { dropExpiredKeys, readKeys, takeKeys } from './jobs/statements.ts';
import { statements } from './schema.ts';
import type { TenantReader } from './tenant-reader.ts';
import { jsonParameter, type TenantTransaction } from './tenant-transaction.ts';
import type { TenantWriter, WriteKind } from './tenant-writer.ts';

/** Batches in SQL. */
export class SqlBatchStore implements BatchStore {
  readonly #writer: TenantWriter;
  readonly #reader: TenantReader;

  constructor(writer: TenantWriter, reader: TenantReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async create(
    batch: Batch,
    jobs: readonly { job: SealingJob; input: BlobRef }[],
    idempotency?: IdempotencyKey,
  ): Promise<Batch> {
    const keys = idempotency && [`key ${batch.process} ${idempotency.key}`];
    const made = await this.#writer.submit(
      batch.tenant,
      createBatches,
      { batch, jobs, idempotency },
      keys ?? [],
    );
    return made === batch.id ? batch : ((await this.batch(batch.tenant, made)) ?? batch);
  }

  async batch(tenant: TenantId, id: Uuid): Promise<Batch | undefined> {
    const rows = await this.#reader.query(tenant, selectBatch(tenant, id));
    const first = rows[0];
    if (first === undefined) return undefined;
    const documents = rows
      .filter((row) => row.position !== null)
      .map(({ name, job, problem }) => ({
        name: name ?? '',
        ...(job !== null && { job }),
        ...(problem !== null && { problem }),
      }));
    const { process, identity, createdAt } = first;
    return { id, tenant, process, identity, createdAt, documents };
  }
}

interface NewBatch {
  readonly batch: Batch;
  readonly jobs: readonly { readonly job: SealingJob; readonly input: BlobRef }[];
  readonly idempotency?: IdempotencyKey | undefined;
}

/** Stores batches with all their jobs; gives the id of the one that holds the key. */
const createBatches: WriteKind<NewBatch, Uuid> = {
  async apply(transaction, calls) {
    const results: (Uuid | SignetError)[] = [];
    for (const { input, repeated } of calls) results.push(await create(transaction, input, repeated));
    return results;
  },
};

async function create(
  transaction: TenantTransaction,
  input: NewBatch,
  repeated: boolean,
): Promise<Uuid | SignetError> {
  const { batch, jobs, idempotency } = input;
  const holder = idempotency && (await keyHolder(transaction, batch, idempotency));
  if (holder instanceof SignetError) return holder;
  if (holder !== undefined && holder !== batch.id) return holder;
  const stored = await insertBatch(transaction, batch);
  if (!stored) return repeated ? batch.id : unknownProcess({ process: batch.process } as SealingJob);
  await insertDocuments(transaction, batch);
  const calls = jobs.map(({ job, input: blob }) => ({
    input: { job, keeping: { until: 'durable' as const, input: blob, claim: false } },
    repeated: false,
  }));
  const outcomes = await storeArrivals.apply(transaction, calls);
  const refused = outcomes.find((outcome) => outcome instanceof SignetError);
  // One transaction: where a job cannot be stored, nothing of the batch is.
  if (refused !== undefined) throw refused;
  return batch.id;
}

async function keyHolder(
  transaction: TenantTransaction,
  batch: Batch,
  idempotency: IdempotencyKey,
): Promise<Uuid | SignetError | undefined> {
  const { tenant } = transaction;
  const rows = jsonParameter([{ process: batch.process, ...idempotency, batch: batch.id }]);
  await transaction.run(dropExpiredKeys, [tenant, rows, [idempotency.key]]);
  const taken = await transaction.run(takeKeys, [tenant, rows, keyDays]);
  if (taken.length > 0) return undefined;
  const [holder] = await transaction.run<KeyRow>(readKeys, [tenant, rows, [idempotency.key]]);
  if (holder === undefined) return undefined;
  if (holder.bodySha256 !== idempotency.bodySha256 || holder.batch === null) {
    return new SignetError('request.idempotency-mismatch');
  }
  return holder.batch;
}

async function insertBatch(transaction: TenantTransaction, batch: Batch): Promise<boolean> {
  const rows = await transaction.query(
    statements
      .insertInto('batch')
      .columns(['tenant_id', 'id', 'format', 'process_id', 'identity', 'created_at'])
      .expression((build) =>
        build
          .selectFrom('process')
          .select([
            'tenant_id',
            sql<Uuid>`${batch.id}::uuid`.as('batch_id'),
            sql<number>`1`.as('format'),
            'id',
            sql<string>`${batch.identity}::text`.as('identity'),
            sql<Date>`${batch.createdAt}::timestamptz`.as('made_at'),
          ])
          .where('tenant_id', '=', batch.tenant)
          .where('name', '=', batch.process),
      )
      .onConflict((conflict) => conflict.doNothing())
      .returning('id'),
  );
  return rows.length > 0;
}

async function insertDocuments(transaction: TenantTransaction, batch: Batch): Promise<void> {
  const rows = batch.documents.map(({ name, job, problem }, position) => ({
    position,
    name: storable(name),
    job,
    problem,
  }));
  const days = transaction.options.keepPersonalDays;
  await transaction.run(insertBatchDocuments, [batch.tenant, jsonParameter(rows), batch.id, days]);
}

const insertBatchDocuments = {
  name: 'insert-batch-documents',
  text: `
    insert into signet.batch_document (tenant_id, batch_id, position, name, job_id, problem, keep_until)
    select $1, $3, i.position, i.name, i.job, i.problem, now() + $4 * interval '1 day'
    from json_to_recordset($2::json) as i (position integer, name text, job uuid, problem jsonb)`,
};

function selectBatch(tenant: TenantId, id: Uuid) {
  return statements
    .selectFrom('batch as b')
    .innerJoin('process as p', (join) =>
      join.onRef('p.tenant_id', '=', 'b.tenant_id').onRef('p.id', '=', 'b.process_id'),
    )
    .leftJoin('batch_document as d', (join) =>
      join.onRef('d.tenant_id', '=', 'b.tenant_id').onRef('d.batch_id', '=', 'b.id'),
    )
    .select([
      'p.name as process',
      'b.identity',
      'b.created_at as createdAt',
      'd.position',
      'd.name',
      'd.job_id as job',
      'd.problem',
    ])
    .where('b.tenant_id', '=', tenant)
    .where('b.id', '=', id)
    .orderBy('d.position');
}
