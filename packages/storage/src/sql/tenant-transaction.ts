// SPDX-License-Identifier: Apache-2.0
import { SignetError, type Uuid } from '@signet/base';
import type { AuditEvent, TenantId } from '@signet/sealing';
import type { CompiledQuery } from 'kysely';
import type { ClientBase, QueryResultRow } from 'pg';
import { makeLink } from '../audit-chain.ts';
import { storable } from '../job-events.ts';
import type { ChainHeads } from './chain-heads.ts';

/** A statement that is prepared once for each connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/**
 * Names the tenant of the transaction that is just beginning, and until its end only. One round trip with the `begin`:
 * hence no placeholders, and hence the check that it is a number.
 */
export function beginAs(tenant: TenantId): string {
  if (!Number.isSafeInteger(tenant)) throw new TypeError('a tenant is a whole number');
  return `begin; select set_config('signet.tenant', '${tenant}', true)`;
}

/**
 * Rows as the JSON parameter of a statement. PostgreSQL takes neither U+0000 nor half of a surrogate pair: what came from
 * outside with one (a file name, a problem's details) is stored with a replacement character.
 */
export function jsonParameter(rows: unknown): string {
  const json = JSON.stringify(rows);
  if (!/\\u(?:0000|d[89a-f])/i.test(json)) return json;
  return JSON.stringify(rows, (_key, value: unknown) =>
    typeof value === 'string' ? storable(value) : value,
  );
}

/** What a transaction takes from its writer. */
export interface TransactionOptions {
  /** The writer, as its audit chain names it. */
  readonly name: string;
  /** How long a lease is held without being renewed. */
  readonly leaseSeconds: number;
  /** How long values that can name a person are kept beside the audit. */
  readonly keepPersonalDays: number;
}

/** A transaction of one tenant with the audit events that belong to it. */
export class TenantTransaction {
  readonly tenant: TenantId;
  readonly options: TransactionOptions;
  readonly #client: ClientBase;
  readonly #heads: ChainHeads;
  readonly #events: { readonly event: AuditEvent; readonly job: Uuid | null }[] = [];

  private constructor(client: ClientBase, tenant: TenantId, options: TransactionOptions, heads: ChainHeads) {
    this.#client = client;
    this.tenant = tenant;
    this.options = options;
    this.#heads = heads;
  }

  /** Begins a transaction that sees the rows of `tenant` alone. */
  static async begin(
    client: ClientBase,
    tenant: TenantId,
    options: TransactionOptions,
    heads: ChainHeads,
  ): Promise<TenantTransaction> {
    await client.query(beginAs(tenant));
    return new TenantTransaction(client, tenant, options, heads);
  }

  /** Runs a prepared statement. Its first parameter is by custom the tenant, its second rows as JSON. */
  async run<Row extends QueryResultRow>(statement: Statement, values: readonly unknown[]): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>({ ...statement, values: [...values] });
    return rows;
  }

  /** Runs a statement of the query builder. */
  async query<Row>(query: { compile(): CompiledQuery<Row> }): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    const { rows } = await this.#client.query(sql, [...parameters]);
    return rows;
  }

  /** Adds an event to the chain of this writer; it is stored with the commit. */
  audit(event: AuditEvent, job: Uuid | null = null): void {
    this.#events.push({ event, job });
  }

  /** Stores the audit links and commits; the chain goes on from there only if that succeeded. */
  async commit(): Promise<void> {
    const chain = this.#events.length > 0 ? await this.#storeLinks() : undefined;
    const { command } = await this.#client.query('commit');
    // A transaction that failed inside answers a commit by rolling back.
    if (command !== 'COMMIT') throw new SignetError('storage.statement-failed', { reason: command });
    if (chain !== undefined) this.#heads.remember(this.tenant, chain);
  }

  async #storeLinks() {
    const chain = await this.#heads.find(this.#client, this.tenant, this.options.name);
    const at = new Date();
    let { head } = chain;
    const links = this.#events.map(({ event, job }) => {
      const made = makeLink(head, this.options.name, event, at);
      head = { sequence: made.link.sequence, hash: made.hash };
      return { ...made, job };
    });
    const rows = links.map(({ link: { sequence, previous, body }, hash, job }) => ({
      sequence,
      previous,
      body,
      hash,
      job,
    }));
    await this.run(insertAudit, [this.tenant, jsonParameter(rows), chain.writerId]);
    const personal = links.flatMap(({ link, job, personal: values }) =>
      values.map((value) => ({ ...value, sequence: link.sequence, job })),
    );
    if (personal.length > 0) {
      const days = this.options.keepPersonalDays;
      await this.run(insertPersonal, [this.tenant, jsonParameter(personal), chain.writerId, days]);
    }
    return { ...chain, head };
  }
}

const insertAudit: Statement = {
  name: 'insert-audit',
  text: `
    insert into signet.audit (tenant_id, writer_id, sequence, format, previous, hash, body, job_id)
    select $1, $3, i.sequence, 1, decode(i.previous, 'hex'), decode(i.hash, 'hex'), i.body, i.job
    from json_to_recordset($2::json) as i (sequence bigint, previous text, hash text, body text, job uuid)`,
};

const insertPersonal: Statement = {
  name: 'insert-personal',
  text: `
    insert into signet.audit_personal (tenant_id, writer_id, sequence, name, value, salt, job_id, keep_until)
    select $1, $3, i.sequence, i.name, i.value, decode(i.salt, 'hex'), i.job, now() + make_interval(days => $4)
    from json_to_recordset($2::json) as i (sequence bigint, name text, value text, salt text, job uuid)`,
};
