// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { AuditEvent, TenantId } from '@signet/sealing';
import { sql } from 'kysely';
import { type AuditReport, type PersonalValue, type StoredLink, verifyAuditChain } from '../audit-chain.ts';
import type { AuditStore } from './database.ts';
import { statements } from './schema.ts';
import type { TenantReader } from './tenant-reader.ts';
import type { Statement } from './tenant-transaction.ts';
import type { TenantWriter, WriteKind } from './tenant-writer.ts';

/** Links read at once when chains are verified. */
const page = 1000;

/** The audit trail in SQL. */
export class SqlAuditStore implements AuditStore {
  readonly #writer: TenantWriter;
  readonly #reader: TenantReader;

  constructor(writer: TenantWriter, reader: TenantReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  append(tenant: TenantId, events: readonly AuditEvent[]): Promise<void> {
    return this.#writer.submit(tenant, appendEvents, events, []);
  }

  erasePersonal(tenant: TenantId, what: { readonly job: Uuid } | 'expired'): Promise<number> {
    return this.#writer.submit(tenant, eraseValues, what, []);
  }

  verify(tenant: TenantId): Promise<AuditReport> {
    return verifyAuditChain(this.#links(tenant));
  }

  async *#links(tenant: TenantId): AsyncIterable<StoredLink> {
    let last = { writerId: 0, sequence: 0 };
    for (;;) {
      const values = [tenant, last.writerId, last.sequence, page];
      const rows = await this.#reader.run<LinkRow>(tenant, readLinks, values);
      yield* rows;
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end;
    }
  }
}

interface LinkRow extends StoredLink {
  readonly writerId: number;
  readonly personal: readonly PersonalValue[];
}

const readLinks: Statement = {
  name: 'read-links',
  // The page first, by the key alone: joined at once, all links behind it were read and sorted for each page.
  text: `
    with page as materialized (
      select writer_id, sequence, format, previous, hash, body from signet.audit
      where tenant_id = $1 and (writer_id, sequence) > ($2, $3)
      order by writer_id, sequence limit $4)
    select a.writer_id as "writerId", w.name as writer, a.sequence, a.format, encode(a.previous, 'hex') as previous,
      encode(a.hash, 'hex') as hash, a.body,
      coalesce((
        select json_agg(json_build_object('name', p.name, 'value', p.value, 'salt', encode(p.salt, 'hex')))
        from signet.audit_personal p
        where p.tenant_id = $1 and p.writer_id = a.writer_id and p.sequence = a.sequence), '[]') as personal
    from page a
    join signet.writer w on w.tenant_id = $1 and w.id = a.writer_id
    order by a.writer_id, a.sequence`,
};

const appendEvents: WriteKind<readonly AuditEvent[], undefined> = {
  async apply(transaction, calls) {
    for (const { input } of calls) for (const event of input) transaction.audit(event);
    return calls.map(() => undefined);
  },
};

const eraseValues: WriteKind<{ readonly job: Uuid } | 'expired', number> = {
  async apply(transaction, calls) {
    const counts: number[] = [];
    for (const { input } of calls) {
      const erasing = statements.deleteFrom('audit_personal').where('tenant_id', '=', transaction.tenant);
      const naming = statements
        .updateTable('batch_document')
        .set({ name: '' })
        .where('tenant_id', '=', transaction.tenant)
        .where('name', '<>', '');
      const now = sql<Date>`now()`;
      const [erased, emptied] =
        input === 'expired'
          ? [erasing.where('keep_until', '<=', now), naming.where('keep_until', '<=', now)]
          : [erasing.where('job_id', '=', input.job), naming.where('job_id', '=', input.job)];
      const gone = await transaction.query(erased.returning('job_id'));
      const unnamed = await transaction.query(emptied.returning('position'));
      counts.push(gone.length + unnamed.length);
    }
    return counts;
  },
};
