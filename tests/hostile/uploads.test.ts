// SPDX-License-Identifier: Apache-2.0
// Bodies that are too large, too slow, never end or break off, and packages that lie.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import { deflateRawSync } from 'node:zlib';
import { zipOf } from '../../packages/exchange/test/zip-builder.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { type HostileServer, readToEnd, spoolIsEmpty, startHostileServer } from './hostile-server.ts';

let hostile: HostileServer;
before(async () => {
  hostile = await startHostileServer({
    settings: {
      'uploadMegabytes: 1024': 'uploadMegabytes: 5',
      'batchMegabytes: 4096': 'batchMegabytes: 5',
      'batchDocuments: 10000': 'batchDocuments: 50',
      'uploadSeconds: 600': 'uploadSeconds: 2',
    },
  });
});
after(() => hostile?.close());
afterEach(() => hostile.stillServes());

/** The head of an upload, as bytes. */
function head(path: string, ...fields: readonly string[]): string {
  const { server } = hostile;
  const authorization = `Authorization: Bearer ${server.adminToken}`;
  return [`POST /api/v1${path} HTTP/1.1`, 'Host: localhost', authorization, ...fields, '', ''].join('\r\n');
}

const entries = ['/processes/b-b/seal', '/processes/b-b/batches', '/validations'];
const octets = 'Content-Type: application/octet-stream';
const threeGigabytes = 3 * 2 ** 30;
const tooLarge = /^HTTP\/1\.1 413 [\s\S]*request\.too-large/;

/** Sends until everything is sent or nobody listens any more. */
async function sendAll(socket: TLSSocket, chunk: Buffer, bytes: number): Promise<void> {
  let wake: () => void = () => undefined;
  for (const event of ['drain', 'close']) socket.on(event, () => wake());
  for (let sent = 0; sent < bytes && socket.writable; sent += chunk.length) {
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    if (!socket.write(chunk)) await promise;
  }
}

describe('an upload of three gigabytes', () => {
  test('is refused by what it announces, before a byte of it is sent', async () => {
    const answers = entries.map(async (path) => {
      const socket = await hostile.raw();
      const answer = readToEnd(socket);
      socket.write(head(path, octets, `Content-Length: ${threeGigabytes}`));
      return answer;
    });
    for (const answer of await Promise.all(answers)) assert.match(answer, tooLarge);
  });

  test('is cut off where it announces nothing', async () => {
    const data = Buffer.alloc(1 << 16, '%PDF-1.7 ');
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), data, Buffer.from('\r\n')]);
    const answers = entries.map(async (path) => {
      const socket = await hostile.raw();
      const answer = readToEnd(socket);
      socket.write(head(path, octets, 'Transfer-Encoding: chunked'));
      await sendAll(socket, chunk, threeGigabytes);
      return answer;
    });
    for (const answer of await Promise.all(answers)) assert.match(answer, tooLarge);
  });
});

describe('an upload that never ends', () => {
  const spooled = () =>
    readdirSync(join(hostile.server.directory, 'data', 'spool'), {
      recursive: true,
      withFileTypes: true,
    }).some((entry) => entry.isFile());

  test('is ended when it stalls', async () => {
    const answers = entries.map(async (path) => {
      const socket = await hostile.raw();
      const answer = readToEnd(socket);
      socket.write(head(path, octets, 'Content-Length: 4000000'));
      socket.write(Buffer.alloc(2_000_000, 'x'));
      return answer;
    });
    for (const answer of await Promise.all(answers))
      assert.match(answer, /^HTTP\/1\.1 408 [\s\S]*request\.too-slow/);
  });

  test('is ended when it trickles', async () => {
    const socket = await hostile.raw();
    const answer = readToEnd(socket);
    socket.write(head('/processes/b-b/seal', octets, 'Content-Length: 4000000'));
    const timer = setInterval(() => socket.write('x'), 50);
    assert.match(await answer, /^HTTP\/1\.1 408 [\s\S]*request\.too-slow/);
    clearInterval(timer);
  });

  test('leaves nothing when its caller hangs up', async () => {
    const socket = await hostile.raw();
    socket.write(head('/processes/b-b/seal', octets, 'Content-Length: 4000000'));
    socket.write(Buffer.alloc(2_000_000, 'x'));
    while (!spooled()) await sleep(5);
    socket.destroy();
    await spoolIsEmpty(hostile.server);
  });
});

describe('a package', () => {
  const pdf = makePdf();
  const bomb = { name: 'bomb.pdf', data: Buffer.alloc(4_000_000), deflate: true };
  const whole: Readonly<
    Record<string, { readonly zip: Buffer; readonly status?: number; readonly code: string }>
  > = {
    'that is none': { zip: Buffer.from('PK\u0003\u0004 and no more'), code: 'batch.not-a-zip' },
    'cut off': { zip: zipOf([{ name: 'a.pdf', data: pdf }]).subarray(0, -30), code: 'batch.not-a-zip' },
    'with nothing in it': { zip: zipOf([]), code: 'batch.empty' },
    'that unpacks to a thousand times its size': { zip: zipOf([bomb]), code: 'batch.suspicious-ratio' },
    'with more entries than it says': {
      zip: zipOf([{ name: 'a.pdf', data: pdf }], { count: 3 }),
      code: 'batch.not-a-zip',
    },
    'with more entries than allowed': {
      zip: zipOf(Array.from({ length: 51 }, (_, index) => ({ name: `${index}.pdf`, data: pdf }))),
      status: 413,
      code: 'batch.too-many-entries',
    },
    'of which an entry says that it is larger than all may be': {
      zip: zipOf([{ name: 'a.pdf', data: pdf, deflate: true, size: 4_000_000_000 }]),
      code: 'batch.suspicious-ratio',
    },
    'that leaves its directory': { zip: zipOf([{ name: '../a.pdf', data: pdf }]), code: 'batch.unsafe-name' },
    'that leaves it further in': {
      zip: zipOf([{ name: 'a/../../b.pdf', data: pdf }]),
      code: 'batch.unsafe-name',
    },
    'with an absolute name': { zip: zipOf([{ name: '/etc/a.pdf', data: pdf }]), code: 'batch.unsafe-name' },
    'with a drive': { zip: zipOf([{ name: 'C:\\a.pdf', data: pdf }]), code: 'batch.unsafe-name' },
    'with a link': {
      zip: zipOf([{ name: 'a.pdf', data: '/etc/passwd', externalAttributes: (0o120777 << 16) >>> 0 }]),
      code: 'batch.unsafe-name',
    },
    'with a name that a terminal would obey': {
      zip: zipOf([{ name: '\u001b[2J.pdf', data: pdf }]),
      code: 'batch.unsafe-name',
    },
    'with one name twice': {
      zip: zipOf([
        { name: 'a.pdf', data: pdf },
        { name: 'A.PDF', data: pdf },
      ]),
      code: 'batch.duplicate-name',
    },
    'with a password': {
      // The traditional encryption puts twelve bytes before the data (APPNOTE §6.1.3).
      zip: zipOf([
        { name: 'a.pdf', data: pdf, packed: Buffer.concat([Buffer.alloc(12), pdf]), flags: 0x801 },
      ]),
      code: 'batch.encrypted',
    },
    'whose entries share their bytes': {
      zip: zipOf([
        { name: 'a.pdf', data: pdf },
        { name: 'b.pdf', data: pdf, offset: 0 },
      ]),
      code: 'batch.not-a-zip',
    },
    'with two names for one entry': {
      zip: zipOf([{ name: 'a.pdf', data: pdf, localName: 'b.pdf' }]),
      code: 'batch.not-a-zip',
    },
  };

  for (const [what, { zip, status = 422, code }] of Object.entries(whole)) {
    test(`${what} is refused as a whole`, async () => {
      const headers = { 'content-type': 'application/zip' };
      await hostile.refused('/api/v1/processes/b-b/batches', { headers, body: zip }, { status, code });
    });
  }

  test('of which entries lie about themselves keeps the good ones', async () => {
    const packed = deflateRawSync(Buffer.alloc(900_000));
    const zip = zipOf([
      { name: 'longer.pdf', data: '', packed, size: 1000, method: 8 },
      { name: 'shorter.pdf', data: pdf, deflate: true, size: pdf.length + 5 },
      { name: 'sum.pdf', data: pdf, crc: 1 },
      { name: 'method.pdf', data: pdf, method: 99 },
      { name: 'good.pdf', data: pdf },
    ]);
    const { batch: id } = await hostile.api.createBatch({ process: 'b-b', document: { bytes: zip } });
    let view = await hostile.api.batch(id);
    for (; view.state === 'working'; view = await hostile.api.batch(id)) await sleep(20);
    const codes = view.documents.map(({ name, job, problem }) => [name, problem?.code ?? job?.state]);
    assert.deepEqual(codes, [
      ['longer.pdf', 'batch.corrupt-entry'],
      ['shorter.pdf', 'batch.corrupt-entry'],
      ['sum.pdf', 'batch.corrupt-entry'],
      ['method.pdf', 'batch.corrupt-entry'],
      ['good.pdf', 'sealed'],
    ]);
  });
});
