// SPDX-License-Identifier: Apache-2.0
// Documents that cannot be sealed, handed in by every entry of a server that takes one.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipOf } from '../../packages/exchange/test/zip-builder.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { badDocuments } from './bad-documents.ts';
import { type HostileServer, startHostileServer, tellsNothingInternal } from './hostile-server.ts';

const pdf = { 'content-type': 'application/pdf' };
let hostile: HostileServer;
before(async () => {
  hostile = await startHostileServer();
});
after(() => hostile?.close());
afterEach(() => hostile.stillServes());

for (const [what, { bytes, code }] of Object.entries(badDocuments)) {
  describe(what, () => {
    const refusal = { status: 422, code };
    test('is refused at once', async () => {
      for (const query of ['', '?return=doc-hash']) {
        await hostile.refused(`/api/v1/processes/b-t/seal${query}`, { headers: pdf, body: bytes }, refusal);
      }
    });

    test('fails in the background, and its job says why', async () => {
      const { job } = await hostile.api.sealLater({ process: 'b-t', document: { bytes } });
      let view = await hostile.api.job(job);
      for (; view.state === 'accepted' || view.state === 'sealing'; view = await hostile.api.job(job))
        await sleep(20);
      assert.equal(view.state, 'failed');
      assert.equal(view.problem?.code, code);
      tellsNothingInternal(hostile.server, JSON.stringify(view));
      await hostile.refused(`/api/v1/jobs/${job}/document`, { method: 'GET' }, refusal);
    });

    test('is refused the same way again under the same key', async () => {
      const headers = { ...pdf, 'idempotency-key': `bad-${code}-${bytes.length}` };
      for (let time = 0; time < 2; time += 1)
        await hostile.refused('/api/v1/processes/b-t/seal', { headers, body: bytes }, refusal);
    });
  });
}

test('an empty document is refused at every entry that takes one', async () => {
  const refusal = { status: 422, code: 'request.empty-document' };
  for (const path of [
    '/processes/b-t/seal',
    '/processes/b-t/seal?return=doc-hash',
    '/processes/b-t/batches',
    '/validations',
  ])
    await hostile.refused(`/api/v1${path}`, { body: '' }, refusal);
});

test('a large document that is no PDF goes through a worker thread and is refused', async () => {
  const bytes = Buffer.concat([Buffer.from('%PDF-1.7\n'), Buffer.alloc(3_000_000, 'obj << /A ')]);
  const refusal = { status: 422, code: 'pdf.no-startxref' };
  await hostile.refused('/api/v1/processes/b-b/seal', { headers: pdf, body: bytes }, refusal);
});

test('validation of what is no readable PDF is refused; of one without a seal it says so', async () => {
  for (const what of ['no PDF', 'one cut off in its middle', 'one encrypted with a password']) {
    const { bytes, code } = badDocuments[what]!;
    await hostile.refused('/api/v1/validations', { headers: pdf, body: bytes }, { status: 422, code });
  }
  assert.equal((await hostile.api.validate({ bytes: makePdf() })).indication, null);
});

test('validation of a tampered seal fails it', async () => {
  const report = await hostile.api.validate({
    bytes: badDocuments['one with a broken earlier signature']!.bytes,
  });
  assert.equal(report.indication, 'TOTAL_FAILED');
  assert.equal(report.signatures[0]?.subIndication, 'HASH_FAILURE');
});

test('in a batch each bad document fails alone', async () => {
  const entries = Object.entries(badDocuments).map(([what, { bytes }]) => ({
    name: `bad/${what}.pdf`,
    data: bytes,
  }));
  const good = ['good.pdf', 'folder/good.pdf'].map((name) => ({ name, data: makePdf({ bytes: 30_000 }) }));
  const report = { name: 'report.json', data: '{}' };
  const empty = { name: 'empty.pdf', data: '' };
  const bytes = zipOf([...entries, good[0]!, report, empty, good[1]!]);
  const { batch: id } = await hostile.api.createBatch({ process: 'b-t', document: { bytes } });
  let view = await hostile.api.batch(id);
  for (; view.state === 'working'; view = await hostile.api.batch(id)) await sleep(20);
  const count = entries.length + 4;
  assert.deepEqual(view.counts, { documents: count, sealed: 2, failed: count - 2 });
  const codes = Object.fromEntries(
    view.documents.map(({ name, job, problem }) => [name, (problem ?? job?.problem)?.code]),
  );
  for (const [what, { code }] of Object.entries(badDocuments))
    assert.equal(codes[`bad/${what}.pdf`], code, what);
  assert.equal(codes['report.json'], 'batch.reserved-name');
  assert.equal(codes['empty.pdf'], 'request.empty-document');
  tellsNothingInternal(hostile.server, JSON.stringify(view));
});
