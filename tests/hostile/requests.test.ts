// SPDX-License-Identifier: Apache-2.0
// Callers who are nobody, who want what is not theirs, or who say it wrongly.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { uuidv7 } from '../../packages/base/src/index.ts';
import { openDatabase, startBuiltInPostgres } from '../../packages/storage/src/sql/index.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import type { TestServer } from '../testkit/sealing-server.ts';
import { type Call, type HostileServer, readToEnd, startHostileServer } from './hostile-server.ts';

const pdf = { 'content-type': 'application/pdf' };
const json = { 'content-type': 'application/json' };
const sealPath = '/api/v1/processes/b-b/seal';
const hashPath = '/api/v1/processes/b-b/seal-hash';
const get: Call = { method: 'GET' };

let hostile: HostileServer;
/** An administrator of another tenant of the same server. */
let neighbour: string;

before(async () => {
  hostile = await startHostileServer({ prepare: addNeighbour });
});
after(() => hostile?.close());
afterEach(() => hostile.stillServes());

/** Puts a second tenant into the database of a server that is not started yet. */
async function addNeighbour(server: TestServer): Promise<void> {
  const postgres = await startBuiltInPostgres({ dataDirectory: join(server.directory, 'data', 'postgres') });
  try {
    const url = new URL(postgres.address.owner);
    const client = new Client({
      host: url.searchParams.get('host')!,
      user: 'signet_admin',
      database: url.pathname.slice(1),
    });
    await client.connect();
    const { rows } = await client.query(
      "insert into signet.tenant (name) values ('neighbour') returning tenant_id",
    );
    await client.end();
    const database = await openDatabase({ address: postgres.address });
    const everything = ['admin', 'seal', 'seal-hash', 'validate', 'metrics'] as const;
    const { secret } = await database.identities.createToken(
      Number(rows[0].tenant_id),
      { name: 'neighbour', scopes: everything, processes: '*', expiresAt: null },
      'test',
    );
    neighbour = secret;
    await database.close();
  } finally {
    await postgres.stop();
  }
}

/** Makes a token of the server's own tenant. */
async function newToken(wanted: object): Promise<string> {
  const body = {
    name: `t-${randomUUID()}`,
    processes: '*',
    scopes: ['seal', 'seal-hash', 'validate'],
    ...wanted,
  };
  const { token } = (await hostile.api.request('POST', '/admin/tokens', body)) as { readonly token: string };
  return token;
}

const document = (): Call => ({ headers: pdf, body: makePdf() });

describe('who is nobody here', () => {
  test('is refused without an identity, with a wrong one, and with something that is none', async () => {
    const paths: readonly [string, Call][] = [
      [sealPath, document()],
      [hashPath, { headers: json, body: '{}' }],
      ['/api/v1/processes/b-b/batches', { body: 'PK' }],
      ['/api/v1/validations', document()],
      [`/api/v1/jobs/${uuidv7()}`, get],
      ['/api/v1/processes', get],
      ['/api/v1/admin/tokens', get],
      ['/metrics', get],
    ];
    for (const [path, call] of paths) {
      await hostile.refused(path, { ...call, token: null }, { status: 401, code: 'access.no-identity' });
      const wrong = { ...call, token: 'sgt_0000000000000000000000000000000000000000000' };
      await hostile.refused(path, wrong, { status: 401, code: 'access.unknown-identity' });
    }
    for (const authorization of ['Basic YWRtaW46YWRtaW4=', 'Bearer', 'Bearer a b']) {
      const call = { ...document(), token: null, headers: { ...pdf, authorization } };
      await hostile.refused(sealPath, call, { status: 401, code: 'access.malformed-authorization' });
    }
  });

  test('is refused when the token ran out', async () => {
    const token = await newToken({ days: 1e-8 });
    await sleep(10);
    await hostile.refused(sealPath, { ...document(), token }, { status: 401, code: 'access.expired' });
  });
});

describe('what is not the caller’s', () => {
  test('a process of others, a scope that was not given', async () => {
    const token = await newToken({ processes: ['b-t'], scopes: ['seal'] });
    await hostile.refused(sealPath, { ...document(), token }, { status: 403, code: 'access.process' });
    await hostile.refused(
      '/api/v1/processes/b-b',
      { ...get, token },
      { status: 403, code: 'access.process' },
    );
    for (const path of ['/api/v1/validations', '/api/v1/processes/b-t/seal-hash'])
      await hostile.refused(path, { headers: pdf, body: 'x', token }, { status: 403, code: 'access.scope' });
    for (const path of ['/api/v1/admin/tokens', '/api/v1/admin/doctor', '/metrics'])
      await hostile.refused(path, { ...get, token }, { status: 403, code: 'access.scope' });
  });

  test('a job of a process of others: its record, its document, its end', async () => {
    const token = await newToken({ processes: ['b-t'] });
    const { job } = await hostile.api.sealLater({ process: 'b-b', document: { bytes: makePdf() } });
    for (const [method, path] of [
      ['GET', job],
      ['GET', `${job}/document`],
      ['DELETE', job],
    ])
      await hostile.refused(
        `/api/v1/jobs/${path}`,
        { method: method!, token },
        { status: 403, code: 'access.process' },
      );
  });

  test('anything of another tenant is not there', async () => {
    const token = neighbour;
    const { job } = await hostile.api.sealLater({ process: 'b-b', document: { bytes: makePdf() } });
    const unknownJob = { status: 404, code: 'request.unknown-job' };
    await hostile.refused(`/api/v1/jobs/${job}`, { ...get, token }, unknownJob);
    await hostile.refused(`/api/v1/jobs/${job}/document`, { ...get, token }, unknownJob);
    await hostile.refused(`/api/v1/jobs/${job}`, { method: 'DELETE', token }, unknownJob);
    await hostile.refused(
      sealPath,
      { ...document(), token },
      { status: 404, code: 'request.unknown-process' },
    );
    assert.deepEqual(JSON.parse((await hostile.call('/api/v1/processes', { ...get, token })).body), {
      processes: [],
    });
    await hostile.refused(
      '/api/v1/admin/processes/b-b',
      { ...get, token },
      { status: 404, code: 'request.unknown-process' },
    );
  });
});

describe('what is not there', () => {
  test('processes, jobs, batches, paths', async () => {
    const id = uuidv7();
    const cases: readonly [string, Call, number, string][] = [
      ['/api/v1/processes/nobody/seal', document(), 404, 'request.unknown-process'],
      ['/api/v1/processes/..%2f..%2fetc%2fpasswd/seal', document(), 404, 'request.unknown-process'],
      ['/api/v1/processes/nobody', get, 404, 'request.unknown-process'],
      [`/api/v1/jobs/${id}`, get, 404, 'request.unknown-job'],
      [`/api/v1/jobs/${id}/document`, get, 404, 'request.unknown-job'],
      [`/api/v1/jobs/${id}`, { method: 'DELETE' }, 404, 'request.unknown-job'],
      ['/api/v1/jobs/1%20or%201=1', get, 400, 'request.invalid'],
      [`/api/v1/batches/${id}`, get, 404, 'request.unknown-batch'],
      [`/api/v1/batches/${id}/package`, get, 404, 'request.unknown-batch'],
      ['/api/v1/admin/tokens/nobody', { method: 'DELETE' }, 404, 'storage.unknown-name'],
      ['/api/v2/processes', get, 404, 'request.unknown-path'],
      ['/', get, 404, 'request.unknown-path'],
      ['/api/v1/%zz', get, 400, 'request.malformed'],
    ];
    for (const [path, call, status, code] of cases) await hostile.refused(path, call, { status, code });
  });
});

describe('what is said wrongly', () => {
  test('methods, content types, queries, fields', async () => {
    const cases: readonly [string, Call, number, string][] = [
      [sealPath, get, 405, 'request.method-not-allowed'],
      [sealPath, { ...document(), method: 'PUT' }, 405, 'request.method-not-allowed'],
      [`/api/v1/jobs/${uuidv7()}`, { body: '' }, 405, 'request.method-not-allowed'],
      [
        sealPath,
        { headers: { 'content-type': 'text/html' }, body: 'x' },
        415,
        'request.unsupported-media-type',
      ],
      [sealPath, { headers: json, body: '{}' }, 415, 'request.unsupported-media-type'],
      [hashPath, { headers: pdf, body: '{}' }, 415, 'request.unsupported-media-type'],
      [`${sealPath}?return=everything`, document(), 400, 'request.invalid'],
      [`${sealPath}?retrun=doc-hash`, document(), 400, 'request.invalid'],
      [sealPath, { ...document(), headers: { ...pdf, 'idempotency-key': 'a b' } }, 400, 'request.invalid'],
      [
        `${sealPath}?return=doc-hash`,
        { ...document(), headers: { ...pdf, prefer: 'respond-async' } },
        400,
        'request.invalid',
      ],
    ];
    for (const [path, call, status, code] of cases) await hostile.refused(path, call, { status, code });
  });

  test('JSON that is none, or another', async () => {
    const hash = { docHash: '00'.repeat(32), reservedBytes: 20_000 };
    const bodies: readonly [string, number, string][] = [
      ['{"hashes": [', 400, 'request.invalid-json'],
      ['', 400, 'request.invalid-json'],
      ['{"__proto__": {"admin": true}, "hashes": []}', 400, 'request.invalid-json'],
      ['[]', 400, 'request.invalid'],
      [JSON.stringify({ hashes: [] }), 400, 'request.invalid'],
      [JSON.stringify({ hashes: [{ ...hash, docHash: 'xyz' }] }), 400, 'request.invalid'],
      [JSON.stringify({ hashes: [{ ...hash, reservedBytes: 1e9 }] }), 400, 'request.invalid'],
      [JSON.stringify({ hashes: [{ ...hash, more: 1 }] }), 400, 'request.invalid'],
      [JSON.stringify({ hashes: Array(101).fill(hash) }), 400, 'request.invalid'],
      [JSON.stringify({ hashes: Array(20_000).fill(hash) }), 413, 'request.too-large'],
      [JSON.stringify({ hashes: [{ ...hash, docHash: '00'.repeat(48) }] }), 422, 'request.wrong-digest-size'],
      [JSON.stringify({ hashes: [{ ...hash, docHash: '00'.repeat(20) }] }), 422, 'request.wrong-digest-size'],
      ['['.repeat(100_000), 400, 'request.invalid-json'],
    ];
    for (const [body, status, code] of bodies)
      await hostile.refused(hashPath, { headers: json, body }, { status, code });
  });

  test('a hole that is too small is that digest’s problem alone', async () => {
    const docHash = '00'.repeat(32);
    const body = JSON.stringify({
      hashes: [
        { docHash, reservedBytes: 64 },
        { docHash, reservedBytes: 20_000 },
      ],
    });
    const answer = await hostile.call(hashPath, { headers: json, body });
    assert.equal(answer.status, 200);
    const { results } = JSON.parse(answer.body) as {
      results: readonly { readonly problem?: { readonly code: string }; readonly cms?: string }[];
    };
    assert.equal(results[0]?.problem?.code, 'seal.hole-too-small');
    assert.ok(results[1]?.cms);
  });

  test('administration: rows that cannot be', async () => {
    const put = { method: 'PUT', headers: json };
    const cases: readonly [string, Call, number, string][] = [
      ['processes/x', { ...put, body: '{' }, 400, 'request.invalid-json'],
      ['processes/x', { ...put, body: '{"format": 99}' }, 422, 'config.process-invalid'],
      ['credentials/x', { ...put, body: '{"device": "usb"}' }, 400, 'request.invalid'],
      ['trust-anchors/x', { ...put, body: '{"certificate": "none"}' }, 400, 'request.invalid'],
      ['tokens', { headers: json, body: '{"name": "x"}' }, 400, 'request.invalid'],
      [
        'tokens',
        { headers: json, body: '{"name": "administrator", "scopes": ["admin"], "processes": "*"}' },
        409,
        'storage.name-taken',
      ],
    ];
    for (const [path, call, status, code] of cases)
      await hostile.refused(`/api/v1/admin/${path}`, call, { status, code });
  });

  test('headers without end, and what is no HTTP', async () => {
    const cases: readonly [string, RegExp][] = [
      [
        `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
        /^HTTP\/1\.1 431 [\s\S]*headers-too-large/,
      ],
      [`GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, /^HTTP\/1\.1 431 [\s\S]*headers-too-large/],
      ['\u0016\u0003 hello\r\n\r\n', /^HTTP\/1\.1 400 [\s\S]*request\.malformed/],
      [
        `POST ${sealPath} HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        /^HTTP\/1\.1 400 [\s\S]*request\.malformed/,
      ],
    ];
    for (const [bytes, wanted] of cases) {
      const socket = await hostile.raw();
      const answer = readToEnd(socket);
      socket.write(bytes);
      assert.match(await answer, wanted);
    }
  });
});

describe('a key that came before', () => {
  test('with another body is refused, by every entry that takes keys', async () => {
    const headers = { ...pdf, 'idempotency-key': randomUUID() };
    const mismatch = { status: 422, code: 'request.idempotency-mismatch' };
    assert.equal((await hostile.call(sealPath, { headers, body: makePdf() })).status, 200);
    for (const query of ['', '?return=doc-hash'])
      await hostile.refused(`${sealPath}${query}`, { headers, body: makePdf({ pages: 2 }) }, mismatch);
    await hostile.refused(
      sealPath,
      { headers: { ...headers, prefer: 'respond-async' }, body: makePdf({ pages: 2 }) },
      mismatch,
    );
    const hashHeaders = { ...json, 'idempotency-key': randomUUID() };
    const body = (digit: string) =>
      JSON.stringify({ hashes: [{ docHash: digit.repeat(64), reservedBytes: 20_000 }] });
    assert.equal((await hostile.call(hashPath, { headers: hashHeaders, body: body('0') })).status, 200);
    await hostile.refused(hashPath, { headers: hashHeaders, body: body('1') }, mismatch);
  });

  test('after the bytes were deleted gives the record, and never a second seal', async () => {
    const headers = { ...pdf, 'idempotency-key': randomUUID() };
    const first = await hostile.call(sealPath, { headers, body: makePdf() });
    const job = first.headers.location!;
    assert.equal((await hostile.call(job, { method: 'DELETE' })).status, 204);
    const gone = { status: 410, code: 'request.bytes-deleted' };
    const problem = await hostile.refused(sealPath, { headers, body: makePdf() }, gone);
    assert.equal(`/api/v1/jobs/${(problem.record as { job: string }).job}`, job);
    await hostile.refused(`${job}/document`, get, gone);
    const record = JSON.parse((await hostile.call(job, get)).body) as Record<string, unknown>;
    assert.equal(record.deleted, true);
    assert.equal((await hostile.call(job, { method: 'DELETE' })).status, 204);
  });
});
