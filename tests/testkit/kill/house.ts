// SPDX-License-Identifier: Apache-2.0
// Server, client, database and trust services as they stand in a customer's house, and what may be killed of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { TestClient, type TestClientOptions } from '../sealing-client.ts';
import { configure, isAlive, startTestTrust, TestServer, type TestTrust } from '../sealing-server.ts';

/** What is killed at a time. */
export type Victim = (typeof victims)[number];

export const victims = [
  'server worker',
  'server supervisor',
  'PostgreSQL',
  'client worker',
  'client supervisor',
  'everything',
] as const;

/** How long all parts may take to run again after a kill, milliseconds. */
const patience = 90_000;

interface Program {
  readonly supervisor: number;
  start(): Promise<void>;
}

/** Starts a program again whenever it was killed, at once, as a service manager does for what stands at the top. */
class ServiceManager {
  readonly #program: Program;
  #kills = 0;
  #bringing: Promise<void> | undefined;
  /** Why starts failed although nobody killed anything meanwhile. */
  readonly failedStarts: string[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  /** Something that this program is made of or needs is about to be killed: a start may fail for that. */
  aboutToKill(): void {
    this.#kills += 1;
  }

  /** It is dead. */
  killed(): void {
    this.#bringing ??= this.#bring().finally(() => {
      this.#bringing = undefined;
    });
  }

  async whole(): Promise<void> {
    await this.#bringing;
  }

  async #bring(): Promise<void> {
    while (!isAlive(this.#program.supervisor)) {
      const kills = this.#kills;
      try {
        await this.#program.start();
      } catch (error) {
        if (kills === this.#kills) this.failedStarts.push(String(error));
        await sleep(100);
      }
    }
  }
}

/** A server and its clients in processes of their own. */
export class SealingHouse {
  readonly trust: TestTrust;
  readonly server: TestServer;
  readonly clients: readonly TestClient[];
  readonly #ending = new AbortController();
  readonly #managers: readonly ServiceManager[];
  readonly #workers: number;

  private constructor(trust: TestTrust, server: TestServer, clients: readonly TestClient[]) {
    this.trust = trust;
    this.server = server;
    this.clients = clients;
    this.#managers = [server, ...clients].map((program) => new ServiceManager(program));
    this.#workers = server.workers.length;
  }

  /** Makes and starts all: a server with the processes `b-b` and `b-t`, and a client for each of the options. */
  static async open(clients: readonly TestClientOptions[]): Promise<SealingHouse> {
    const trust = await startTestTrust();
    const server = await TestServer.create(trust);
    await server.start();
    const admin = server.api();
    await configure(admin, trust);
    await admin.close();
    const made: TestClient[] = [];
    for (const options of clients) made.push(await TestClient.create(server, options));
    await Promise.all(made.map((client) => client.start()));
    return new SealingHouse(trust, server, made);
  }

  /** The one client of a house with one. */
  get client(): TestClient {
    return this.clients[0]!;
  }

  /** Aborted when the house is removed: what loads it ends then, even if a failed test did not stop it. */
  get ended(): AbortSignal {
    return this.#ending.signal;
  }

  /** Why starts of server or client failed although nothing was killed meanwhile. */
  get failedStarts(): readonly string[] {
    return this.#managers.flatMap(({ failedStarts }) => failedStarts);
  }

  /**
   * `kill -9`; resolves when it is dead. What stands at the top is started again.
   *
   * @returns false if it was not there just then
   */
  async kill(victim: Victim, client: TestClient = this.client): Promise<boolean> {
    const found = this.#processes(victim, client).filter(isAlive);
    if (found.length === 0) return false;
    for (const manager of this.#managers) manager.aboutToKill();
    for (const pid of found) process.kill(pid, 'SIGKILL');
    while (found.some(isAlive)) await sleep(1);
    for (const manager of this.#managers) manager.killed();
    return true;
  }

  #processes(victim: Victim, client: TestClient): readonly number[] {
    const { server } = this;
    switch (victim) {
      case 'server worker':
        return server.workers.slice(-1);
      case 'server supervisor':
        return [server.supervisor];
      case 'PostgreSQL':
        return [server.postmaster];
      case 'client worker':
        return [client.worker];
      case 'client supervisor':
        return [client.supervisor];
      case 'everything':
        return [
          ...[server.supervisor, server.postmaster, ...server.workers],
          ...this.clients.flatMap(({ supervisor, worker }) => [supervisor, worker]),
        ];
    }
  }

  /** Resolves when every part runs again. */
  async whole(): Promise<void> {
    const end = performance.now() + patience;
    await Promise.all(this.#managers.map((manager) => manager.whole()));
    for (let missing = this.#missing(); missing.length > 0; missing = this.#missing()) {
      if (performance.now() > end) throw new TypeError(`does not run again: ${missing.join(', ')}`);
      await sleep(50);
    }
  }

  #missing(): readonly string[] {
    const { server, clients } = this;
    const parts: [string, boolean][] = [
      ['server supervisor', isAlive(server.supervisor)],
      ['PostgreSQL', isAlive(server.postmaster)],
      ['server worker', server.workers.length === this.#workers],
      ...clients.map(({ supervisor }): [string, boolean] => ['client supervisor', isAlive(supervisor)]),
      ...clients.map(({ worker }): [string, boolean] => ['client worker', isAlive(worker)]),
    ];
    return parts.filter(([, runs]) => !runs).map(([name]) => name);
  }

  /** Stops the programs as an operator would. Gives their exit codes. */
  async stop(): Promise<readonly (number | null)[]> {
    const clients = await Promise.all(this.clients.map((client) => client.stop()));
    return [...clients, await this.server.stop()];
  }

  /** Stops all and removes what was written. */
  async remove(): Promise<void> {
    this.#ending.abort();
    await Promise.all(this.clients.map((client) => client.remove()));
    await this.server.remove();
    await this.trust.close();
  }
}
