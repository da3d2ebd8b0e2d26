// SPDX-License-Identifier: Apache-2.0
// What the API answers is what its OpenAPI document says.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Errors } from 'typebox/schema';
import { setState } from './rest-service.ts';
import { startServer } from './rest-support.ts';
import { zipOf } from './zip-builder.ts';

interface Components {
  readonly components: { readonly schemas: Record<string, object> };
}

test('every JSON answer matches the schema that the OpenAPI document gives for it', async (context) => {
  const server = await startServer(context);
  const openApi = JSON.parse((await server.call('/api/v1/openapi.json')).body.toString()) as Components;
  const matches = (name: string, answer: { readonly body: Buffer }) => {
    const schema = { $ref: `#/components/schemas/${name}`, components: openApi.components };
    const value: unknown = JSON.parse(answer.body.toString());
    const [good, errors] = Errors(schema, value);
    assert.ok(good, `${name}: ${JSON.stringify(errors)} in ${JSON.stringify(value)}`);
  };
  const post = (path: string, type: string, body: string | Buffer, more = {}) =>
    server.call(`/api/v1${path}`, { method: 'POST', headers: { 'content-type': type, ...more }, body });
  const seal = (query = '', more = {}) =>
    post(`/processes/invoices/seal${query}`, 'application/pdf', 'a document', more);

  matches('Process', await server.call('/api/v1/processes/invoices'));
  matches('DocHashAnswer', await seal('?return=doc-hash'));
  const taken = await seal('', {
    prefer: 'respond-async',
    'content-disposition': 'attachment; filename="a.pdf"',
  });
  matches('Job', taken);
  const id = JSON.parse(taken.body.toString()).job as string;
  setState(server.service, id, 'failed', {
    problem: { code: 'request.empty-document', message: '', details: {} },
  });
  matches('Job', await server.call(`/api/v1/jobs/${id}`));
  const hashes = [
    { docHash: 'ab'.repeat(32), reservedBytes: 9999 },
    { docHash: 'ab'.repeat(32), reservedBytes: 9 },
  ];
  matches(
    'SealHashAnswer',
    await post('/processes/hashes/seal-hash', 'application/json', JSON.stringify({ hashes })),
  );
  const zip = zipOf([
    { name: 'a.pdf', data: 'A' },
    { name: 'b.pdf', data: 'B', crc: 1 },
  ]);
  matches('Batch', await post('/processes/invoices/batches', 'application/zip', zip));
  matches('ValidationReport', await post('/validations', 'application/pdf', 'a document'));
  matches('Problem', await seal('?return=nothing'));
  matches('Problem', await server.call(`/api/v1/jobs/${id}/document`));
  assert.throws(() => matches('Job', { body: Buffer.from('{}') }));
});
