// SPDX-License-Identifier: Apache-2.0
// Who may do what: identities, scopes, processes, enrolment, administration.
import assert from 'node:assert/strict';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectSealingApi, type SealingApi } from '@signet/exchange/rest';
import { buildCertificate, buildName, randomSerialNumber } from '@signet/pkix';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import {
  configure,
  startTestTrust,
  TestServer,
  type TestTrust,
} from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let server: TestServer;
let admin: SealingApi;
const open: SealingApi[] = [];

before(async () => {
  trust = await startTestTrust();
  server = await TestServer.create(trust);
  await server.start();
  admin = asToken(server.adminToken);
  await configure(admin, trust);
});

after(async () => {
  for (const api of open) await api.close();
  await server?.remove();
  await trust?.close();
});

function asToken(token: string | null): SealingApi {
  const api = server.api(token);
  open.push(api);
  return api;
}

async function newToken(
  name: string,
  processes: readonly string[],
  scopes: readonly string[],
): Promise<SealingApi> {
  const { token } = (await admin.request('POST', '/admin/tokens', { name, processes, scopes })) as {
    token: string;
  };
  return asToken(token);
}

/** A key and a certificate of a client's own making. */
function selfSigned(): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = buildCertificate({
    subject: buildName([['CN', 'a client']]),
    subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }),
    serialNumber: randomSerialNumber(),
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    issuer: { key: privateKey },
  });
  const pem = new X509Certificate(certificate.bytes).toString();
  return { certificate: pem, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

const document = { bytes: makePdf({ pages: 1, bytes: 5000 }) };

describe('identities', () => {
  it('are needed: none and a wrong one are 401', async () => {
    await assert.rejects(asToken(null).processes(), { code: 'access.no-identity' });
    await assert.rejects(asToken('sgt_wrong').processes(), { code: 'access.unknown-identity' });
  });

  it("reach their own processes only: another's is 403, whether or not it exists", async () => {
    const api = await newToken('erp', ['b-b'], ['seal']);
    assert.deepEqual(
      (await api.processes()).map(({ process }) => process),
      ['b-b'],
    );
    await api.seal({ process: 'b-b', document }, 'memory');
    for (const process of ['b-t', 'no-such']) {
      await assert.rejects(api.seal({ process, document }, 'memory'), { code: 'access.process' });
    }
    const hashes = [{ docHash: new Uint8Array(32), reservedBytes: 10_000 }];
    await assert.rejects(api.sealHash({ process: 'b-b', hashes }), { code: 'access.scope' });
    await assert.rejects(api.request('GET', '/admin/processes'), { code: 'access.scope' });
  });

  it('are refused within a second after they were revoked', async () => {
    const api = await newToken('leaver', ['b-b'], ['seal']);
    await api.processes();
    await admin.request('DELETE', '/admin/tokens/leaver');
    await sleep(1200);
    await assert.rejects(api.processes(), { code: 'access.unknown-identity' });
  });

  it('are enrolled by a code that works once, with a key that never leaves the client', async () => {
    const { code } = (await admin.request('POST', '/admin/enrolment-codes', {
      name: 'branch-office',
      processes: ['b-b'],
      scopes: ['seal'],
    })) as { code: string };
    const client = connectSealingApi({ baseUrl: server.url, ca: server.ca, clientCertificate: selfSigned() });
    open.push(client);
    assert.equal((await client.enrol(code)).identity, 'branch-office');
    await client.seal({ process: 'b-b', document }, 'memory');
    const other = connectSealingApi({ baseUrl: server.url, ca: server.ca, clientCertificate: selfSigned() });
    open.push(other);
    await assert.rejects(other.enrol(code), { code: 'access.enrolment-code' });
    await assert.rejects(other.processes(), { code: 'access.unknown-identity' });
  });
});

describe('administration', () => {
  const common = { format: 1, documentFormat: 'pades', credential: 'seal' } as const;
  const apply = (process: object) => admin.request('PUT', '/admin/processes/new', process);

  it('makes a new version with each change, and fills in defaults', async () => {
    const first = (await apply({ ...common, process: 'new', level: 'B-B' })) as Record<string, unknown>;
    const second = (await apply({ ...common, process: 'new', level: 'B-B', description: 'changed' })) as {
      version: number;
      configuration: Record<string, unknown>;
    };
    assert.equal(second.version, Number(first.version) + 1);
    assert.equal(second.configuration.digestAlgorithm, 'sha256');
    assert.deepEqual(second.configuration.transfer, { document: true, hash: false });
  });

  it('refuses a configuration that cannot work, naming what to change', async () => {
    const wrong = { ...common, process: 'new', level: 'B-B' };
    const timeStamp = { pool: 'nowhere' };
    const cases: [object, string][] = [
      [{ ...wrong, lvel: 'B-B' }, 'config.process-invalid'],
      [{ ...wrong, process: 'other' }, 'config.process-name-mismatch'],
      [{ ...wrong, credential: 'nobody' }, 'config.credential-unknown'],
      [{ ...wrong, signatureAlgorithm: 'rsa-pss-sha256' }, 'config.algorithm-not-offered'],
      [{ ...wrong, level: 'B-T' }, 'config.time-stamp-missing'],
      [{ ...wrong, level: 'B-T', timeStamp }, 'config.time-stamp-pool-unknown'],
    ];
    for (const [configuration, code] of cases) await assert.rejects(apply(configuration), { code }, code);
  });

  it('opens a credential before it is kept, and keeps a password encrypted', async () => {
    const put = (body: object) =>
      admin.request('PUT', '/admin/credentials/other', { device: 'pkcs12', ...body });
    await assert.rejects(put({ location: 'seal.p12', password: 'wrong' }), { code: 'pkcs12.wrong-password' });
    await assert.rejects(put({ location: '../master.key', password: 'x' }), {
      code: 'config.secret-not-allowed',
    });
    await assert.rejects(put({ location: 'seal.p12', secret: 'file:/etc/passwd' }), {
      code: 'config.secret-not-allowed',
    });
  });

  it('refuses an authority at a private address that the operator did not allow', async () => {
    const authorities = [{ name: 'inside', url: 'https://127.0.0.1:9/tsa', allowPrivate: true }];
    await assert.rejects(admin.request('PUT', '/admin/time-stamp-pools/inside', { authorities }), {
      code: 'config.private-host-not-allowed',
    });
  });

  it('has a doctor who says in words what it found', async () => {
    const { checks } = (await admin.request('GET', '/admin/doctor')) as {
      checks: { check: string; ok: boolean; detail: string }[];
    };
    const wrong = checks.filter(({ ok }) => !ok);
    assert.deepEqual(wrong, []);
    assert.ok(checks.some(({ check }) => check === 'time-stamp pool demo'));
  });
});

describe('the edge', () => {
  /** Asks by plain HTTPS, as a monitoring system would. */
  function get(path: string, token?: string): Promise<{ status: number | undefined; body: string }> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const { promise, resolve, reject } = Promise.withResolvers<{
      status: number | undefined;
      body: string;
    }>();
    const call = request(server.url + path, { ca: server.ca, headers }, async (answer) => {
      resolve({ status: answer.statusCode, body: await text(answer) });
    });
    call.once('error', reject).end();
    return promise;
  }

  it('tells nothing without an identity but that it is ready', async () => {
    assert.equal((await get('/healthz')).body, 'ok\n');
    assert.equal((await get('/readyz')).body, 'ready\n');
    assert.equal((await get('/metrics')).status, 401);
    assert.equal((await get('/api/v1/openapi.json')).status, 200);
  });

  it('gives the figures of all workers to who may see them', async () => {
    const { status, body } = await get('/metrics', server.adminToken);
    assert.equal(status, 200);
    assert.match(body, /^signet_sealed_total\{[^}]*process="b-b"[^}]*\} \d+$/m);
    assert.match(body, /^signet_queue_jobs\{state="due"\} 0$/m);
  });

  it('writes no name of a document and no secret into the log', async () => {
    const name = 'salary of somebody.pdf';
    await admin.seal({ process: 'b-b', document: { ...document, name } }, 'memory');
    const log = JSON.stringify(server.log);
    assert.ok(!log.includes('salary'));
    assert.ok(!log.includes(server.adminToken));
    assert.ok(
      server.log.some(({ msg, path }) => msg === 'answered' && path === '/api/v1/processes/b-b/seal'),
    );
  });
});
