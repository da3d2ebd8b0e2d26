// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { Clock } from '@signet/base';
import {
  digest,
  encodeOcspRequest,
  encodeTimeStampRequest,
  judgeOcspResponse,
  judgeTimeStampResponse,
  parseCertificate,
  parseOcspResponse,
  parseRevocationList,
} from '@signet/pkix';
import { DemoPki, demoPkiUrls, startDemoQtsp } from '../src/index.ts';

const scratch = mkdtempSync(join(tmpdir(), 'signet-qtsp-'));
// TLS asks the machine's clock, so the services begin with it; whole seconds, as certificates have them.
let now = new Date(Math.floor(Date.now() / 1000) * 1000);
const clock: Clock = { now: () => now };
const errors: unknown[] = [];
const pki = await DemoPki.create({
  directory: join(scratch, 'pki'),
  urls: demoPkiUrls('http://127.0.0.1:1'),
  clock,
});
const onError = (error: unknown) => errors.push(error);
const services = await startDemoQtsp({ pki, httpsPort: 0, httpPort: 0, clock, onError });
after(async () => {
  await services.stop();
  rmSync(scratch, { recursive: true, force: true });
  assert.deepEqual(errors, []);
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request; TLS trusts the demo's root alone. */
async function fetchFrom(
  url: string,
  method = 'GET',
  contentType = '',
  body: Uint8Array = Buffer.alloc(0),
): Promise<Answer> {
  // The certificates are valid by the clock of the test, which is not the machine's.
  const tls = {
    ca: readFileSync(pki.rootFile),
    checkServerIdentity: () => undefined,
    rejectUnauthorized: false,
  };
  const options = { method, headers: { 'content-type': contentType, 'content-length': body.length } };
  const outgoing = url.startsWith('https:')
    ? httpsRequest(url, { ...options, ...tls })
    : httpRequest(url, options);
  outgoing.on('error', () => {});
  outgoing.end(body);
  const [incoming] = await once(outgoing, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return { status: incoming.statusCode, headers: incoming.headers, body: Buffer.concat(chunks) };
}

const imprint = { digestAlgorithm: 'sha256', digest: digest('sha256', Buffer.from('data')) } as const;
const issuer = pki.credential('issuing').certificate;
const { certificate } = pki.credential('seal-p256');
const query = 'application/timestamp-query';

describe('time-stamps', () => {
  test('are given by HTTPS', async () => {
    const request = { imprint, nonce: 99n };
    const { status, headers, body } = await fetchFrom(
      services.timeStampUrl,
      'POST',
      query,
      encodeTimeStampRequest(request),
    );
    assert.deepEqual([status, headers['content-type']], [200, 'application/timestamp-reply']);
    const { token } = judgeTimeStampResponse(body, request);
    assert.deepEqual(token.info.genTime, now);
  });

  test('are refused in words for what is no request', async () => {
    const url = services.timeStampUrl;
    const statuses = [
      await fetchFrom(url),
      await fetchFrom(url, 'POST', 'text/plain', Buffer.from('x')),
      await fetchFrom(`${url}/else`, 'POST', query),
      await fetchFrom(url, 'POST', query, Buffer.alloc(70_000)),
    ].map(({ status }) => status);
    assert.deepEqual(statuses, [405, 415, 404, 413]);
    assert.equal((await fetchFrom(url, 'POST', query, Buffer.from('x'))).status, 200);
  });
});

describe('OCSP', () => {
  const request = encodeOcspRequest({ certificates: [{ certificate, issuer }] });

  test('answers by POST and by GET', async () => {
    const base64 = encodeURIComponent(Buffer.from(request).toString('base64'));
    const answers = [
      await fetchFrom(`${services.httpUrl}/ocsp`, 'POST', 'application/ocsp-request', request),
      await fetchFrom(`${services.httpUrl}/ocsp/${base64}`),
    ];
    for (const { status, headers, body } of answers) {
      assert.deepEqual([status, headers['content-type']], [200, 'application/ocsp-response']);
      const { single } = judgeOcspResponse(parseOcspResponse(body), { certificate, issuer, at: now });
      assert.deepEqual(single.status, { kind: 'good' });
    }
  });

  test('refuses other content and paths that cannot be read', async () => {
    const url = services.httpUrl;
    assert.equal((await fetchFrom(`${url}/ocsp`, 'POST', 'text/plain', request)).status, 415);
    assert.equal((await fetchFrom(`${url}/ocsp/%E0%A4%A`)).status, 400);
    const { status, body } = await fetchFrom(`${url}/ocsp/AAAA`);
    assert.deepEqual([status, parseOcspResponse(body).status], [200, 'malformedRequest']);
  });
});

describe('published files', () => {
  test('are the CA certificates and the revocation lists, and nothing else', async () => {
    const root = await fetchFrom(`${services.httpUrl}/aia/root.cer`);
    assert.equal(root.headers['content-type'], 'application/pkix-cert');
    assert.equal(parseCertificate(root.body).fingerprint, pki.credential('root').certificate.fingerprint);
    const list = await fetchFrom(`${services.httpUrl}/crl/issuing.crl`);
    assert.equal(list.headers['content-type'], 'application/pkix-crl');
    assert.ok(parseRevocationList(list.body).issuer.equals(issuer.subject));
    for (const path of [
      '/',
      '/crl/',
      '/crl/root.key.pem',
      '/aia/../root.key.pem',
      '/crl/%2e%2e/register.json',
    ]) {
      assert.equal((await fetchFrom(services.httpUrl + path)).status, 404, path);
    }
    assert.equal((await fetchFrom(`${services.httpUrl}/crl/root.crl`, 'DELETE')).status, 405);
  });

  test('a list is made anew before it runs out, and as soon as something is revoked', async () => {
    const fetchList = async () =>
      parseRevocationList((await fetchFrom(`${services.httpUrl}/crl/issuing.crl`)).body);
    const first = await fetchList();
    assert.equal((await fetchList()).crlNumber, first.crlNumber);
    const started = now;
    now = new Date(started.getTime() + 4 * 86_400_000);
    const second = await fetchList();
    assert.ok(second.crlNumber! > first.crlNumber!);
    assert.deepEqual(second.thisUpdate, now);
    await pki.issueSeal('seal-other', 'p256', clock);
    pki.revoke('seal-other', 'superseded', clock);
    const third = await fetchList();
    assert.ok(third.entries.length > 0 && third.crlNumber! > second.crlNumber!);
    now = started;
  });
});

test('a client that goes away in the middle disturbs nobody', async () => {
  const { port } = new URL(services.httpUrl);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(
    'POST /ocsp HTTP/1.1\r\nhost: x\r\ncontent-type: application/ocsp-request\r\ncontent-length: 100\r\n\r\nabc',
  );
  socket.destroy();
  await once(socket, 'close');
  assert.equal((await fetchFrom(`${services.httpUrl}/aia/root.cer`)).status, 200);
});

test('config.port-in-use names the port, and nothing stays open', async () => {
  const port = Number(new URL(services.httpUrl).port);
  await assert.rejects(startDemoQtsp({ pki, httpsPort: 0, httpPort: port, clock }), {
    code: 'config.port-in-use',
    details: { host: '127.0.0.1', port },
  });
  await assert.rejects(startDemoQtsp({ pki, httpsPort: 0, httpPort: 0, host: '203.0.113.1', clock }), {
    code: 'config.address-unusable',
  });
});
