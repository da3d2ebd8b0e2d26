// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { isSignetError, SignetError } from '@signet/base';
import { connectSealingApi, type SealingApi } from '@signet/exchange/rest';
import { sealBytes, setState } from './rest-service.ts';
import { clientIdentity, serverIdentity, startServer, strangerIdentity, testCa } from './rest-support.ts';

const document = Buffer.from('%PDF-1.7 a document');
const sealed = Buffer.concat([document, sealBytes]);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function temporary(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'signet-client-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test('every call of the API by its typed client', async (context) => {
  const server = await startServer(context);
  const directory = temporary(context);
  const api = server.connect();
  assert.deepEqual(
    (await api.processes()).map(({ process }) => process),
    ['invoices', 'small', 'hashes'],
  );
  assert.equal((await api.process('invoices')).reservedBytes, 12_000);

  const inMemory = await api.seal(
    { process: 'invoices', document: { bytes: document, name: 'ż.pdf' } },
    'memory',
  );
  assert.ok('bytes' in inMemory.document);
  assert.deepEqual(Buffer.from(inMemory.document.bytes), sealed);
  assert.deepEqual([inMemory.level, inMemory.warnings], ['B-T', ['a "quoted" warning']]);
  assert.equal((await api.job(inMemory.job)).documentName, 'ż.pdf');

  const path = join(directory, 'in.pdf');
  const out = join(directory, 'out.pdf');
  const large = Buffer.alloc(3_000_000, 'x');
  writeFileSync(path, large);
  const inFile = await api.seal(
    { process: 'invoices', document: { path }, idempotencyKey: 'k' },
    { path: out },
  );
  assert.equal(inFile.document.sha256, sha256(readFileSync(out)));
  await assert.rejects(
    api.seal({ process: 'invoices', document: { path }, idempotencyKey: 'k' }, { path: out }),
    { code: 'general.io' },
    'a file that is there is not replaced',
  );

  const parts = await api.sealForDocHash({ process: 'invoices', document: { bytes: document } });
  assert.equal(sha256(Buffer.concat([document, parts.appended])), parts.record.sha256Out);

  const later = await api.sealLater({ process: 'invoices', document: { bytes: document } });
  const fetched = await api.jobDocument(later.job, 'memory');
  assert.equal(fetched.sha256, sha256(sealed));
  await api.deleteJob(later.job);
  await assert.rejects(api.jobDocument(later.job, 'memory'), (error: unknown) => {
    assert.ok(isSignetError(error, 'request.bytes-deleted'));
    return error.details.job === later.job;
  });
  assert.equal((await api.job(later.job)).record?.levelReached, 'B-T');

  const docHash = Buffer.alloc(32, 7);
  const [good, bad] = await api.sealHash({
    process: 'hashes',
    hashes: [
      { docHash, reservedBytes: 5000 },
      { docHash, reservedBytes: 5 },
    ],
  });
  assert.ok(good !== undefined && 'cms' in good && Buffer.from(good.cms).toString() === 'cms');
  assert.ok(bad !== undefined && 'problem' in bad && bad.problem.code === 'request.too-large');
  assert.equal((await api.validate({ bytes: document })).document.sha256, sha256(document));
  assert.equal(((await api.request('GET', '/processes')) as { processes: unknown[] }).processes.length, 3);
});

test('an enrolment binds the certificate of the connection', async (context) => {
  const server = await startServer(context);
  const certificates = { token: undefined, clientCertificate: strangerIdentity } as const;
  const { token: _none, ...certificate } = certificates;
  const api = connectSealingApi({ baseUrl: server.url, ca: testCa.certificate, ...certificate });
  context.after(() => api.close());
  assert.deepEqual(await api.enrol('good-code'), { identity: 'enrolled', processes: ['invoices'] });
  await assert.rejects(api.enrol('bad-code'), { code: 'access.enrolment-code' });
  const known = connectSealingApi({
    baseUrl: server.url,
    ca: testCa.certificate,
    clientCertificate: clientIdentity,
  });
  context.after(() => known.close());
  assert.equal((await known.processes()).length, 3);
});

test('the server’s codes come through as they are', async (context) => {
  const server = await startServer(context);
  const api = server.connect();
  const seal = (bytes = document) =>
    api.seal({ process: 'invoices', document: { bytes }, idempotencyKey: 'one' }, 'memory');
  const { job } = await seal();
  await assert.rejects(seal(Buffer.from('other')), { code: 'request.idempotency-mismatch' });
  setState(server.service, job, 'sealing');
  await assert.rejects(seal(), { code: 'request.in-progress' });
  await assert.rejects(api.process('nowhere'), { code: 'request.unknown-process' });
  await assert.rejects(server.connect({ token: 'wrong' }).processes(), { code: 'access.unknown-identity' });
  server.service.failNext(new SignetError('general.deadline', { what: 'Sealing', seconds: 9 }));
  await assert.rejects(
    api.seal({ process: 'invoices', document: { bytes: document } }, 'memory'),
    (error: unknown) => {
      assert.ok(isSignetError(error, 'general.deadline'));
      return error.row.retryable && error.details.seconds === 9;
    },
  );
  await assert.rejects(
    api.seal({ process: 'invoices', document: { bytes: Buffer.alloc(6_000_000) } }, 'memory'),
    { code: 'request.too-large' },
  );
});

/** A server that answers as it is told, over the same TLS. */
async function answering(context: TestContext, listener: RequestListener): Promise<SealingApi> {
  const server = createServer({ cert: serverIdentity.certificate, key: serverIdentity.key }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const timeouts = { connectSeconds: 2, answerSeconds: 0.5, bodySeconds: 0.5 };
  const api = connectSealingApi({ baseUrl: `https://localhost:${port}`, ca: testCa.certificate, timeouts });
  context.after(async () => {
    await api.close();
    server.closeAllConnections();
    server.close();
  });
  return api;
}

test('a server that cannot be reached, trusted or understood', async (context) => {
  const directory = temporary(context);
  const request = { process: 'invoices', document: { bytes: document } };
  const out = join(directory, 'out.pdf');

  const away = connectSealingApi({ baseUrl: 'https://127.0.0.1:1', ca: testCa.certificate });
  context.after(() => away.close());
  await assert.rejects(away.seal(request, 'memory'), { code: 'exchange.server-unavailable' });

  const server = await startServer(context);
  const distrustful = server.connect({ ca: strangerIdentity.certificate });
  await assert.rejects(distrustful.seal(request, 'memory'), { code: 'exchange.server-untrusted' });
  assert.equal(server.service.calls.length, 0);

  const silent = await answering(context, () => {});
  await assert.rejects(silent.processes(), { code: 'exchange.server-unavailable' });

  const dropping = await answering(context, (incoming) => incoming.socket.destroy());
  await assert.rejects(dropping.seal(request, 'memory'), { code: 'exchange.server-unavailable' });

  const foreign = await answering(context, (_incoming, outgoing) => outgoing.writeHead(502).end('<html>'));
  await assert.rejects(foreign.processes(), { code: 'exchange.server-error' });

  const refusing = await answering(context, (_incoming, outgoing) =>
    outgoing.writeHead(418).end('{"code":"tea.pot"}'),
  );
  await assert.rejects(refusing.processes(), { code: 'exchange.server-refused' });

  const wordy = await answering(context, (_incoming, outgoing) => outgoing.end('not JSON'));
  await assert.rejects(wordy.processes(), { code: 'exchange.server-error' });

  const fields = { location: '/api/v1/jobs/01890a5d-ac96-774b-bcce-b302099a8057', 'signet-level': 'B-T' };
  const digest = (bytes: Uint8Array) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`;
  const lying = await answering(context, (incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(200, { ...fields, 'repr-digest': digest(document) }).end('something else');
  });
  await assert.rejects(lying.seal(request, { path: out }), { code: 'exchange.digest-mismatch' });
  assert.ok(!existsSync(out));

  const half = await answering(context, (incoming, outgoing) => {
    incoming.resume();
    outgoing.writeHead(200, { ...fields, 'repr-digest': digest(document), 'content-length': 1000 });
    outgoing.write('half', () => outgoing.destroy());
  });
  await assert.rejects(half.seal(request, { path: out }), { code: 'exchange.server-unavailable' });
  assert.ok(!existsSync(out));

  const headless = await answering(context, (incoming, outgoing) => {
    incoming.resume();
    outgoing.end('document');
  });
  await assert.rejects(headless.seal(request, 'memory'), { code: 'exchange.server-error' });
});

test('a caller can give up', async (context) => {
  const server = await startServer(context);
  const release = Promise.withResolvers<void>();
  server.service.hold = release.promise;
  const giveUp = new AbortController();
  const request = { process: 'invoices', document: { bytes: document }, signal: giveUp.signal };
  const sealing = server.connect().seal(request, 'memory');
  const refused = assert.rejects(sealing, { code: 'exchange.server-unavailable' });
  while (server.service.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  giveUp.abort();
  await refused;
  release.resolve();
});
