// SPDX-License-Identifier: Apache-2.0
// Bad input on every entry: each gets its coded answer, and the server goes on serving.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer, stillServes } from './rest-support.ts';

const pdf = { 'content-type': 'application/pdf' };
const json = { 'content-type': 'application/json' };
const sealPath = '/api/v1/processes/invoices/seal';
const hashPath = '/api/v1/processes/hashes/seal-hash';

const cases: readonly {
  readonly name: string;
  readonly path: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
  readonly token?: string | null;
  readonly status: number;
  readonly code: string;
}[] = [
  {
    name: 'an empty document',
    path: sealPath,
    headers: pdf,
    body: '',
    status: 422,
    code: 'request.empty-document',
  },
  { name: 'no body at all', path: sealPath, status: 422, code: 'request.empty-document' },
  {
    name: 'an empty ZIP',
    path: '/api/v1/processes/invoices/batches',
    status: 422,
    code: 'request.empty-document',
  },
  {
    name: 'a document as text',
    path: sealPath,
    headers: { 'content-type': 'text/plain' },
    body: 'x',
    status: 415,
    code: 'request.unsupported-media-type',
  },
  {
    name: 'a form',
    path: sealPath,
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: 'x',
    status: 415,
    code: 'request.unsupported-media-type',
  },
  {
    name: 'a content type that is none',
    path: sealPath,
    headers: { 'content-type': 'application' },
    body: 'x',
    status: 415,
    code: 'request.unsupported-media-type',
  },
  {
    name: 'a ZIP where a document belongs',
    path: sealPath,
    headers: { 'content-type': 'application/zip' },
    body: 'PK',
    status: 415,
    code: 'request.unsupported-media-type',
  },
  {
    name: 'a wrong token',
    path: sealPath,
    headers: pdf,
    body: 'x',
    token: 'no',
    status: 401,
    code: 'access.unknown-identity',
  },
  {
    name: 'no identity',
    path: sealPath,
    headers: pdf,
    body: 'x',
    token: null,
    status: 401,
    code: 'access.no-identity',
  },
  {
    name: 'an unknown process',
    path: '/api/v1/processes/none/seal',
    headers: pdf,
    body: 'x',
    status: 404,
    code: 'request.unknown-process',
  },
  {
    name: 'a process name that climbs',
    path: '/api/v1/processes/..%2F..%2Fetc/seal',
    headers: pdf,
    body: 'x',
    status: 404,
    code: 'request.unknown-process',
  },
  {
    name: 'an unknown query',
    path: `${sealPath}?retrun=doc-hash`,
    headers: pdf,
    body: 'x',
    status: 400,
    code: 'request.invalid',
  },
  {
    name: 'a wrong query',
    path: `${sealPath}?return=all`,
    headers: pdf,
    body: 'x',
    status: 400,
    code: 'request.invalid',
  },
  {
    name: 'a key that is none',
    path: sealPath,
    headers: { ...pdf, 'idempotency-key': 'a b' },
    body: 'x',
    status: 400,
    code: 'request.invalid',
  },
  {
    name: 'a key that is too long',
    path: sealPath,
    headers: { ...pdf, 'idempotency-key': 'k'.repeat(256) },
    body: 'x',
    status: 400,
    code: 'request.invalid',
  },
  {
    name: 'no JSON',
    path: hashPath,
    headers: json,
    body: '{"hashes": [',
    status: 400,
    code: 'request.invalid-json',
  },
  { name: 'empty JSON', path: hashPath, headers: json, body: '', status: 400, code: 'request.invalid-json' },
  {
    name: 'JSON that reaches into a prototype',
    path: hashPath,
    headers: json,
    body: '{"__proto__": {}}',
    status: 400,
    code: 'request.invalid-json',
  },
  { name: 'other JSON', path: hashPath, headers: json, body: '[]', status: 400, code: 'request.invalid' },
  {
    name: 'too much JSON',
    path: hashPath,
    headers: json,
    body: `"${'x'.repeat(6000)}"`,
    status: 413,
    code: 'request.too-large',
  },
  {
    name: 'JSON by another name',
    path: hashPath,
    headers: { 'content-type': 'text/json' },
    body: '{}',
    status: 415,
    code: 'request.unsupported-media-type',
  },
  {
    name: 'a job that is no id',
    path: '/api/v1/jobs/1',
    method: 'GET',
    status: 400,
    code: 'request.invalid',
  },
  {
    name: 'an unknown job',
    path: '/api/v1/jobs/01890a5d-ac96-774b-bcce-b302099a8057',
    method: 'GET',
    status: 404,
    code: 'request.unknown-job',
  },
  {
    name: 'an unknown batch',
    path: '/api/v1/batches/01890a5d-ac96-774b-bcce-b302099a8057/package',
    method: 'GET',
    status: 404,
    code: 'request.unknown-batch',
  },
  {
    name: 'an unknown path',
    path: '/api/v1/nothing',
    headers: pdf,
    body: 'x',
    status: 404,
    code: 'request.unknown-path',
  },
  { name: 'the root', path: '/', method: 'GET', status: 404, code: 'request.unknown-path' },
  {
    name: 'a path that cannot be decoded',
    path: '/api/v1/%zz',
    method: 'GET',
    status: 400,
    code: 'request.malformed',
  },
  {
    name: 'a path that is too long',
    path: `/api/v1/jobs/${'a'.repeat(200)}`,
    method: 'GET',
    status: 400,
    code: 'request.malformed',
  },
  {
    name: 'another method',
    path: sealPath,
    method: 'PUT',
    headers: { 'content-type': 'text/plain' },
    body: 'x',
    status: 405,
    code: 'request.method-not-allowed',
  },
  {
    name: 'another method for a job',
    path: '/api/v1/jobs/x',
    method: 'POST',
    status: 405,
    code: 'request.method-not-allowed',
  },
  {
    name: 'no ZIP',
    path: '/api/v1/processes/invoices/batches',
    headers: { 'content-type': 'application/zip' },
    body: 'this is no ZIP at all, but it is long enough',
    status: 422,
    code: 'batch.not-a-zip',
  },
  {
    name: 'an enrolment without certificate',
    path: '/api/v1/enrolments',
    headers: json,
    body: '{"code": "good-code"}',
    token: null,
    status: 401,
    code: 'access.no-certificate',
  },
];

test('every bad request has its code', async (context) => {
  const server = await startServer(context);
  for (const {
    name,
    path,
    method = 'POST',
    headers = {},
    body,
    token = 'token-all',
    status,
    code,
  } of cases) {
    await context.test(name, async () => {
      const options = { method, headers, token, ...(body === undefined ? {} : { body }) };
      const answer = await server.call(path, options);
      assert.equal(answer.headers['content-type'], 'application/problem+json');
      assert.equal(answer.problem.code, code);
      assert.equal(answer.status, status);
      assert.equal(answer.problem.status, status);
      if (status === 405) assert.match(String(answer.headers.allow), /^[A-Z, ]+$/);
    });
  }
  await stillServes(server);
});
