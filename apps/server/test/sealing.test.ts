// SPDX-License-Identifier: Apache-2.0
// The server end to end: init, run, administration, and every way to hand a document in, over TLS.
import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { completedRevision, fillHole, preparePdf } from '@signet/ades/pades';
import { memorySource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import type { SealedDocument, SealingApi } from '@signet/exchange/rest';
import { validatePdf } from '@signet/validation';
import { ZipFile } from 'yazl';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import {
  configure,
  startTestTrust,
  TestServer,
  type TestTrust,
} from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let server: TestServer;
let api: SealingApi;

before(async () => {
  trust = await startTestTrust();
  server = await TestServer.create(trust);
  await server.start();
  api = server.api();
  await configure(api, trust);
});

after(async () => {
  await api?.close();
  await server?.remove();
  await trust?.close();
});

const pdf = (): Buffer => makePdf({ pages: 1, bytes: 20_000 + Math.floor(Math.random() * 1000) });

/** The bytes of an answer that was asked into memory. */
function bytesOf({ document }: SealedDocument): Uint8Array {
  assert.ok('bytes' in document);
  return document.bytes;
}

/** Validates by our validator; revocation is not looked at here. */
function validated(bytes: Uint8Array) {
  const anchor = Buffer.from(
    readFileSync(trust.pki.rootFile, 'utf8').replace(/-----[^-]+-----|\s/g, ''),
    'base64',
  );
  return validatePdf(memorySource(bytes), {
    trustAnchors: [anchor],
    at: new Date(),
    policy: { revocation: 'if-present' },
  });
}

async function finished(job: string) {
  for (;;) {
    const view = await api.job(job);
    if (view.state !== 'accepted' && view.state !== 'sealing') return view;
    await sleep(50);
  }
}

describe('sealing over REST', () => {
  it('seals at once, B-B, B-T and B-LTA', async () => {
    for (const [process, level] of [
      ['b-b', 'B-B'],
      ['b-t', 'B-T'],
      ['b-lta', 'B-LTA'],
    ] as const) {
      const document = pdf();
      const sealed = await api.seal({ process, document: { bytes: document } }, 'memory');
      const bytes = bytesOf(sealed);
      assert.equal(sealed.level, level);
      assert.ok(document.equals(bytes.subarray(0, document.length)), 'the bytes that came are unchanged');
      const report = validated(bytes);
      assert.equal(report.indication, 'TOTAL_PASSED');
      assert.equal(report.signatures[0]?.level, level);
    }
  });

  it('gives the same result for the same key, and never a second seal', async () => {
    const [document, idempotencyKey] = [{ bytes: pdf() }, randomUUID()];
    const first = await api.seal({ process: 'b-t', document, idempotencyKey }, 'memory');
    const second = await api.seal({ process: 'b-t', document, idempotencyKey }, 'memory');
    assert.equal(second.job, first.job);
    assert.deepEqual(bytesOf(second), bytesOf(first));
    await assert.rejects(api.seal({ process: 'b-t', document: { bytes: pdf() }, idempotencyKey }, 'memory'), {
      code: 'request.idempotency-mismatch',
    });
    const again = await api.sealForDocHash({ process: 'b-t', document, idempotencyKey });
    assert.equal(again.record.job, first.job);
    const hexadecimal = Buffer.from(again.cms).toString('hex');
    assert.ok(Buffer.from(again.appended).toString('latin1').toLowerCase().includes(`<${hexadecimal}`));
    assert.match(again.docHash, /^[0-9a-f]{64}$/);
    const whole = Buffer.concat([document.bytes, again.appended]);
    assert.equal(createHash('sha256').update(whole).digest('hex'), again.record.sha256Out);
    assert.deepEqual(new Uint8Array(whole), new Uint8Array(bytesOf(first)));
    await api.deleteJob(first.job);
    await assert.rejects(api.seal({ process: 'b-t', document, idempotencyKey }, 'memory'), {
      code: 'request.bytes-deleted',
    });
  });

  it('gives DocHash and CMS in place of the document', async () => {
    const bytes = pdf();
    const answer = await api.sealForDocHash({ process: 'b-b', document: { bytes } });
    const whole = Buffer.concat([bytes, answer.appended]);
    assert.equal(validated(whole).indication, 'TOTAL_PASSED');
    assert.ok(
      whole
        .toString('latin1')
        .toLowerCase()
        .includes(`<${Buffer.from(answer.cms).toString('hex')}`),
    );
  });

  it('seals in the background', async () => {
    const job = await api.sealLater({ process: 'b-t', document: { bytes: pdf(), name: 'invoice.pdf' } });
    const view = await finished(job.job);
    assert.equal(view.state, 'sealed');
    const result = await api.jobDocument(job.job, 'memory');
    assert.ok('bytes' in result);
    assert.equal(validated(result.bytes).indication, 'TOTAL_PASSED');
  });

  it('seals by hash: the document never leaves the caller', async () => {
    for (const idempotencyKey of [undefined, randomUUID()]) {
      const base = memorySource(pdf());
      const { digestAlgorithm, reservedBytes } = await api.process('b-t');
      const preparation = preparePdf(openPdf(base), {
        digestAlgorithm,
        reservedBytes,
        signingTime: new Date(),
      });
      const hashes = [
        { docHash: preparation.docHash, reservedBytes },
        { docHash: preparation.docHash, reservedBytes: 100 },
      ];
      const call = { process: 'b-t', hashes, ...(idempotencyKey && { idempotencyKey }) };
      const [good, bad] = await api.sealHash(call);
      assert.ok(good && 'cms' in good && bad && 'problem' in bad);
      assert.equal(bad.problem.code, 'seal.hole-too-small');
      assert.deepEqual(good.record.warnings, ['content-not-seen']);
      const output = completedRevision(base, fillHole(preparation, good.cms));
      assert.equal(validated(output.read(0, output.length)).indication, 'TOTAL_PASSED');
      if (idempotencyKey === undefined) continue;
      const [again] = await api.sealHash(call);
      assert.ok(again && 'cms' in again);
      assert.deepEqual(again.cms, good.cms);
    }
  });

  it('refuses a process that wants validation data and no documents', async () => {
    const configuration = {
      format: 1,
      process: 'wishes',
      documentFormat: 'pades',
      credential: 'seal',
      level: 'B-LT',
      timeStamp: { pool: 'demo' },
      transfer: { document: true, hash: true },
    };
    await assert.rejects(api.request('PUT', '/admin/processes/wishes', configuration), {
      code: 'seal.level-needs-document',
    });
  });

  it('seals a batch: each document for itself, one bad one alone', async () => {
    const zip = new ZipFile();
    for (const name of ['a.pdf', 'folder/b.pdf', 'c.pdf']) zip.addBuffer(pdf(), name);
    zip.addBuffer(Buffer.from('no PDF'), 'bad.pdf');
    zip.end();
    const bytes = await buffer(zip.outputStream);
    const request = { process: 'b-t', document: { bytes }, idempotencyKey: randomUUID() };
    const { batch: id } = await api.createBatch(request);
    assert.equal((await api.createBatch(request)).batch, id);
    let view = await api.batch(id);
    for (; view.state === 'working'; view = await api.batch(id)) await sleep(50);
    assert.deepEqual(view.counts, { documents: 4, sealed: 3, failed: 1 });
    const sealed = await api.batchPackage(id, 'memory');
    assert.ok('bytes' in sealed);
    assert.ok(Buffer.from(sealed.bytes).includes('folder/b.pdf'));
  });

  it('refuses what is no PDF with a code, at once and in the background', async () => {
    const document = { bytes: Buffer.from('this is no PDF at all') };
    await assert.rejects(api.seal({ process: 'b-b', document }, 'memory'), { code: 'pdf.not-a-pdf' });
    const job = await api.sealLater({ process: 'b-b', document });
    const view = await finished(job.job);
    assert.equal(view.state, 'failed');
    assert.equal(view.problem?.code, 'pdf.not-a-pdf');
  });

  it('waits for a time-stamping authority that is away, and seals when it is back', async () => {
    await trust.qtsp.stop();
    const document = { bytes: pdf() };
    await assert.rejects(api.seal({ process: 'b-t', document }, 'memory'), { code: 'tsa.unavailable' });
    const { job } = await api.sealLater({ process: 'b-t', document });
    await sleep(500);
    assert.notEqual((await api.job(job)).state, 'failed');
    await trust.restart();
    assert.equal((await finished(job)).state, 'sealed');
  });
});
