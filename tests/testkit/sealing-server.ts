// SPDX-License-Identifier: Apache-2.0
// A real Sealing Server in processes of its own, with its built-in PostgreSQL, over TLS, in a directory that goes away.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { connectSealingApi, type SealingApi } from '../../packages/exchange/src/rest/index.ts';
import { DemoPki, type DemoQtsp, demoPkiUrls, startDemoQtsp } from '../../packages/qtsp/src/index.ts';

const main = join(import.meta.dirname, '..', '..', 'apps', 'server', 'src', 'main.ts');

/**
 * A port that nobody listens on now. It lies below those that systems give to outgoing connections, so that none of
 * these takes it before the program under test does.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 30_000);
    const server = createServer();
    const listening = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!listening) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** One line of a server's log. */
export interface LogLine {
  readonly part: string;
  readonly pid: number;
  readonly msg: string;
  readonly [fact: string]: unknown;
}

/** A demo PKI with its QTSP, for any number of servers. */
export interface TestTrust {
  readonly pki: DemoPki;
  readonly qtsp: DemoQtsp;
  readonly httpsPort: number;
  /** Serves again after `qtsp.stop()`. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Makes a PKI of P-256 alone (it takes no time) and serves its time-stamps. */
export async function startTestTrust(): Promise<TestTrust> {
  const directory = mkdtempSync(join(tmpdir(), 'signet-pki-'));
  const [httpsPort, httpPort] = [await freePort(), await freePort()];
  const clock = { now: () => new Date() };
  const urls = demoPkiUrls(`http://127.0.0.1:${httpPort}`);
  const pki = await DemoPki.create({ directory: join(directory, 'pki'), urls, clock, families: ['p256'] });
  let qtsp = await startDemoQtsp({ pki, httpsPort, httpPort });
  return {
    pki,
    get qtsp() {
      return qtsp;
    },
    httpsPort,
    async restart() {
      qtsp = await startDemoQtsp({ pki, httpsPort, httpPort });
    },
    async close() {
      await qtsp.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A server under test. */
export class TestServer {
  readonly directory: string;
  readonly url: string;
  readonly ca: string;
  readonly adminToken: string;
  readonly log: LogLine[] = [];
  #process: ChildProcess | undefined;
  #cluster: string | undefined;

  private constructor(directory: string, port: number) {
    this.directory = directory;
    this.url = `https://127.0.0.1:${port}`;
    this.ca = readFileSync(join(directory, 'tls', 'ca.pem'), 'utf8');
    this.adminToken = readFileSync(join(directory, 'admin.token'), 'utf8').trim();
  }

  /** Makes a server by `init`; it does not run yet. */
  static async create(trust: TestTrust): Promise<TestServer> {
    const directory = join(mkdtempSync(join(tmpdir(), 'signet-server-')), 'server');
    const port = await freePort();
    const made = spawnSync(
      process.execPath,
      [
        main,
        'init',
        '--dir',
        directory,
        '--port',
        String(port),
        '--allow-private',
        `127.0.0.1:${trust.httpsPort}`,
        new URL(trust.pki.urls.ocsp).host,
        '--revocation-host',
        new URL(trust.pki.urls.ocsp).host,
      ],
      { encoding: 'utf8' },
    );
    if (made.status !== 0) throw new TypeError(`init ended with ${made.status}: ${made.stderr}`);
    // What a dead process leaves behind is taken over after a lease: a short one, since tests wait for it.
    const config = join(directory, 'server.yaml');
    writeFileSync(config, readFileSync(config, 'utf8').replace(/leaseSeconds: \d+/, 'leaseSeconds: 2'));
    cpSync(trust.pki.pkcs12File('seal-p256'), join(directory, 'secrets', 'seal.p12'));
    cpSync(trust.pki.pkcs12PasswordFile, join(directory, 'secrets', 'seal.password'));
    return new TestServer(directory, port);
  }

  /** Starts it; resolves when it serves. */
  async start(): Promise<void> {
    const config = join(this.directory, 'server.yaml');
    const child = spawn(process.execPath, [main, 'run', '--config', config], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#process = child;
    const ready = Promise.withResolvers<void>();
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as LogLine;
      this.log.push(line);
      if (typeof line.cluster === 'string') this.#cluster = line.cluster;
      if (line.part === 'supervisor' && line.msg === 'ready') ready.resolve();
    });
    child.once('exit', (code) => ready.reject(new TypeError(`the server ended with ${code}`)));
    await ready.promise;
  }

  get supervisor(): number {
    return this.#process?.pid ?? 0;
  }

  /** Process id of the built-in PostgreSQL. */
  get postmaster(): number {
    return Number(this.log.findLast(({ msg }) => msg === 'PostgreSQL runs')?.postmaster ?? 0);
  }

  /** Process ids of the workers that are alive. */
  get workers(): readonly number[] {
    const pids = this.log.filter(({ msg }) => msg === 'child ready').map(({ child }) => Number(child));
    return [...new Set(pids)].filter(isAlive);
  }

  /** Asks as the administrator, or with another token. */
  api(token: string | null = this.adminToken): SealingApi {
    return connectSealingApi({ baseUrl: this.url, ca: this.ca, ...(token !== null && { token }) });
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

  /** Stops it and removes all that it wrote. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(dirname(this.directory), { recursive: true, force: true });
    // Started as root its cluster lies elsewhere, where an unprivileged user can read.
    if (this.#cluster?.startsWith('/var/lib/signet/'))
      rmSync(dirname(this.#cluster), { recursive: true, force: true });
  }
}

/** Applies the usual rows: a credential, a pool, an anchor, and processes `b-b`, `b-t` (which take digests too) and `b-lta`. */
export async function configure(api: SealingApi, trust: TestTrust): Promise<void> {
  const caPem = readFileSync(trust.pki.rootFile, 'utf8');
  await api.request('PUT', '/admin/credentials/seal', {
    device: 'pkcs12',
    location: 'seal.p12',
    secret: 'file:seal.password',
  });
  await api.request('PUT', '/admin/time-stamp-pools/demo', {
    authorities: [{ name: 'demo', url: trust.qtsp.timeStampUrl, allowPrivate: true, caPem }],
  });
  await api.request('PUT', '/admin/trust-anchors/demo-root', { certificate: caPem });
  const common = {
    format: 1,
    documentFormat: 'pades',
    credential: 'seal',
    transfer: { document: true, hash: true },
  };
  await api.request('PUT', '/admin/processes/b-b', { ...common, process: 'b-b', level: 'B-B' });
  await api.request('PUT', '/admin/processes/b-t', {
    ...common,
    process: 'b-t',
    level: 'B-T',
    timeStamp: { pool: 'demo' },
  });
  await api.request('PUT', '/admin/processes/b-lta', {
    ...common,
    process: 'b-lta',
    level: 'B-LTA',
    timeStamp: { pool: 'demo' },
    transfer: { document: true, hash: false },
  });
}

/** Whether a process lives (and is not only waiting to be collected by its parent). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return process.platform !== 'linux';
  }
}
