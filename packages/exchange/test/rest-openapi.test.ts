// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isErrorCode } from '@signet/base';
import { startServer } from './rest-support.ts';

interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content: Record<string, unknown> };
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly responses: Record<
    string,
    {
      readonly description: string;
      readonly content?: Record<string, unknown>;
      readonly headers?: Record<string, unknown>;
    }
  >;
}

interface Document {
  readonly openapi: string;
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly schemas: Record<string, unknown>;
    readonly securitySchemes: Record<string, unknown>;
  };
}

const operations = {
  'get /api/v1/processes': 'processes',
  'get /api/v1/processes/{process}': 'process',
  'post /api/v1/processes/{process}/seal': 'seal',
  'post /api/v1/processes/{process}/seal-hash': 'sealHash',
  'post /api/v1/processes/{process}/batches': 'createBatch',
  'get /api/v1/jobs/{job}': 'job',
  'delete /api/v1/jobs/{job}': 'deleteJob',
  'get /api/v1/jobs/{job}/document': 'jobDocument',
  'get /api/v1/batches/{batch}': 'batch',
  'get /api/v1/batches/{batch}/package': 'batchPackage',
  'post /api/v1/validations': 'validate',
  'post /api/v1/enrolments': 'enrol',
};

test('the OpenAPI document tells every operation with its bodies, fields and codes', async (context) => {
  const server = await startServer(context);
  const answer = await server.call('/api/v1/openapi.json', { token: null });
  const document = JSON.parse(answer.body.toString()) as Document;
  assert.equal(document.openapi, '3.1.0');
  const found = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const),
  );
  assert.deepEqual(
    Object.fromEntries(found.map(([name, { operationId }]) => [name, operationId])),
    operations,
  );
  for (const [name, { responses, parameters = [] }] of found) {
    for (const [status, { description, content = {} }] of Object.entries(responses)) {
      assert.ok(description.length > 5, `${name} ${status}`);
      if (Number(status) < 400) continue;
      assert.deepEqual(content['application/problem+json'], {
        schema: { $ref: '#/components/schemas/Problem' },
      });
      const codes = [...description.matchAll(/`([a-z0-9]+\.[a-z0-9-]+)`/g)].map((match) => match[1]!);
      assert.ok(codes.length > 0, `${name} ${status}`);
      for (const code of codes) assert.ok(isErrorCode(code), code);
    }
    for (const [, parameter] of name.matchAll(/\{(\w+)\}/g)) {
      assert.ok(
        parameters.some((one) => one.name === parameter && one.in === 'path'),
        name,
      );
    }
  }
});

test('the sealing call describes its document, its header fields and its answers', async (context) => {
  const server = await startServer(context);
  const answer = await server.call('/api/v1/openapi.json', { token: null });
  const document = JSON.parse(answer.body.toString()) as Document;
  const seal = document.paths['/api/v1/processes/{process}/seal']!.post!;
  assert.deepEqual(Object.keys(seal.requestBody!.content), ['application/pdf', 'application/octet-stream']);
  assert.deepEqual(seal.parameters!.map(({ name }) => name).sort(), [
    'content-disposition',
    'idempotency-key',
    'prefer',
    'process',
    'return',
  ]);
  assert.deepEqual(Object.keys(seal.responses['200']!.headers!), [
    'Location',
    'Signet-Level',
    'Signet-Warnings',
    'Repr-Digest',
  ]);
  assert.deepEqual(Object.keys(seal.responses['200']!.content!), ['application/pdf', 'application/json']);
  assert.ok('202' in seal.responses && '409' in seal.responses && '410' in seal.responses);
});

test('every reference in the document leads somewhere', async (context) => {
  const server = await startServer(context);
  const answer = await server.call('/api/v1/openapi.json', { token: null });
  const text = answer.body.toString();
  const { components } = JSON.parse(text) as Document;
  const references = [...text.matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
  assert.ok(references.length > 20);
  for (const reference of references) {
    const name = /^#\/components\/schemas\/(\w+)$/.exec(reference)?.[1];
    assert.ok(name !== undefined && name in components.schemas, reference);
  }
  assert.deepEqual(Object.keys(components.securitySchemes), ['token', 'certificate']);
});
