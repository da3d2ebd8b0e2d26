// SPDX-License-Identifier: Apache-2.0
// Callers that break HTTP, its sizes or its pace: each gets its coded answer, leaves nothing in the spool, and the server
// goes on serving. What is wrong with a whole request is in rest-bad-requests.test.ts.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import {
  readAll,
  smallLimits,
  spoolIsEmpty,
  startServer,
  stillServes,
  type TestServer,
} from './rest-support.ts';

const pdf = { 'content-type': 'application/pdf' };
const sealPath = '/api/v1/processes/invoices/seal';

/** Sends bytes on a bare connection and gives the whole answer, read until the server closes. */
async function exchangeRaw(server: TestServer, ...pieces: readonly (string | Buffer)[]): Promise<string> {
  const socket = await server.raw();
  const answer = readAll(socket);
  for (const piece of pieces) socket.write(piece);
  return answer;
}

const head = (...fields: readonly string[]) =>
  [`POST ${sealPath} HTTP/1.1`, 'Host: localhost', 'Authorization: Bearer token-all', ...fields, '', ''].join(
    '\r\n',
  );

test('a body that says it is too large is refused before it is sent', async (context) => {
  const server = await startServer(context);
  const answer = await exchangeRaw(
    server,
    head('Content-Type: application/pdf', 'Content-Length: 3221225472', 'Expect: 100-continue'),
  );
  assert.match(answer, /^HTTP\/1\.1 413 /);
  assert.match(answer, /request\.too-large/);
  assert.doesNotMatch(answer, /100 Continue/);
  await stillServes(server);
});

test('a caller that waits for 100 Continue gets it once it is admitted', async (context) => {
  const server = await startServer(context);
  const socket = await server.raw();
  const answer = readAll(socket);
  socket.write(
    head('Content-Type: application/pdf', 'Content-Length: 8', 'Expect: 100-continue', 'Connection: close'),
  );
  await new Promise((resolve) => socket.once('data', resolve));
  socket.write('document');
  const text = await answer;
  assert.match(text, /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
});

test('a body that does not say its size is cut off at the limit', async (context) => {
  const server = await startServer(context);
  const socket = await server.raw();
  const answer = readAll(socket);
  socket.write(head('Content-Type: application/pdf', 'Transfer-Encoding: chunked'));
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 'x'), Buffer.from('\r\n')]);
  // Three gigabytes, if the server took them.
  for (let sent = 0; sent < 50_000 && !socket.destroyed; sent++) {
    if (!socket.write(chunk)) await drained(socket);
  }
  const text = await answer;
  assert.match(text, /^HTTP\/1\.1 413 /);
  assert.match(text, /request\.too-large/);
  assert.equal(server.service.calls.length, 0);
  await stillServes(server);
});

async function drained(socket: NodeJS.EventEmitter): Promise<void> {
  const first = new AbortController();
  const { signal } = first;
  const waits = ['drain', 'close'].map((event) => once(socket, event, { signal }).catch(() => {}));
  await Promise.race(waits);
  first.abort();
}

test('a process’s own limit counts', async (context) => {
  const server = await startServer(context);
  const path = '/api/v1/processes/small/seal';
  const answer = await server.call(path, { method: 'POST', headers: pdf, body: Buffer.alloc(1001) });
  assert.equal(answer.status, 413);
  assert.equal(answer.problem.details.limitBytes, 1000);
});

test('an upload that never ends is answered and cut off', async (context) => {
  const server = await startServer(context);
  const answer = await exchangeRaw(
    server,
    head('Content-Type: application/pdf', 'Content-Length: 20000'),
    Buffer.alloc(15_000, 'x'),
  );
  assert.match(answer, /^HTTP\/1\.1 408 /);
  assert.match(answer, /request\.too-slow/);
  await stillServes(server);
});

test('an upload that trickles is cut off by its average and by its whole time', async (context) => {
  const paces = [
    { idleSeconds: 9, graceSeconds: 0.2, minimumBytesPerSecond: 100_000, maximumSeconds: 9 },
    { idleSeconds: 9, graceSeconds: 9, minimumBytesPerSecond: 1, maximumSeconds: 0.3 },
  ];
  for (const upload of paces) {
    const server = await startServer(context, { ...smallLimits, upload });
    const socket = await server.raw();
    const answer = readAll(socket);
    socket.write(head('Content-Type: application/pdf', 'Content-Length: 20000'));
    const timer = setInterval(() => socket.write('x'), 20);
    const text = await answer;
    clearInterval(timer);
    assert.match(text, /^HTTP\/1\.1 408 /);
  }
});

test('a caller that hangs up in the middle leaves nothing', async (context) => {
  const server = await startServer(context);
  const socket = await server.raw();
  socket.write(head('Content-Type: application/pdf', 'Content-Length: 200000'));
  socket.write(Buffer.alloc(100_000, 'x'));
  while (readdirSync(server.spoolDirectory).length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  socket.destroy();
  await spoolIsEmpty(server);
  assert.equal(server.service.calls.length, 0);
  await stillServes(server);
});

test('a caller that hangs up while its document is sealed is told to the service', async (context) => {
  const server = await startServer(context);
  const release = Promise.withResolvers<void>();
  server.service.hold = release.promise;
  const socket = await server.raw();
  socket.write(head('Content-Type: application/pdf', 'Content-Length: 8'));
  socket.write('document');
  while (server.service.calls.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const { signal } = server.service.calls[0]!;
  const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
  socket.destroy();
  await aborted;
  release.resolve();
  await stillServes(server);
});

test('what is no HTTP, and headers without end, are answered and closed', async (context) => {
  const server = await startServer(context);
  assert.match(await exchangeRaw(server, 'hello\r\n\r\n'), /^HTTP\/1\.1 400 [\s\S]*request\.malformed/);
  const huge = await exchangeRaw(server, head(`X-Huge: ${'x'.repeat(40_000)}`));
  assert.match(huge, /^HTTP\/1\.1 431 [\s\S]*request\.headers-too-large/);
  const slow = await exchangeRaw(server, `POST ${sealPath} HTTP/1.1\r\nHost: local`);
  assert.match(slow, /^HTTP\/1\.1 408 [\s\S]*request\.too-slow/);
  const smuggled = await exchangeRaw(
    server,
    head('Content-Type: application/pdf', 'Content-Length: 5', 'Transfer-Encoding: chunked'),
    '0\r\n\r\n',
  );
  assert.match(smuggled, /^HTTP\/1\.1 400 /);
  await stillServes(server);
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

test('a document larger than memory may be goes through without being held', async (context) => {
  const limits = { ...smallLimits, documentBytes: 2 ** 30 };
  const server = await startServer(context, limits);
  const socket = await server.raw();
  const size = 200 << 20;
  socket.write(head('Content-Type: application/pdf', `Content-Length: ${size}`, 'Connection: close'));
  const chunk = Buffer.alloc(1 << 20, 'x');
  let received = 0;
  let peak = 0;
  // What is only waiting to be collected is not held: collect before each look.
  const look = () => {
    collectGarbage();
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  };
  const between = 16 << 20;
  socket.on('data', (data: Buffer) => {
    if (Math.floor(received / between) !== Math.floor((received + data.length) / between)) look();
    received += data.length;
  });
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  for (let sent = 0; sent < size; sent += chunk.length) {
    if (sent % between === 0) look();
    if (!socket.write(chunk)) await new Promise((resolve) => socket.once('drain', resolve));
  }
  await new Promise((resolve) => socket.once('close', resolve));
  assert.ok(received > size);
  assert.ok(peak - before < 100 << 20, `${peak - before} bytes were held`);
  await spoolIsEmpty(server);
});
