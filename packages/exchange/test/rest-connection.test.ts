// SPDX-License-Identifier: Apache-2.0
// Ways to a server: through a proxy with a login, over a certificate that is renewed, by identities of two kinds.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type TestContext, test } from 'node:test';
import {
  connectSealingApi,
  createRestServer,
  defaultLimits,
  healthRoutes,
  renewCertificate,
} from '@signet/exchange/rest';
import { makeServerIdentity, serverIdentity, startServer, testCa } from './rest-support.ts';

/** A proxy that opens tunnels for whoever has the password, and counts them. */
async function startProxy(context: TestContext): Promise<{ url: string; tunnels: string[] }> {
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket, head) => {
    const wanted = `Basic ${Buffer.from('user:secret').toString('base64')}`;
    if (request.headers['proxy-authorization'] !== wanted) {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
      return;
    }
    tunnels.push(String(request.url));
    const [, port] = String(request.url).split(':');
    const upstream = connect(Number(port), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    for (const end of [socket, upstream]) end.on('error', () => end.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  context.after(() => {
    proxy.closeAllConnections();
    proxy.close();
  });
  return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, tunnels };
}

test('a server is reached through a proxy with a login, and its certificate is still checked', async (context) => {
  const server = await startServer(context);
  const { url, tunnels } = await startProxy(context);
  const api = server.connect({ proxy: { url, user: 'user', password: 'secret' } });
  const document = { bytes: Buffer.from('document') };
  const { level } = await api.seal({ process: 'invoices', document }, 'memory');
  assert.equal(level, 'B-T');
  assert.deepEqual(tunnels, [`localhost:${server.port}`]);
  const refused = server.connect({ proxy: { url, user: 'user', password: 'wrong' } });
  await assert.rejects(refused.processes(), { code: 'exchange.server-unavailable' });
  const other = makeServerIdentity('other').ca;
  const distrustful = server.connect({
    ca: other.certificate,
    proxy: { url, user: 'user', password: 'secret' },
  });
  await assert.rejects(distrustful.processes(), { code: 'exchange.server-untrusted' });
});

test('a renewed certificate is shown to new connections', async (context) => {
  const app = createRestServer({ tls: serverIdentity, limits: defaultLimits });
  await app.register(healthRoutes({ ready: () => false }));
  await app.listen({ port: 0, host: '127.0.0.1' });
  context.after(() => app.close());
  const baseUrl = `https://localhost:${(app.server.address() as AddressInfo).port}`;
  const reaches = async (ca: string) => {
    const api = connectSealingApi({ baseUrl, ca });
    await assert.rejects(api.processes(), { code: 'request.unknown-path' });
    await api.close();
  };
  await reaches(testCa.certificate);
  const renewed = makeServerIdentity('renewed');
  renewCertificate(app, renewed.server);
  await reaches(renewed.ca.certificate);
});

test('what is not ready says so and nothing else', async (context) => {
  const app = createRestServer({ tls: serverIdentity, limits: defaultLimits });
  await app.register(healthRoutes({ ready: async () => false }));
  const answer = await app.inject('/readyz');
  assert.equal(answer.statusCode, 503);
  assert.equal(answer.body, 'not ready\n');
  context.after(() => app.close());
});
