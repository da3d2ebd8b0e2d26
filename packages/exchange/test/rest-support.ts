// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders, RequestOptions } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { connect, type TLSSocket } from 'node:tls';
import { fixedClock, SignetError } from '@signet/base';
import {
  authenticator,
  type Caller,
  connectSealingApi,
  createRestServer,
  defaultLimits,
  healthRoutes,
  openSpool,
  type Problem,
  type RestLimits,
  type SealingApi,
  type SealingApiConnection,
  sealingRoutes,
} from '@signet/exchange/rest';
import { buildCertificate, buildName, type Certificate, encodePem, randomSerialNumber } from '@signet/pkix';
import { MemoryService } from './rest-service.ts';

/** A certificate and its key, as PEM. */
export interface TestIdentity {
  readonly certificate: string;
  readonly key: string;
  readonly sha256: string;
}

const validity = { notBefore: new Date('2020-01-01T00:00:00Z'), notAfter: new Date('2120-01-01T00:00:00Z') };

function makeCertificate(
  commonName: string,
  issuer?: { certificate: Certificate; key: KeyObject },
): { certificate: Certificate; key: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = buildCertificate({
    ...validity,
    subject: buildName([['CN', commonName]]),
    subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    serialNumber: randomSerialNumber(),
    issuer: issuer ?? { key: privateKey },
    extensions:
      issuer === undefined
        ? { basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] }
        : {
            subjectAltName: [
              { kind: 'dns', text: 'localhost' },
              { kind: 'ip', octets: Buffer.from([127, 0, 0, 1]) },
            ],
          },
  });
  return { certificate, key: privateKey };
}

function asPem({ certificate, key }: { certificate: Certificate; key: KeyObject }): TestIdentity {
  return {
    certificate: encodePem('CERTIFICATE', certificate.bytes),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
    sha256: createHash('sha256').update(certificate.bytes).digest('hex'),
  };
}

/** A CA and a certificate for localhost under it. */
export function makeServerIdentity(name: string): { ca: TestIdentity; server: TestIdentity } {
  const root = makeCertificate(`Root ${name}`);
  return { ca: asPem(root), server: asPem(makeCertificate('localhost', root)) };
}

/** The only CA that the tests trust, its server, and a client whose certificate is known to the server. */
export const { ca: testCa, server: serverIdentity } = makeServerIdentity('of the tests');
export const clientIdentity = asPem(makeCertificate('client'));
export const strangerIdentity = asPem(makeCertificate('stranger'));

const caller = (identity: string, more: Partial<Caller> = {}): Caller => ({
  tenant: 1,
  identity,
  processes: '*',
  scopes: ['seal', 'seal-hash', 'validate'],
  ...more,
});

/** Who may do what. */
const tokens: Readonly<Record<string, { caller: Caller; expiresAt?: Date }>> = {
  'token-all': { caller: caller('all') },
  'token-invoices': { caller: caller('invoices-only', { processes: ['invoices'] }) },
  'token-validator': { caller: caller('validator', { scopes: ['validate'], processes: [] }) },
  'token-old': { caller: caller('old'), expiresAt: new Date('2029-12-31T00:00:00Z') },
};

/** Limits small enough to be reached by a test. */
export const smallLimits: RestLimits = {
  ...defaultLimits,
  memoryBytes: 10_000,
  documentBytes: 5_000_000,
  packageBytes: 5_000_000,
  jsonBytes: 5_000,
  headerSeconds: 0.5,
  lingerSeconds: 0.3,
  hashesPerCall: 3,
  upload: { idleSeconds: 0.4, graceSeconds: 30, minimumBytesPerSecond: 100, maximumSeconds: 60 },
};

/** A running server of the API over real TLS. */
export interface TestServer {
  readonly url: string;
  readonly port: number;
  readonly service: MemoryService;
  readonly spoolDirectory: string;
  /** Codes of internal faults that were logged. */
  readonly log: string[];
  connect(more?: Partial<SealingApiConnection>): SealingApi;
  call(path: string, options?: CallOptions): Promise<Answer>;
  /** A bare TLS connection on which anything can be written. */
  raw(): Promise<TLSSocket>;
}

export interface CallOptions {
  readonly method?: string;
  readonly token?: string | null;
  readonly headers?: RequestOptions['headers'];
  readonly body?: Uint8Array | string;
  readonly identity?: TestIdentity;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body as a problem document. */
  readonly problem: Problem;
}

export async function startServer(
  context: TestContext,
  limits: RestLimits = smallLimits,
): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'signet-rest-'));
  const spool = openSpool(join(directory, 'spool'));
  mkdirSync(join(directory, 'blobs'));
  const service = new MemoryService(spool, join(directory, 'blobs'));
  const log: string[] = [];
  const app = createRestServer({ tls: serverIdentity, limits });
  app.addHook('onError', async (_request, _reply, error) => {
    log.push(String(error.code ?? error.name));
  });
  const identities = {
    findByToken: async (secret: string) => tokens[secret],
    findByCertificate: async (sha256: string) =>
      sha256 === clientIdentity.sha256 ? { caller: caller('client') } : undefined,
  };
  await app.register(healthRoutes({ ready: () => true }));
  await app.register(
    sealingRoutes({
      service,
      authenticate: authenticator({ identities, clock: fixedClock('2030-01-01T00:00:00Z') }),
      spool,
      limits,
      version: '0.1.0',
      enrolment: {
        enrol: async (code) => {
          if (code !== 'good-code') throw new SignetError('access.enrolment-code');
          return caller('enrolled', { processes: ['invoices'] });
        },
      },
    }),
  );
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  const apis: SealingApi[] = [];
  context.after(async () => {
    await Promise.all(apis.map((api) => api.close()));
    app.server.closeAllConnections();
    await app.close();
    rmSync(directory, { recursive: true, force: true });
  });
  return {
    url: `https://localhost:${port}`,
    port,
    service,
    spoolDirectory: spool.directory,
    log,
    connect: (more = {}) => {
      const api = connectSealingApi({
        baseUrl: `https://localhost:${port}`,
        ca: testCa.certificate,
        token: 'token-all',
        ...more,
      });
      apis.push(api);
      return api;
    },
    call: (path, options) => call(port, path, options),
    raw: () => rawConnection(port),
  };
}

/** Waits until the spool is empty; a test that leaves a file behind runs into its own timeout. */
export async function spoolIsEmpty(server: TestServer): Promise<void> {
  while (readdirSync(server.spoolDirectory).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Asserts that a server seals as if nothing had happened, and that nothing is left in its spool. */
export async function stillServes(server: TestServer): Promise<void> {
  const answer = await server.call('/api/v1/processes/invoices/seal', {
    method: 'POST',
    headers: { 'content-type': 'application/pdf' },
    body: 'document',
  });
  assert.equal(answer.status, 200);
  await spoolIsEmpty(server);
}

function call(port: number, path: string, options: CallOptions = {}): Promise<Answer> {
  const { method = 'GET', token = 'token-all', headers = {}, body, identity } = options;
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const authorization = token === null ? {} : { authorization: `Bearer ${token}` };
  const outgoing = request(
    {
      host: '127.0.0.1',
      servername: 'localhost',
      port,
      path,
      method,
      ca: testCa.certificate,
      agent: false,
      ...(identity === undefined ? {} : { cert: identity.certificate, key: identity.key }),
      headers: { ...authorization, ...headers } as RequestOptions['headers'] & object,
    },
    (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks);
        resolve({
          status: incoming.statusCode ?? 0,
          headers: incoming.headers,
          body: bytes,
          get problem() {
            return JSON.parse(bytes.toString()) as Problem;
          },
        });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
}

function rawConnection(port: number): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: testCa.certificate }, () =>
    resolve(socket),
  );
  socket.once('error', reject);
  return promise;
}

/** All that comes until the other side closes; a reset after the answer does not matter. */
export function readAll(socket: TLSSocket): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let text = '';
  socket.on('data', (chunk: Buffer) => {
    text += chunk.toString('latin1');
  });
  socket.on('error', () => {});
  socket.once('close', () => resolve(text));
  return promise;
}
