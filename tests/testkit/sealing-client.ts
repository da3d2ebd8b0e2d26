// SPDX-License-Identifier: Apache-2.0
// A real Sealing Client in processes of its own, enrolled at a server under test, in a directory that goes away.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSealingApi, type SealingApi } from '../../packages/exchange/src/rest/index.ts';
import { freePort, type LogLine, type TestServer } from './sealing-server.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'client', 'src', 'main.ts');

/** How a client under test is made. */
export interface TestClientOptions {
  /** As `--binding` takes them, without the folder: `name`, and options as `,process=b-t,transfer=hash`. */
  readonly bindings: readonly { readonly name: string; readonly options?: string }[];
  /** In place of the CA file: a fingerprint to be pinned. */
  readonly fingerprint?: string;
  /** The directory that holds the exchange folders, where it is not to be this client's alone. */
  readonly exchange?: string;
  /** Changes the written configuration before it is read. */
  readonly edit?: (yaml: string) => string;
}

/** A client under test. */
export class TestClient {
  readonly directory: string;
  readonly url: string;
  readonly log: LogLine[] = [];
  readonly #exchange: string;
  #process: ChildProcess | undefined;

  private constructor(directory: string, port: number, exchange = join(directory, 'exchange')) {
    this.directory = directory;
    this.#exchange = exchange;
    this.url = `https://127.0.0.1:${port}`;
  }

  /** Enrols a client at a running server by `init`; it does not run yet. */
  static async create(server: TestServer, options: TestClientOptions): Promise<TestClient> {
    const directory = mkdtempSync(join(tmpdir(), 'signet-client-'));
    const client = new TestClient(directory, await freePort(), options.exchange);
    const code = await enrolmentCode(server, `client-${Date.now()}-${Math.floor(Math.random() * 1e6)}`);
    const trust =
      options.fingerprint === undefined
        ? ['--ca', join(server.directory, 'tls', 'ca.pem')]
        : ['--fingerprint', options.fingerprint];
    const bindings = options.bindings.flatMap(({ name, options: more = '' }) => [
      '--binding',
      `${name}=${client.root(name)}${more}`,
    ]);
    const made = await run([
      'init',
      ...['--server', server.url, '--code', code, '--dir', join(directory, 'client')],
      ...['--port', new URL(client.url).port],
      ...trust,
      ...bindings,
    ]);
    if (made.code !== 0) throw new TypeError(`client init ended with ${made.code}: ${made.errors}`);
    const quick = (yaml: string) =>
      yaml
        .replaceAll(/^( {4})root: .*$/gm, '$&\n$1scanSeconds: 0.1\n$1stillSeconds: 0.1')
        .replace('firstSeconds: 1', 'firstSeconds: 0.2')
        .replace('capSeconds: 60', 'capSeconds: 1');
    const yaml = quick(readFileSync(client.config, 'utf8'));
    writeFileSync(client.config, options.edit?.(yaml) ?? yaml);
    return client;
  }

  get config(): string {
    return join(this.directory, 'client', 'client.yaml');
  }

  /** The exchange folder of a binding. */
  root(binding: string): string {
    return join(this.#exchange, binding);
  }

  /** Starts it; resolves when its worker works. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [main, 'run', '--config', this.config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as LogLine;
      this.log.push(entry);
      if (entry.part === 'supervisor' && entry.msg === 'ready') ready.resolve();
    });
    child.once('exit', (code) => ready.reject(new TypeError(`the client ended with ${code}`)));
    await ready.promise;
  }

  get supervisor(): number {
    return this.#process?.pid ?? 0;
  }

  /** Process id of the worker that was started last. */
  get worker(): number {
    return Number(this.log.findLast(({ msg }) => msg === 'child ready')?.child);
  }

  /** Asks as the application of the written configuration, or with another token. */
  api(token: string | null = this.applicationToken): SealingApi {
    const ca = readFileSync(join(this.directory, 'client', 'tls', 'rest.pem'), 'utf8');
    return connectSealingApi({ baseUrl: this.url, ca, ...(token !== null && { token }) });
  }

  get applicationToken(): string {
    return readFileSync(join(this.directory, 'client', 'application.token'), 'utf8').trim();
  }

  /** Puts a document into a binding's `in/` as a careful program does: written under a hidden name, then renamed. */
  async drop(binding: string, name: string, bytes: Uint8Array): Promise<void> {
    const folder = join(this.root(binding), 'in');
    while (!isThere(folder)) await sleep(20);
    const hidden = join(folder, `.${name}.part`);
    writeFileSync(hidden, bytes);
    renameSync(hidden, join(folder, name));
  }

  /** The names in one of a binding's folders; none if it is not there. */
  names(binding: string, folder: 'in' | 'out' | 'failed' | 'archive'): string[] {
    const path = join(this.root(binding), folder);
    return isThere(path) ? readdirSync(path).filter((name) => !name.startsWith('.')) : [];
  }

  read(binding: string, folder: 'out' | 'failed' | 'archive', name: string): Buffer {
    return readFileSync(join(this.root(binding), folder, name));
  }

  /** Stops it as an operator would. Gives its exit code. */
  async stop(): Promise<number | null> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return child?.exitCode ?? null;
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    return code;
  }

  /** Kills supervisor and worker at once. */
  async kill(): Promise<void> {
    const child = this.#process;
    const worker = this.worker;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    if (Number.isInteger(worker)) killIfThere(worker);
    await once(child, 'exit');
  }

  /** Stops it and removes all that it wrote. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A code by which one client may enrol for all processes. */
export async function enrolmentCode(server: TestServer, name: string): Promise<string> {
  const admin = server.api();
  try {
    const scopes = ['seal', 'seal-hash', 'validate'];
    const made = await admin.request('POST', '/admin/enrolment-codes', {
      name,
      processes: '*',
      scopes,
      hours: 1,
    });
    return (made as { code: string }).code;
  } finally {
    await admin.close();
  }
}

/** Runs the client's command line to its end. */
export async function run(
  args: readonly string[],
): Promise<{ code: number | null; output: string; errors: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, output, errors };
}

function isThere(path: string): boolean {
  try {
    readdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone already, with its parent.
  }
}
