// SPDX-License-Identifier: Apache-2.0
// A real server that gets bad input: every answer is judged, and after each test it must seal a good document and have
// nothing left in its spool.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { type RequestOptions, request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, type TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { SealingApi } from '../../packages/exchange/src/rest/index.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { configure, startTestTrust, TestServer, type TestTrust } from '../testkit/sealing-server.ts';

/** What a call sends. */
export interface Call {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  /** Default: the administrator's; null: none. */
  readonly token?: string | null;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The answer that a refusal must be. */
export interface Refusal {
  readonly status: number;
  readonly code: string;
}

/** A server under bad input. */
export interface HostileServer {
  readonly server: TestServer;
  readonly trust: TestTrust;
  readonly api: SealingApi;
  /** Makes a call below `/api/v1`. */
  call(path: string, call?: Call): Promise<Answer>;
  /** Makes a call and asserts that it is refused so, and that the refusal tells nothing internal. */
  refused(path: string, call: Call, refusal: Refusal): Promise<Record<string, unknown>>;
  /** A bare TLS connection. */
  raw(): Promise<TLSSocket>;
  /** Asserts that it seals a good document and that its spool is empty. */
  stillServes(): Promise<void>;
  close(): Promise<void>;
}

/** Starts one. `settings` are replacements in `server.yaml`; `prepare` runs before it is started. */
export async function startHostileServer(
  options: {
    readonly settings?: Readonly<Record<string, string>>;
    readonly prepare?: (server: TestServer) => Promise<void>;
  } = {},
): Promise<HostileServer> {
  const trust = await startTestTrust();
  const server = await TestServer.create(trust);
  try {
    changeSettings(server, options.settings ?? {});
    await options.prepare?.(server);
    await server.start();
  } catch (error) {
    await server.remove();
    await trust.close();
    throw error;
  }
  const api = server.api();
  await configure(api, trust);
  const call = (path: string, what: Call = {}) => callServer(server, path, what);
  return {
    server,
    trust,
    api,
    call,
    async refused(path, what, refusal) {
      const answer = await call(path, what);
      return assertRefusal(server, answer, refusal);
    },
    raw: () => rawConnection(server),
    async stillServes() {
      const sealed = await api.seal({ process: 'b-b', document: { bytes: makePdf() } }, 'memory');
      assert.equal(sealed.level, 'B-B');
      await spoolIsEmpty(server);
    },
    async close() {
      await api.close();
      await server.remove();
      await trust.close();
    },
  };
}

function changeSettings(server: TestServer, changes: Readonly<Record<string, string>>): void {
  const file = join(server.directory, 'server.yaml');
  let yaml = readFileSync(file, 'utf8');
  for (const [from, to] of Object.entries(changes)) {
    assert.ok(yaml.includes(from), from);
    yaml = yaml.replace(from, to);
  }
  writeFileSync(file, yaml);
}

function callServer(server: TestServer, path: string, call: Call): Promise<Answer> {
  const { method = 'POST', headers = {}, body, token = server.adminToken } = call;
  const options: RequestOptions = {
    method,
    ca: server.ca,
    headers: { ...(token !== null && { authorization: `Bearer ${token}` }), ...headers },
    agent: false,
  };
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sending = request(`${server.url}${path}`, options, (answer) => {
    const { statusCode = 0, headers: fields } = answer;
    text(answer).then((body) => resolve({ status: statusCode, headers: fields, body }), reject);
  });
  sending.on('error', reject).end(body);
  return promise;
}

/** Asserts an RFC 9457 problem document with this code that tells nothing of the machine; gives its members. */
export function assertRefusal(
  server: TestServer,
  { status, headers, body }: Answer,
  wanted: Refusal,
): Record<string, unknown> {
  assert.equal(`${status} ${codeOf(body)}`, `${wanted.status} ${wanted.code}`, body);
  assert.equal(headers['content-type'], 'application/problem+json');
  tellsNothingInternal(server, body);
  const problem = JSON.parse(body) as Record<string, unknown>;
  assert.equal(problem.status, wanted.status);
  assert.equal(problem.type, `urn:signet:error:${wanted.code}`);
  assert.doesNotMatch(String(problem.detail), /\{[a-zA-Z]+\}/, 'the sentence is filled in');
  assert.equal('retry-after' in headers, problem.retryable);
  return problem;
}

const repository = fileURLToPath(import.meta.resolve('../..'));

/** Asserts that a text names no place on this machine, no source line, and no secret. */
export function tellsNothingInternal(server: TestServer, text: string): void {
  const secrets = [server.adminToken, readFileSync(join(server.directory, 'master.key'), 'utf8').trim()];
  for (const word of [server.directory, repository, '/var/lib/signet', 'node_modules', 'node:', ...secrets]) {
    assert.ok(!text.includes(word), `${word} in ${text}`);
  }
  assert.doesNotMatch(text, /\.ts\b|\bat .*:\d+:\d+|stack/i);
}

function codeOf(body: string): string {
  try {
    return String((JSON.parse(body) as { readonly code?: unknown }).code);
  } catch {
    return 'no JSON';
  }
}

async function rawConnection(server: TestServer): Promise<TLSSocket> {
  const { hostname, port } = new URL(server.url);
  const socket = connect({ host: hostname, port: Number(port), ca: server.ca });
  // A server that has answered may reset what is still being sent.
  socket.on('error', () => undefined);
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  return socket;
}

/** Everything that a server sends on a bare connection until it closes. */
export async function readToEnd(socket: TLSSocket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  return Buffer.concat(chunks).toString('latin1');
}

/** Waits until no worker has a file in its spool, but not for ever. */
export async function spoolIsEmpty(server: TestServer): Promise<void> {
  const root = join(server.directory, 'data', 'spool');
  const files = () =>
    readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (let round = 0; files().length > 0; round += 1) {
    assert.ok(round < 1000, 'something stays in the spool');
    await sleep(20);
  }
}
