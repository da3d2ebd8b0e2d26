// SPDX-License-Identifier: Apache-2.0
import type { SignetError } from '@signet/base';
import { Client, type ClientConfig } from 'pg';
import { databaseError } from './connection.ts';

/** Hears of new work by LISTEN. A hint and no more: what is said while the connection is away is not heard. */
export class WorkListener {
  readonly #connection: ClientConfig;
  readonly #onError: (error: SignetError) => void;
  readonly #callbacks = new Set<() => void>();
  #client: Client | undefined;
  #again: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connection: ClientConfig, onError: (error: SignetError) => void) {
    this.#connection = connection;
    this.#onError = onError;
  }

  /** Calls back on each hint until the returned function is called. The connection is made with the first subscriber. */
  onWork(callback: () => void): () => void {
    this.#callbacks.add(callback);
    if (this.#client === undefined && this.#again === undefined) this.#connect();
    return () => void this.#callbacks.delete(callback);
  }

  /** Ends the connection; nobody is called any more. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#callbacks.clear();
    clearTimeout(this.#again);
    await this.#client?.end().catch(() => undefined);
  }

  #connect(): void {
    this.#again = undefined;
    const client = new Client(this.#connection);
    this.#client = client;
    client.on('notification', () => this.#tell());
    client.on('error', (error) => this.#lost(client, error));
    client.on('end', () => this.#lost(client));
    client
      .connect()
      .then(() => client.query('listen signet_work'))
      // What came while nobody listened was not heard: look once.
      .then(() => this.#tell())
      .catch((error: unknown) => this.#lost(client, error));
  }

  #lost(client: Client, error?: unknown): void {
    if (this.#client !== client || this.#closed) return;
    this.#client = undefined;
    if (error !== undefined) this.#onError(databaseError(error));
    void client.end().catch(() => undefined);
    this.#again = setTimeout(() => this.#connect(), 500).unref();
  }

  #tell(): void {
    for (const callback of this.#callbacks) callback();
  }
}
