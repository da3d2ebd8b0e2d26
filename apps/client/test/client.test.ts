// SPDX-License-Identifier: Apache-2.0
// The client end to end: enrol, run, folders and REST in, a real server behind.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { memorySource } from '@signet/base';
import type { SealingApi } from '@signet/exchange/rest';
import { validatePdf } from '@signet/validation';
import { ZipFile } from 'yazl';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { enrolmentCode, run, TestClient } from '../../../tests/testkit/sealing-client.ts';
import {
  configure,
  startTestTrust,
  TestServer,
  type TestTrust,
} from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let server: TestServer;
let client: TestClient;
let api: SealingApi;

before(async () => {
  trust = await startTestTrust();
  server = await TestServer.create(trust);
  await server.start();
  const admin = server.api();
  await configure(admin, trust);
  await admin.close();
  client = await TestClient.create(server, {
    bindings: [
      { name: 'b-t' },
      { name: 'by-hash', options: ',process=b-t,transfer=hash' },
      { name: 'unknown', options: ',process=no-such-process' },
    ],
    edit: (yaml) => yaml.replace('documents under way', 'documents on their way'),
  });
  await client.start();
  api = client.api();
});

after(async () => {
  await api?.close();
  await client?.remove();
  await server?.remove();
  await trust?.close();
});

const pdf = (): Buffer => makePdf({ pages: 1, bytes: 20_000 + Math.floor(Math.random() * 1000) });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/** Whether a sealed document passes our validator at level B-T, revocation aside, and begins with the original. */
function assertSealed(sealed: Uint8Array, original: Uint8Array): void {
  assert.ok(
    Buffer.from(original).equals(sealed.subarray(0, original.length)),
    'the bytes that came are unchanged',
  );
  const anchor = new X509Certificate(readFileSync(trust.pki.rootFile)).raw;
  const report = validatePdf(memorySource(sealed), {
    trustAnchors: [anchor],
    at: new Date(),
    policy: { revocation: 'if-present' },
  });
  assert.equal(report.indication, 'TOTAL_PASSED');
  assert.equal(report.signatures[0]?.level, 'B-T');
}

const patience = { timeout: 60_000 };

describe('what comes by folder', patience, () => {
  for (const binding of ['b-t', 'by-hash']) {
    it(`is sealed, checked and delivered (${binding})`, async () => {
      const document = pdf();
      const name = `invoice of ${binding}.pdf`;
      await client.drop(binding, name, document);
      await until(() => client.names(binding, 'archive').includes(name));
      assertSealed(client.read(binding, 'out', name), document);
      assert.deepEqual(client.names(binding, 'failed'), []);
    });
  }

  it('goes to failed/ with its reason when it cannot be sealed; moving it back is the retry', async () => {
    await client.drop('b-t', 'text.pdf', Buffer.from('this is no PDF'));
    await until(() => client.names('b-t', 'failed').length === 2);
    const problem = client.read('b-t', 'failed', 'text.pdf.problem.txt').toString();
    assert.match(problem, /^Code: +pdf\./m);
    const failed = join(client.root('b-t'), 'failed', 'text.pdf');
    renameSync(failed, join(client.root('b-t'), 'in', 'text.pdf'));
    await until(() => client.names('b-t', 'failed').length === 3);
    assert.ok(existsSync(failed));
  });

  it('waits while its process is not there, and says so', async () => {
    await client.drop('unknown', 'a.pdf', pdf());
    const waits = () =>
      client.log.some(({ msg, code }) => msg === 'a document waits' && code === 'request.unknown-process');
    await until(waits);
    assert.deepEqual(client.names('unknown', 'failed'), []);
  });

  it('is a batch where it is a ZIP: one bad document fails alone', async () => {
    const zip = new ZipFile();
    zip.addBuffer(pdf(), 'one.pdf');
    zip.addBuffer(Buffer.from('this is no PDF'), 'bad.pdf');
    zip.addBuffer(pdf(), 'folder/two.pdf');
    zip.end();
    await client.drop('b-t', 'batch.zip', await buffer(zip.outputStream));
    await until(() => client.names('b-t', 'archive').includes('batch.zip'));
    const sealed = client.read('b-t', 'out', 'batch.zip');
    for (const name of ['one.pdf', 'folder/two.pdf', 'report.json']) assert.ok(sealed.includes(name), name);
  });

  it('is never a batch by hash transfer', async () => {
    const zip = new ZipFile();
    zip.addBuffer(pdf(), 'one.pdf');
    zip.end();
    await client.drop('by-hash', 'batch.zip', await buffer(zip.outputStream));
    await until(() => client.names('by-hash', 'failed').length === 2);
    assert.match(client.read('by-hash', 'failed', 'batch.zip.problem.txt').toString(), /batch\.by-hash/);
  });
});

describe('what comes by REST', patience, () => {
  it('goes back by REST, sealed and checked', async () => {
    const document = pdf();
    const { document: sealed, level } = await api.seal(
      { process: 'b-t', document: { bytes: document } },
      'memory',
    );
    assert.equal(level, 'B-T');
    assert.ok('bytes' in sealed);
    assertSealed(sealed.bytes, document);
  });

  it('is sealed once for one key', async () => {
    const request = { process: 'b-t', document: { bytes: pdf() }, idempotencyKey: 'order-4711' };
    const first = await api.seal(request, 'memory');
    const second = await api.seal(request, 'memory');
    assert.equal(second.document.sha256, first.document.sha256);
    const other = { ...request, document: { bytes: pdf() } };
    await assert.rejects(api.seal(other, 'memory'), { code: 'request.idempotency-mismatch' });
  });

  it('gives the server’s refusals as its own', async () => {
    const bad = { process: 'b-t', document: { bytes: Buffer.from('this is no PDF') } };
    await assert.rejects(api.seal(bad, 'memory'), (error: { code: string }) => error.code.startsWith('pdf.'));
  });

  it('offers what it can and says what it cannot', async () => {
    const document = pdf();
    assert.deepEqual((await api.processes()).map(({ process }) => process).sort(), ['b-b', 'b-lta', 'b-t']);
    const report = await api.validate({ bytes: document });
    assert.equal(report.signatures.length, 0);
    await assert.rejects(api.sealLater({ process: 'b-t', document: { bytes: document } }), {
      code: 'general.not-offered',
    });
  });

  it('needs an identity', async () => {
    for (const token of [null, 'sgt_wrong']) {
      const stranger = client.api(token);
      await assert.rejects(stranger.processes(), (error: { code: string }) =>
        error.code.startsWith('access.'),
      );
      await stranger.close();
    }
  });
});

describe('faults', { timeout: 120_000 }, () => {
  it('kill -9 of worker and supervisor: nothing lost, nothing twice, nothing in failed/', async () => {
    const documents = new Map(Array.from({ length: 20 }, (_, n) => [`kill-${n}.pdf`, pdf()]));
    for (const [name, bytes] of documents) await client.drop('b-t', name, bytes);
    await until(() => client.names('b-t', 'out').some((name) => name.startsWith('kill-')));
    process.kill(client.worker, 'SIGKILL');
    await sleep(1000);
    await client.kill();
    await client.start();
    const done = () => client.names('b-t', 'archive').filter((name) => name.startsWith('kill-')).length;
    await until(() => done() === documents.size);
    const out = client.names('b-t', 'out').filter((name) => name.startsWith('kill-'));
    assert.deepEqual(out.sort(), [...documents.keys()].sort());
    for (const [name, bytes] of documents) assertSealed(client.read('b-t', 'out', name), bytes);
    assert.equal(client.names('b-t', 'failed').filter((name) => name.startsWith('kill-')).length, 0);
  });

  it('the server away and back: documents wait', async () => {
    await server.stop();
    for (let n = 0; n < 10; n += 1) await client.drop('b-t', `away-${n}.pdf`, pdf());
    await until(() => client.log.some(({ code }) => code === 'exchange.server-unavailable'));
    assert.equal(client.names('b-t', 'out').filter((name) => name.startsWith('away-')).length, 0);
    await server.start();
    await until(
      () => client.names('b-t', 'archive').filter((name) => name.startsWith('away-')).length === 10,
    );
    assert.equal(client.names('b-t', 'failed').filter((name) => name.startsWith('away-')).length, 0);
  });
});

describe('init', patience, () => {
  const directory = () => join(client.directory, `another-${Math.floor(Math.random() * 1e9)}`);

  it('pins the server by a fingerprint', async () => {
    const { fingerprint256 } = new X509Certificate(server.ca);
    const pinned = await TestClient.create(server, { bindings: [], fingerprint: fingerprint256 });
    const ca = readFileSync(join(pinned.directory, 'client', 'server-ca.pem'), 'utf8');
    assert.equal(new X509Certificate(ca).fingerprint256, fingerprint256);
    await pinned.remove();
  });

  it('sends nothing to a server with another fingerprint', async () => {
    const dir = directory();
    const code = await enrolmentCode(server, 'never');
    const args = [
      'init',
      '--server',
      server.url,
      '--code',
      code,
      '--dir',
      dir,
      '--fingerprint',
      'ab'.repeat(32),
    ];
    const { code: exit, errors } = await run(args);
    assert.notEqual(exit, 0);
    assert.match(errors, /exchange\.server-untrusted/);
    assert.equal(existsSync(dir), false);
  });

  it('leaves no key behind when the code is refused, and never overwrites', async () => {
    const dir = directory();
    const ca = join(server.directory, 'tls', 'ca.pem');
    const refused = await run([
      'init',
      '--server',
      server.url,
      '--code',
      'wrong-code',
      '--dir',
      dir,
      '--ca',
      ca,
    ]);
    assert.match(refused.errors, /access\.enrolment-code/);
    assert.deepEqual(readdirSync(join(dir, 'tls')), []);
    const existing = join(client.directory, 'client');
    const again = await run([
      'init',
      '--server',
      server.url,
      '--code',
      'any-code',
      '--dir',
      existing,
      '--ca',
      ca,
    ]);
    assert.match(again.errors, /config\.exists/);
  });

  it('keeps keys and tokens to their owner', () => {
    for (const secret of ['tls/client.key', 'tls/rest.key', 'application.token']) {
      const { mode } = statSync(join(client.directory, 'client', secret));
      assert.equal(mode & 0o077, 0, secret);
    }
  });
});
