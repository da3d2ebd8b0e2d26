// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { SignetError } from '@signet/base';
import { sealBytes, setState } from './rest-service.ts';
import { clientIdentity, spoolIsEmpty, startServer, strangerIdentity } from './rest-support.ts';

const pdf = { 'content-type': 'application/pdf' };
const document = Buffer.from('%PDF-1.7 a document');
const sealed = Buffer.concat([document, sealBytes]);
const sealPath = '/api/v1/processes/invoices/seal';

test('a document goes in and the sealed one comes back with what is known of it', async (context) => {
  const server = await startServer(context);
  const answer = await server.call(sealPath, {
    method: 'POST',
    headers: { ...pdf, 'content-disposition': "attachment; filename*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87.pdf" },
    body: document,
  });
  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, sealed);
  assert.equal(answer.headers['content-type'], 'application/pdf');
  assert.equal(answer.headers['content-length'], String(sealed.length));
  assert.equal(answer.headers['signet-level'], 'B-T');
  assert.equal(answer.headers['signet-warnings'], '"a \\"quoted\\" warning"');
  const digest = createHash('sha256').update(sealed).digest('base64');
  assert.equal(answer.headers['repr-digest'], `sha-256=:${digest}:`);
  assert.match(
    String(answer.headers['content-disposition']),
    /filename\*=UTF-8''za%C5%BC%C3%B3%C5%82%C4%87\.pdf/,
  );
  assert.equal(server.service.calls[0]?.document.name, 'zażółć.pdf');
  const job = await server.call(String(answer.headers.location));
  assert.equal(job.status, 200);
  const body = JSON.parse(job.body.toString());
  assert.equal(body.record.sha256Out, createHash('sha256').update(sealed).digest('hex'));
  assert.equal(body.state, 'sealed');
});

test('a large document goes through the spool and leaves nothing there', async (context) => {
  const server = await startServer(context);
  const large = Buffer.alloc(1_000_000, 'x');
  const answer = await server.call(sealPath, { method: 'POST', headers: pdf, body: large });
  assert.deepEqual(answer.body, Buffer.concat([large, sealBytes]));
  assert.ok('path' in server.service.calls[0]!.document);
  const keyed = { ...pdf, 'idempotency-key': 'moved-away' };
  for (const _time of ['first', 'again']) {
    const kept = await server.call(sealPath, { method: 'POST', headers: keyed, body: large });
    assert.deepEqual(kept.body, answer.body);
  }
  await spoolIsEmpty(server);
});

test('with return=doc-hash the document is not sent back', async (context) => {
  const server = await startServer(context);
  const answer = await server.call(`${sealPath}?return=doc-hash`, {
    method: 'POST',
    headers: pdf,
    body: document,
  });
  const body = JSON.parse(answer.body.toString());
  assert.deepEqual(Buffer.from(body.appended, 'base64'), sealBytes);
  assert.equal(Buffer.from(body.cms, 'base64').toString(), 'cms');
  assert.equal(body.docHash, createHash('sha256').update(document).digest('hex'));
  assert.equal(body.record.levelReached, 'B-T');
});

test('respond-async takes the document and gives it by its job, until it is deleted', async (context) => {
  const server = await startServer(context);
  const taken = await server.call(sealPath, {
    method: 'POST',
    headers: { ...pdf, prefer: 'wait=10, respond-async' },
    body: document,
  });
  assert.equal(taken.status, 202);
  const location = String(taken.headers.location);
  assert.deepEqual((await server.call(`${location}/document`)).body, sealed);
  assert.equal((await server.call(location, { method: 'DELETE' })).status, 204);
  const gone = await server.call(`${location}/document`);
  assert.equal(gone.status, 410);
  assert.equal(gone.problem.code, 'request.bytes-deleted');
  assert.equal((gone.problem.record as { levelReached: string }).levelReached, 'B-T');
  const refused = await server.call(`${sealPath}?return=doc-hash`, {
    method: 'POST',
    headers: { ...pdf, prefer: 'respond-async' },
    body: document,
  });
  assert.equal(refused.problem.code, 'request.invalid');
});

test('an Idempotency-Key gives the first result again, and never for another body', async (context) => {
  const server = await startServer(context);
  const headers = { ...pdf, 'idempotency-key': 'arrival-1' };
  const first = await server.call(sealPath, { method: 'POST', headers, body: document });
  const again = await server.call(sealPath, { method: 'POST', headers, body: document });
  assert.deepEqual(again.body, first.body);
  assert.equal(again.headers.location, first.headers.location);
  const other = await server.call(sealPath, { method: 'POST', headers, body: 'another' });
  assert.equal(other.status, 422);
  assert.equal(other.problem.code, 'request.idempotency-mismatch');

  const id = String(first.headers.location).split('/').at(-1)!;
  const { record } = server.service.jobs.get(id)!.view;
  setState(server.service, id, 'sealing');
  const busy = await server.call(sealPath, { method: 'POST', headers, body: document });
  assert.equal(busy.status, 409);
  assert.equal(busy.problem.code, 'request.in-progress');
  assert.equal(busy.problem.job, id);
  assert.equal(busy.headers['retry-after'], '5');

  setState(server.service, id, 'sealed', { deleted: true, ...(record === undefined ? {} : { record }) });
  const gone = await server.call(sealPath, { method: 'POST', headers, body: document });
  assert.equal(gone.status, 410);
  assert.equal((gone.problem.record as { job: string }).job, id);

  const problem = { code: 'request.empty-document', message: '', details: {} } as const;
  setState(server.service, id, 'failed', { problem });
  const failed = await server.call(sealPath, { method: 'POST', headers, body: document });
  assert.equal(failed.status, 422);
  assert.equal(failed.problem.code, 'request.empty-document');
  assert.equal(failed.problem.job, id);

  const unfinished = { method: 'DELETE' } as const;
  setState(server.service, id, 'accepted');
  assert.equal((await server.call(`/api/v1/jobs/${id}`, unfinished)).problem.code, 'request.not-finished');
  assert.equal((await server.call(`/api/v1/jobs/${id}/document`)).problem.code, 'request.in-progress');
  assert.equal((await server.call(`/api/v1/jobs/${id}`)).headers['retry-after'], '5');
});

test('who asks: token, client certificate, or 401; another’s process is 403, an unknown one 404', async (context) => {
  const server = await startServer(context);
  const ask = async (path: string, options: Parameters<typeof server.call>[1]) => {
    const { status, problem } = await server.call(path, options);
    return [status, problem.code];
  };
  assert.deepEqual(await ask('/api/v1/processes', { token: null }), [401, 'access.no-identity']);
  assert.deepEqual(await ask('/api/v1/processes', { token: 'wrong' }), [401, 'access.unknown-identity']);
  assert.deepEqual(await ask('/api/v1/processes', { token: 'token-old' }), [401, 'access.expired']);
  assert.deepEqual(
    await ask('/api/v1/processes', { token: null, headers: { authorization: 'Basic eDp5' } }),
    [401, 'access.malformed-authorization'],
  );
  assert.deepEqual(await ask('/api/v1/processes', { token: null, identity: strangerIdentity }), [
    401,
    'access.unknown-identity',
  ]);
  assert.equal(
    (await server.call('/api/v1/processes', { token: null, identity: clientIdentity })).status,
    200,
  );
  assert.deepEqual(await ask('/api/v1/processes/small', { token: 'token-invoices' }), [
    403,
    'access.process',
  ]);
  assert.deepEqual(await ask('/api/v1/processes/nowhere', { token: 'token-invoices' }), [
    403,
    'access.process',
  ]);
  assert.deepEqual(await ask('/api/v1/processes/nowhere', {}), [404, 'request.unknown-process']);
  const seal = { method: 'POST', headers: pdf, body: document };
  assert.deepEqual(await ask(sealPath, { ...seal, token: 'token-validator' }), [403, 'access.scope']);
  assert.deepEqual(await ask('/api/v1/processes/hashes/seal', seal), [403, 'access.transfer']);
  const { headers } = await server.call('/api/v1/processes', { token: 'wrong' });
  assert.match(String(headers['www-authenticate']), /^Bearer/);
  const listed = await server.call('/api/v1/processes', { token: 'token-invoices' });
  assert.deepEqual(
    JSON.parse(listed.body.toString()).processes.map((view: { process: string }) => view.process),
    ['invoices'],
  );
});

test('another’s job and batch are 403', async (context) => {
  const server = await startServer(context);
  const made = await server.call('/api/v1/processes/small/seal', {
    method: 'POST',
    headers: pdf,
    body: document,
  });
  const location = String(made.headers.location);
  for (const [path, method] of [
    [location, 'GET'],
    [`${location}/document`, 'GET'],
    [location, 'DELETE'],
  ] as const) {
    const answer = await server.call(path, { method, token: 'token-invoices' });
    assert.equal(answer.problem.code, 'access.process');
  }
  assert.equal((await server.call(location, { token: 'token-validator' })).problem.code, 'access.scope');
});

test('seal-hash gives a CMS for each digest; one bad digest fails alone', async (context) => {
  const server = await startServer(context);
  const post = (hashes: unknown, token = 'token-all') =>
    server.call('/api/v1/processes/hashes/seal-hash', {
      method: 'POST',
      token,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ hashes }),
    });
  const docHash = 'ab'.repeat(32);
  const answer = await post([
    { docHash, reservedBytes: 12_000 },
    { docHash, reservedBytes: 10 },
  ]);
  assert.equal(answer.status, 200);
  const { results } = JSON.parse(answer.body.toString());
  assert.equal(results[0].record.sha256Out, null);
  assert.equal(results[1].problem.code, 'request.too-large');
  assert.equal((await post([{ docHash, reservedBytes: 10 }])).problem.code, 'request.too-large');
  assert.equal(
    (await post([{ docHash: 'ab'.repeat(48), reservedBytes: 9999 }])).problem.code,
    'request.wrong-digest-size',
  );
  assert.equal((await post([])).problem.code, 'request.invalid');
  assert.equal((await post(Array(4).fill({ docHash, reservedBytes: 999 }))).problem.code, 'request.invalid');
  const other = await server.call('/api/v1/processes/invoices/seal-hash', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ hashes: [{ docHash, reservedBytes: 999 }] }),
  });
  assert.equal(other.problem.code, 'access.transfer');
});

test('validation needs its scope only and gives the report', async (context) => {
  const server = await startServer(context);
  const answer = await server.call('/api/v1/validations', {
    method: 'POST',
    token: 'token-validator',
    headers: pdf,
    body: document,
  });
  assert.equal(JSON.parse(answer.body.toString()).document.size, document.length);
});

test('what fails inside is told with its code, and nothing internal leaves', async (context) => {
  const server = await startServer(context);
  const seal = () => server.call(sealPath, { method: 'POST', headers: pdf, body: document });
  server.service.failNext(new SignetError('general.io', { path: '/var/secret/place', reason: 'ENOSPC' }));
  const full = await seal();
  assert.equal(full.status, 503);
  assert.equal(full.headers['retry-after'], '5');
  assert.equal(full.headers['content-type'], 'application/problem+json');
  assert.equal(full.problem.type, 'urn:signet:error:general.io');
  assert.doesNotMatch(full.body.toString(), /secret/);
  server.service.failNext(new TypeError('a password is in here'));
  const fault = await seal();
  assert.equal(fault.problem.code, 'general.internal');
  assert.doesNotMatch(fault.body.toString(), /password/);
  assert.equal(fault.problem.instance, `urn:uuid:${fault.headers['signet-request-id']}`);
  assert.equal((await seal()).status, 200);
});

test('a sealed document that cannot be read is a problem without the fields of a document', async (context) => {
  const server = await startServer(context);
  const made = await server.call(sealPath, { method: 'POST', headers: pdf, body: document });
  const location = String(made.headers.location);
  server.service.jobDocument = async (_caller, id) => ({
    path: '/nowhere',
    blob: { tenant: 1, id, size: sealed.length, sha256: '00'.repeat(32) },
  });
  const answer = await server.call(`${location}/document`);
  assert.equal(answer.problem.code, 'general.io');
  assert.equal(answer.headers['repr-digest'], undefined);
  assert.equal(answer.headers['signet-level'], undefined);
  assert.equal(answer.headers['content-length'], String(answer.body.length));
});

test('health tells nothing and needs no identity', async (context) => {
  const server = await startServer(context);
  assert.equal((await server.call('/healthz', { token: null })).body.toString(), 'ok\n');
  assert.equal((await server.call('/readyz', { token: null })).status, 200);
});
