// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { defaultZipLimits, readZip } from '@signet/exchange/batch';
import { openSpool } from '@signet/exchange/rest';
import { sealBytes, setState } from './rest-service.ts';
import { spoolIsEmpty, startServer } from './rest-support.ts';
import { zipOf } from './zip-builder.ts';

const zip = zipOf([
  { name: 'a.pdf', data: 'A' },
  { name: 'folder/ż.pdf', data: 'B'.repeat(50_000), deflate: true },
  { name: 'folder/broken.pdf', data: 'C', crc: 1 },
]);

test('a ZIP goes in, its sealed documents come out under the same names with a report', async (context) => {
  const directory = mkdtempSync(join(tmpdir(), 'signet-batch-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const server = await startServer(context);
  const api = server.connect();
  const created = await api.createBatch({ process: 'invoices', document: { bytes: zip } });
  assert.deepEqual(created.counts, { documents: 3, sealed: 2, failed: 1 });
  const batch = await api.batch(created.batch);
  assert.deepEqual(
    batch.documents.map(({ name, job, problem }) => [name, job?.state ?? problem?.code]),
    [
      ['a.pdf', 'sealed'],
      ['folder/ż.pdf', 'sealed'],
      ['folder/broken.pdf', 'batch.corrupt-entry'],
    ],
  );
  const path = join(directory, 'out.zip');
  await api.batchPackage(created.batch, { path });

  const spool = openSpool(join(directory, 'spool'));
  const found: Record<string, string> = {};
  const packed = readFileSync(path);
  for await (const item of readZip(path, { spool, limits: defaultZipLimits })) {
    if ('file' in item) found[item.name] = readFileSync(item.file.path).toString();
  }
  assert.deepEqual(found, { 'a.pdf': `A${sealBytes}`, 'folder/ż.pdf': `${'B'.repeat(50_000)}${sealBytes}` });
  assert.ok(packed.includes('report.json'));
  await spoolIsEmpty(server);
});

test('a package is given when all is done, and without what was deleted', async (context) => {
  const server = await startServer(context);
  const api = server.connect();
  const { batch, documents } = await api.createBatch({ process: 'invoices', document: { bytes: zip } });
  const first = documents[0]?.job?.job ?? '';
  setState(server.service, first, 'sealing');
  assert.equal((await api.batch(batch)).state, 'working');
  await assert.rejects(api.batchPackage(batch, 'memory'), { code: 'request.not-finished' });
  setState(server.service, first, 'sealed', { deleted: true });
  const answer = await api.batchPackage(batch, 'memory');
  assert.ok('bytes' in answer && !Buffer.from(answer.bytes).includes(`A${sealBytes}`));
});

test('a package that is no longer there breaks off, and the server goes on', async (context) => {
  const server = await startServer(context);
  const api = server.connect();
  const { batch } = await api.createBatch({ process: 'invoices', document: { bytes: zip } });
  const [, second] = [...server.service.jobs.values()];
  rmSync(second!.path);
  await assert.rejects(api.batchPackage(batch, 'memory'), { code: 'exchange.server-unavailable' });
  assert.equal((await api.batch(batch)).state, 'finished');
});

test('a ZIP that climbs, explodes or is none is refused as a whole', async (context) => {
  const server = await startServer(context);
  const api = server.connect();
  const create = (bytes: Buffer) => api.createBatch({ process: 'invoices', document: { bytes } });
  await assert.rejects(create(zipOf([{ name: '../../etc/cron.d/x', data: 'A' }])), {
    code: 'batch.unsafe-name',
  });
  await assert.rejects(create(zipOf([{ name: 'a', data: Buffer.alloc(4 << 20), deflate: true }])), {
    code: 'batch.suspicious-ratio',
  });
  await assert.rejects(create(Buffer.from('%PDF-1.7 is a document, not a package')), {
    code: 'batch.not-a-zip',
  });
  await assert.rejects(create(Buffer.alloc(5_000_001)), { code: 'request.too-large' });
  assert.equal(server.service.jobs.size, 0);
  await spoolIsEmpty(server);
  const another = await server.call(`/api/v1/batches/${(await create(zip)).batch}`, {
    token: 'token-validator',
  });
  assert.equal(another.problem.code, 'access.scope');
});

test('a batch of another’s process is 403', async (context) => {
  const server = await startServer(context);
  const { batch } = await server.connect().createBatch({ process: 'small', document: { bytes: zip } });
  for (const path of [`/api/v1/batches/${batch}`, `/api/v1/batches/${batch}/package`]) {
    assert.equal((await server.call(path, { token: 'token-invoices' })).problem.code, 'access.process');
  }
});
