// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignetError } from '@signet/base';
import type { TenantId } from '@signet/sealing';
import type { CompiledQuery } from 'kysely';
import { type ClientBase, type ClientConfig, Pool, type QueryResultRow } from 'pg';
import { databaseError, isUnavailable } from './connection.ts';
import { beginAs, type Statement } from './tenant-transaction.ts';

/** Settings of a pool. */
export interface PoolOptions {
  readonly connection: ClientConfig;
  readonly size: number;
  readonly patienceSeconds: number;
  readonly onError: (error: SignetError) => void;
}

/** A pool whose lost connections are made again, and whose failures are coded. */
export class PatientPool {
  readonly #pool: Pool;
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#pool = new Pool({ ...options.connection, max: options.size, idleTimeoutMillis: 60_000 });
    // An idle connection that the server ends (57P01) would else end this process.
    this.#pool.on('error', (error) => options.onError(databaseError(error)));
  }

  /**
   * Lends a connection to `work`, which must be fit to be done again: a lost connection is made again and the work
   * repeated for as long as patience lasts.
   *
   * @throws SignetError `storage.unavailable`, `storage.statement-failed`
   */
  async use<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const end = performance.now() + this.#options.patienceSeconds * 1000;
    for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
      try {
        return await this.once(work);
      } catch (error) {
        if (!isUnavailable(error) || performance.now() + pause > end) throw databaseError(error);
      }
      await sleep(pause);
    }
  }

  /** Lends a connection to `work` without patience; failures come as the driver gives them. */
  async once<T>(work: (client: ClientBase) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    // While it is lent, nobody but us hears of its end; the statement that was running fails anyway.
    const heard = () => undefined;
    client.on('error', heard);
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } finally {
      client.off('error', heard);
      client.release(broken);
    }
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

/** Reads rows of one tenant. */
export class TenantReader {
  readonly #pool: PatientPool;

  constructor(pool: PatientPool) {
    this.#pool = pool;
  }

  /** Runs a prepared statement. */
  run<Row extends QueryResultRow>(
    tenant: TenantId,
    statement: Statement,
    values: readonly unknown[],
  ): Promise<Row[]> {
    return this.#pool.use(async (client) => {
      await client.query(beginAs(tenant));
      const { rows } = await client.query<Row>({ ...statement, values: [...values] });
      await client.query('commit');
      return rows;
    });
  }

  /** Runs a statement of the query builder. */
  query<Row>(tenant: TenantId, query: { compile(): CompiledQuery<Row> }): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    return this.#pool.use(async (client) => {
      await client.query(beginAs(tenant));
      const { rows } = await client.query(sql, [...parameters]);
      await client.query('commit');
      return rows;
    });
  }

  /**
   * Runs a statement for whoever presents a secret or a certificate, of which no tenant is known yet: it sees the rows
   * that hold this hash and no others.
   *
   * @param sha256 lower-case hexadecimal
   */
  queryPresented<Row>(sha256: string, query: { compile(): CompiledQuery<Row> }): Promise<Row[]> {
    const { sql, parameters } = query.compile();
    return this.#pool.use(async (client) => {
      await client.query('begin');
      await client.query("select set_config('signet.presented', $1, true)", [sha256]);
      const { rows } = await client.query(sql, [...parameters]);
      await client.query('commit');
      return rows;
    });
  }
}
