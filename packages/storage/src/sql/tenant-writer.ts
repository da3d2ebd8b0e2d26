// SPDX-License-Identifier: Apache-2.0
import { setTimeout as sleep } from 'node:timers/promises';
import type { SignetError } from '@signet/base';
import type { TenantId } from '@signet/sealing';
import { Client, type ClientConfig } from 'pg';
import { GroupCommit } from '../group-commit.ts';
import { type ChainHeads, chainHeads } from './chain-heads.ts';
import { databaseError, isUnavailable } from './connection.ts';
import { TenantTransaction, type TransactionOptions } from './tenant-transaction.ts';

/** One kind of write: how any number of calls of it are done in one transaction. */
export interface WriteKind<Input, Output> {
  /**
   * Applies all calls by few statements. Result i belongs to call i; a SignetError there refuses that call alone. What is
   * thrown fails the transaction.
   */
  apply(
    transaction: TenantTransaction,
    calls: readonly WriteCall<Input>[],
  ): Promise<readonly (Output | SignetError)[]>;
}

/** One call of a write. */
export interface WriteCall<Input> {
  readonly input: Input;
  /** Whether an earlier try of this call may have been committed without our hearing of it. */
  readonly repeated: boolean;
}

interface PendingWrite {
  readonly tenant: TenantId;
  readonly kind: WriteKind<unknown, unknown>;
  readonly input: unknown;
  readonly keys: readonly string[];
  repeated: boolean;
  resolve(output: unknown): void;
  reject(error: unknown): void;
}

/** Settings of a writer. */
export interface TenantWriterOptions extends TransactionOptions {
  readonly connection: ClientConfig;
  /** How long a call waits for a database that is away. */
  readonly patienceSeconds: number;
  readonly onError: (error: SignetError) => void;
}

/**
 * The one connection by which this process writes. Concurrent calls of one tenant are committed by one transaction
 * together with the links of the tenant's audit chain, of which this process is the only writer.
 */
export class TenantWriter {
  readonly options: TenantWriterOptions;
  readonly #group: GroupCommit<PendingWrite>;
  readonly #heads: ChainHeads = chainHeads();
  #client: Client | undefined;
  /** Transactions committed, and the calls that they carried. */
  readonly counts = { commits: 0, calls: 0 };

  constructor(options: TenantWriterOptions) {
    this.options = options;
    this.#group = new GroupCommit({
      commit: (calls) => this.#commitAll(calls),
      keysOf: (call) => call.keys,
      maximum: 256,
    });
  }

  /**
   * Submits a write; durable when it resolves.
   *
   * @param keys what it touches: two calls with a common key are committed one after the other
   * @throws SignetError what the kind refuses it with; `storage.unavailable`, `storage.statement-failed`,
   *   `storage.closed`
   */
  submit<Input, Output>(
    tenant: TenantId,
    kind: WriteKind<Input, Output>,
    input: Input,
    keys: readonly string[],
  ): Promise<Output> {
    return new Promise<Output>((resolve, reject) => {
      const settle = resolve as (output: unknown) => void;
      const scoped = keys.map((key) => `${tenant} ${key}`);
      this.#group.add({ tenant, kind, input, keys: scoped, repeated: false, resolve: settle, reject });
    });
  }

  /** Finishes what was submitted and closes the connection. */
  async close(): Promise<void> {
    await this.#group.close();
    await this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  async #commitAll(calls: readonly PendingWrite[]): Promise<void> {
    for (const [tenant, group] of Map.groupBy(calls, (call) => call.tenant)) {
      await this.#commitTenant(tenant, group);
    }
  }

  /** Commits the calls of one tenant and settles each; a lost connection is made again for as long as patience lasts. */
  async #commitTenant(tenant: TenantId, calls: readonly PendingWrite[]): Promise<void> {
    const end = performance.now() + this.options.patienceSeconds * 1000;
    for (let pause = 20; ; pause = Math.min(pause * 2, 500)) {
      try {
        const results = await this.#transact(tenant, calls);
        for (const [index, call] of calls.entries()) settle(call, results[index]);
        return;
      } catch (error) {
        if (isConflict(error) && performance.now() < end) continue;
        if (!isUnavailable(error)) return this.#commitSingly(tenant, calls, error);
        this.options.onError(databaseError(error));
        for (const call of calls) call.repeated = true;
        if (performance.now() + pause > end) {
          for (const call of calls) call.reject(databaseError(error));
          return;
        }
        await sleep(pause);
      }
    }
  }

  /** Where one call makes the database refuse the transaction, the others must not fail with it. */
  async #commitSingly(tenant: TenantId, calls: readonly PendingWrite[], error: unknown): Promise<void> {
    if (calls.length === 1) calls[0]!.reject(databaseError(error));
    else for (const call of calls) await this.#commitTenant(tenant, [call]);
  }

  async #transact(tenant: TenantId, calls: readonly PendingWrite[]): Promise<readonly unknown[]> {
    const client = await this.#connected();
    const results: unknown[] = new Array(calls.length);
    try {
      const transaction = await TenantTransaction.begin(client, tenant, this.options, this.#heads);
      for (const [kind, indexes] of Map.groupBy(calls.keys(), (index) => calls[index]!.kind)) {
        const outcome = await kind.apply(
          transaction,
          indexes.map((index) => calls[index]!),
        );
        indexes.forEach((index, position) => {
          results[index] = outcome[position];
        });
      }
      await transaction.commit();
    } catch (error) {
      await this.#abandon(client, tenant, error);
      throw error;
    }
    this.counts.commits += 1;
    this.counts.calls += calls.length;
    return results;
  }

  async #abandon(client: Client, tenant: TenantId, error: unknown): Promise<void> {
    // Whether it was committed may be unknown: the chain's end is read again before it is written to.
    this.#heads.forget(tenant);
    if (!isUnavailable(error)) {
      const rolledBack = await client.query('rollback').then(
        () => true,
        () => false,
      );
      if (rolledBack) return;
    }
    if (this.#client === client) this.#client = undefined;
    await client.end().catch(() => undefined);
  }

  async #connected(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const client = new Client(this.options.connection);
    client.on('error', (error) => {
      if (this.#client === client) this.#client = undefined;
      this.options.onError(databaseError(error));
    });
    await client.connect();
    // The hot statements look few rows up by their keys. They are planned once, maybe while the tables are still empty
    // and reading them whole looks cheapest: so that is out of the question from the start.
    await client.query('set enable_seqscan = off; set jit = off; set plan_cache_mode = force_generic_plan');
    this.#client = client;
    return client;
  }
}

function settle(call: PendingWrite, result: unknown): void {
  if (result instanceof Error) call.reject(result);
  else call.resolve(result);
}

/** Serialization failure or deadlock: the same transaction may succeed at once. */
function isConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '40001' || error.code === '40P01');
}
