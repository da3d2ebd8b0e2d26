// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type LookupFunction } from 'node:net';
import { after, describe, test } from 'node:test';
import { type Egress, type EgressHost, isPrivateAddress, openEgress } from '../src/egress/index.ts';

const servers: { close(): unknown }[] = [];
const ways: Egress[] = [];
after(async () => {
  for (const way of ways) await way.close();
  for (const server of servers) server.close();
});

async function serve(answer: RequestListener): Promise<number> {
  const server: Server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function open(hosts: readonly EgressHost[], more: object = {}, resolve?: LookupFunction): Egress {
  const way = openEgress({ kind: 'configured', hosts, ...more }, resolve);
  ways.push(way);
  return way;
}

const local: EgressHost = { host: '127.0.0.1', allowPrivate: true, allowPlain: true };
const get = (url: string) => ({ url, method: 'GET', timeoutSeconds: 5, maxResponseBytes: 1000 }) as const;
/** Every name leads to this machine, as a hostile name server would have it. */
const toLoopback: LookupFunction = (_name, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);

describe('the way out', () => {
  test('sends and gives what came, whatever its status', async () => {
    const port = await serve((request, response) => {
      response.writeHead(418, { 'X-Seen': `${request.method} ${request.headers['content-type']}` });
      request.pipe(response);
    });
    const { status, headers, body } = await open([local]).send({
      ...get(`http://127.0.0.1:${port}/`),
      method: 'POST',
      headers: { 'content-type': 'a/b' },
      body: Buffer.from('question'),
    });
    assert.deepEqual(
      [status, headers['x-seen'], Buffer.from(body).toString()],
      [418, 'POST a/b', 'question'],
    );
  });

  test('is closed under the policy none', async () => {
    const way = openEgress({ kind: 'none' });
    await assert.rejects(way.send(get('https://example.pl/')), { code: 'egress.not-allowed' });
  });

  const refusals: readonly (readonly [string, string, string])[] = [
    ['a host that is not configured', 'https://other.example/', 'egress.not-allowed'],
    ['another port', 'https://tsa.example:444/', 'egress.not-allowed'],
    ['no TLS', 'http://plain.example/', 'egress.plain-http'],
    ['another scheme', 'file:///etc/passwd', 'egress.url'],
    ['a login in the address', 'https://u:p@tsa.example/', 'egress.url'],
    ['what is no address', 'tsa', 'egress.url'],
    ['a loopback address', 'https://127.0.0.1/', 'egress.private-address'],
    ['a loopback address in another notation', 'https://0x7f.1/', 'egress.private-address'],
    ['a mapped address', 'https://[::ffff:10.0.0.1]/', 'egress.private-address'],
  ];
  const hosts = [
    { host: 'tsa.example', port: 443 },
    { host: 'plain.example' },
    { host: '127.0.0.1' },
    { host: '::ffff:a00:1' },
  ];
  for (const [name, url, code] of refusals) {
    test(`refuses ${name}`, async () => assert.rejects(open(hosts).send(get(url)), { code }));
  }

  test('refuses a public name that resolves to a private address', async () => {
    const port = await serve((_request, response) => response.end('secret'));
    const url = `http://tsa.example:${port}/`;
    const guarded = open([{ host: 'tsa.example', allowPlain: true }], {}, toLoopback);
    await assert.rejects(guarded.send(get(url)), { code: 'egress.private-address' });
    const allowed = open([{ host: 'tsa.example', allowPlain: true, allowPrivate: true }], {}, toLoopback);
    assert.equal(Buffer.from((await allowed.send(get(url))).body).toString(), 'secret');
  });

  test('breaks off answers that are too large', async () => {
    const port = await serve((_request, response) => response.end(Buffer.alloc(1001)));
    await assert.rejects(open([local]).send(get(`http://127.0.0.1:${port}/`)), { code: 'egress.too-large' });
  });

  test('ends at its deadline, before and inside the answer', async () => {
    const silent = await serve(() => {});
    const slow = await serve((_request, response) => void response.write('a'));
    for (const port of [silent, slow]) {
      const request = { ...get(`http://127.0.0.1:${port}/`), timeoutSeconds: 0.2 };
      await assert.rejects(open([local]).send(request), { code: 'egress.timeout' });
    }
  });

  test('ends when the caller gives up, with the reason of the caller', async () => {
    const port = await serve(() => {});
    const controller = new AbortController();
    const sent = open([local]).send({ ...get(`http://127.0.0.1:${port}/`), signal: controller.signal });
    controller.abort(new TypeError('given up'));
    await assert.rejects(sent, TypeError);
  });

  test('tells that nobody listens', async () => {
    const server = createTcpServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    await assert.rejects(open([local]).send(get(`http://127.0.0.1:${port}/`)), {
      code: 'egress.unreachable',
    });
  });
});

describe('redirects', () => {
  test('are followed where the policy allows their target, without the login', async () => {
    const target = await serve((request, response) => response.end(String(request.headers.authorization)));
    const port = await serve((_request, response) =>
      response.writeHead(307, { location: `http://localhost:${target}/x` }).end(),
    );
    const hosts = [local, { host: 'localhost', allowPlain: true, allowPrivate: true }];
    const request = { ...get(`http://127.0.0.1:${port}/`), headers: { authorization: 'Basic x' } };
    const { body } = await open(hosts, {}, toLoopback).send(request);
    assert.equal(Buffer.from(body).toString(), 'undefined');
  });

  const cases: readonly (readonly [string, number, string, 'GET' | 'POST', string])[] = [
    ['to a host that is not configured', 302, 'http://evil.example/', 'GET', 'egress.not-allowed'],
    ['to a private address', 302, 'http://10.0.0.1/', 'GET', 'egress.private-address'],
    ['to another scheme', 302, 'file:///etc/passwd', 'GET', 'egress.url'],
    ['that turn a question into another one', 303, '/', 'POST', 'egress.redirect'],
    ['without end', 302, '/', 'GET', 'egress.redirect'],
    ['to nowhere', 302, 'http://[/', 'GET', 'egress.redirect'],
  ];
  for (const [name, status, location, method, code] of cases) {
    test(`${name} are refused`, async () => {
      const port = await serve((_request, response) => response.writeHead(status, { location }).end());
      const hosts = [local, { host: '10.0.0.1', allowPlain: true }];
      await assert.rejects(open(hosts).send({ ...get(`http://127.0.0.1:${port}/`), method }), { code });
    });
  }
});

test('a proxy with login is used for public hosts and passed by for private ones', async () => {
  const seen: string[] = [];
  const target = await serve((_request, response) => response.end('there'));
  const proxy = createServer();
  servers.push(proxy);
  proxy.on('connect', (request, socket) => {
    seen.push(`${request.url} ${request.headers['proxy-authorization']}`);
    const onward = connect(target, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
    onward.on('error', () => socket.destroy());
    socket.on('error', () => onward.destroy());
    onward.pipe(socket);
    socket.pipe(onward);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const settings = {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    user: 'u',
    password: 'p',
  };
  const hosts = [local, { host: 'tsa.example', allowPlain: true }];
  const way = open(hosts, { proxy: settings }, toLoopback);
  assert.equal(Buffer.from((await way.send(get('http://tsa.example/'))).body).toString(), 'there');
  assert.equal(Buffer.from((await way.send(get(`http://127.0.0.1:${target}/`))).body).toString(), 'there');
  assert.deepEqual(seen, [`tsa.example:80 Basic ${Buffer.from('u:p').toString('base64')}`]);
});

test('addresses that are not of the public Internet', () => {
  const notPublic = [
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
  ];
  const notPublic6 = [
    '::1',
    '::',
    'fe80::1%eth0',
    'fd00::1',
    'ff02::1',
    '::ffff:127.0.0.1',
    '64:ff9b::10.0.0.1',
    '2002:a00:1::',
    '::10.0.0.1',
    '2001:db8::1',
  ];
  for (const address of [...notPublic, ...notPublic6]) assert.ok(isPrivateAddress(address), address);
  for (const address of [
    '8.8.8.8',
    '172.32.0.1',
    '2a00:1450:4001::1',
    '64:ff9b::808:808',
    '::ffff:8.8.8.8',
  ]) {
    assert.ok(!isPrivateAddress(address), address);
  }
});
