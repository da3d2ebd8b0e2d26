// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { type Clock, fixedClock, isSignetError } from '@signet/base';
import { encodePem, keySigner, parseTimeStampToken } from '@signet/pkix';
import { type KeyPair, pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import { answerTimeStampRequest } from '../../qtsp/src/index.ts';
import {
  openTimeStampPool,
  type TimeStampAuthoritySettings,
  type TimeStampPoolOptions,
} from '../src/tsa/index.ts';

const pki = new TestPki();
const clock = fixedClock(pkiTime);
const imprint = new Uint8Array(32).fill(7);
const cleanUp: (() => unknown)[] = [];
after(async () => {
  for (const end of cleanUp) await end();
});

type Answer = (body: Buffer, request: IncomingMessage, response: ServerResponse) => void;

const reply = (response: ServerResponse, bytes: Uint8Array, type = 'application/timestamp-reply') =>
  response.writeHead(200, { 'content-type': type }).end(bytes);
const good: Answer = (body, _request, response) => void reply(response, stamped(body, pki.tsa));

function stamped(body: Buffer, tsa: KeyPair): Uint8Array {
  const authority = {
    certificate: tsa.certificate.bytes,
    issuers: [pki.issuing.certificate.bytes],
    signer: keySigner(tsa.key),
    policy: { oid: '1.2.3.4' },
  };
  return answerTimeStampRequest(body, authority, clock).response;
}

/** An authority that answers like that, and how often it was asked. */
async function authority(name: string, answer: Answer, more: Partial<TimeStampAuthoritySettings> = {}) {
  const asked = { count: 0 };
  const listener = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      asked.count++;
      answer(Buffer.concat(chunks), request, response);
    });
  };
  const server = createServer(listener);
  cleanUp.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tsa`;
  const settings = { name, url, allowPlain: true, allowPrivate: true, timeoutSeconds: 2, ...more };
  return { settings, asked };
}

function open(
  authorities: readonly { settings: TimeStampAuthoritySettings }[],
  options: Partial<TimeStampPoolOptions> = {},
) {
  const pool = openTimeStampPool(
    { name: 'pool', authorities: authorities.map(({ settings }) => settings) },
    { clock, ...options },
  );
  cleanUp.push(() => pool.close());
  return pool;
}

/** A clock that a test moves. */
function movedClock(): Clock & { advance(seconds: number): void } {
  let time = pkiTime.getTime();
  const advance = (seconds: number) => {
    time += seconds * 1000;
  };
  return { now: () => new Date(time), advance };
}

const reasonsOf = (code: string) => (error: unknown) => {
  assert.ok(isSignetError(error, 'tsa.unavailable'));
  assert.equal(error.row.retryable, true);
  assert.equal(error.details.reasons, code);
  return true;
};

describe('a pool', () => {
  test('gives a token about the imprint', async () => {
    const pool = open([await authority('one', good)]);
    const before = pool.expectedTokenBytes();
    const { token, genTime, authority: name } = await pool.stamp(imprint);
    assert.equal(name, 'one');
    assert.equal(genTime.getTime(), pkiTime.getTime());
    assert.deepEqual(Buffer.from(parseTimeStampToken(token).info.imprint.digest), Buffer.from(imprint));
    assert.ok(before > token.length);
    assert.equal(pool.expectedTokenBytes(), token.length);
  });

  test('over another digest than SHA-256', async () => {
    const pool = open([await authority('one', good)]);
    const { token } = await pool.stamp({ digestAlgorithm: 'sha512', digest: new Uint8Array(64) });
    assert.equal(parseTimeStampToken(token).info.imprint.digest.length, 64);
  });

  test('goes on to the next authority, in order, each asked once', async () => {
    const bad = await authority('bad', (_body, _request, response) => void response.writeHead(500).end());
    const first = await authority('first', good);
    const second = await authority('second', good);
    assert.equal((await open([bad, first, second]).stamp(imprint)).authority, 'first');
    assert.deepEqual([bad.asked.count, first.asked.count, second.asked.count], [1, 1, 0]);
  });

  test('without authorities gives none', async () => {
    await assert.rejects(open([]).stamp(imprint), reasonsOf('it is empty'));
  });

  test('stops when the caller gives up, and asks nobody else', async () => {
    const silent = await authority('silent', () => {});
    const next = await authority('next', good);
    const controller = new AbortController();
    const stamp = open([silent, next]).stamp(imprint, controller.signal);
    setTimeout(() => controller.abort(new TypeError('given up')), 50);
    await assert.rejects(stamp, TypeError);
    assert.equal(next.asked.count, 0);
  });
});

describe('an answer that is not good', () => {
  const foreign = new TestPki();
  const answers: Readonly<Record<string, Answer>> = {
    'tsa.http-status': (_body, _request, response) => void response.writeHead(403).end(),
    'tsa.content-type': (_body, _request, response) =>
      void reply(response, Buffer.from('<html>'), 'text/html'),
    'tsp.malformed': (_body, _request, response) => void reply(response, Buffer.from('nothing')),
    'tsp.imprint-mismatch': (body, _request, response) => {
      const changed = Buffer.from(body);
      changed[changed.indexOf(Buffer.alloc(32, 7))]! ^= 1;
      reply(response, stamped(changed, pki.tsa));
    },
    'tsp.certificate-purpose': (body, _request, response) => void reply(response, stamped(body, pki.seal())),
    'tsa.untrusted': (body, _request, response) => void reply(response, stamped(body, foreign.tsa)),
    'egress.timeout': () => {},
    'egress.unreachable': (_body, request) => void request.socket.destroy(),
    'egress.too-large': (_body, _request, response) => void reply(response, Buffer.alloc(70_000)),
  };
  for (const [code, answer] of Object.entries(answers)) {
    test(`is refused as ${code}`, async () => {
      const trustAnchors = [pki.root.certificate.bytes];
      const pool = open([await authority('one', answer, { trustAnchors, timeoutSeconds: 1 })]);
      await assert.rejects(pool.stamp(imprint), reasonsOf(`one: ${code}`));
      assert.equal(pool.health()[0]?.lastError, code);
    });
  }

  test('an old answer played again is refused', async () => {
    let first: Uint8Array | undefined;
    const replaying = await authority('one', (body, _request, response) => {
      first ??= stamped(body, pki.tsa);
      reply(response, first);
    });
    const pool = open([replaying]);
    await pool.stamp(imprint);
    await assert.rejects(pool.stamp(imprint), reasonsOf('one: tsp.nonce-mismatch'));
  });

  test('another policy than asked for is refused', async () => {
    const other = await authority(
      'one',
      (body, _request, response) => void reply(response, stamped(body, pki.tsa)),
      { policy: '1.2.3.5' },
    );
    await assert.rejects(open([other]).stamp(imprint), { code: 'tsa.unavailable' });
  });

  test('a trusted path is accepted', async () => {
    const pool = open([await authority('one', good, { trustAnchors: [pki.root.certificate.bytes] })]);
    assert.equal((await pool.stamp(imprint)).authority, 'one');
  });
});

describe('an authority that fails', () => {
  test('rests after three failures, is tried once, and comes back', async () => {
    const moved = movedClock();
    let broken = true;
    const flaky = await authority('flaky', (body, request, response) =>
      broken ? void response.writeHead(500).end() : good(body, request, response),
    );
    const pool = open([flaky], { clock: moved });
    for (let i = 0; i < 3; i++)
      await assert.rejects(pool.stamp(imprint), reasonsOf('flaky: tsa.http-status'));
    assert.equal(pool.health()[0]?.state, 'open');
    await assert.rejects(pool.stamp(imprint), reasonsOf('flaky: tsa.resting'));
    assert.equal(flaky.asked.count, 3);
    moved.advance(10);
    assert.equal(pool.health()[0]?.state, 'half-open');
    const outcomes = await Promise.allSettled([pool.stamp(imprint), pool.stamp(imprint)]);
    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['rejected', 'rejected'],
    );
    assert.equal(flaky.asked.count, 4);
    moved.advance(10);
    assert.equal(pool.health()[0]?.state, 'open');
    moved.advance(10);
    broken = false;
    await pool.stamp(imprint);
    assert.deepEqual([pool.health()[0]?.state, pool.health()[0]?.lastError], ['closed', undefined]);
  });

  test('rests no longer because many were asking when it failed', async () => {
    const moved = movedClock();
    let broken = true;
    const busy = await authority('busy', (body, request, response) =>
      broken ? void response.writeHead(500).end() : good(body, request, response),
    );
    const pool = open([busy], { clock: moved });
    await Promise.allSettled(Array.from({ length: 12 }, () => pool.stamp(imprint)));
    assert.equal(busy.asked.count, 12);
    broken = false;
    moved.advance(10);
    assert.equal(pool.health()[0]?.state, 'half-open');
    await pool.stamp(imprint);
  });

  test('a caller that gives up does not count as its failure', async () => {
    const silent = await authority('silent', () => {});
    const pool = open([silent]);
    for (let i = 0; i < 4; i++) await assert.rejects(pool.stamp(imprint, AbortSignal.timeout(20)));
    assert.equal(pool.health()[0]?.state, 'closed');
  });

  test('the expected size is that of the authority that will be asked', async () => {
    let broken = false;
    const first = await authority('first', (body, request, response) =>
      broken ? void response.writeHead(500).end() : good(body, request, response),
    );
    const second = await authority('second', good);
    const pool = open([first, second]);
    const { token } = await pool.stamp(imprint);
    assert.equal(pool.expectedTokenBytes(), token.length);
    broken = true;
    for (let i = 0; i < 3; i++) assert.equal((await pool.stamp(imprint)).authority, 'second');
    assert.equal(pool.expectedTokenBytes(), pool.health()[1]?.lastTokenBytes);
  });
});

describe('a rate', () => {
  test('is never exceeded; the next authority takes over; it comes back with time', async () => {
    const moved = movedClock();
    const limited = await authority('limited', good, { rate: { requests: 2, periodSeconds: 60 } });
    const other = await authority('other', good);
    const pool = open([limited, other], { clock: moved });
    const names: string[] = [];
    for (let i = 0; i < 4; i++) names.push((await pool.stamp(imprint)).authority);
    moved.advance(60);
    names.push((await pool.stamp(imprint)).authority);
    assert.deepEqual(names, ['limited', 'limited', 'other', 'other', 'limited']);
    assert.equal(limited.asked.count, 3);
  });

  test('used up is told as such and does not open the breaker', async () => {
    const pool = open([await authority('limited', good, { rate: { requests: 1, periodSeconds: 60 } })]);
    await pool.stamp(imprint);
    for (let i = 0; i < 5; i++)
      await assert.rejects(pool.stamp(imprint), reasonsOf('limited: tsa.rate-limited'));
    assert.equal(pool.health()[0]?.state, 'closed');
  });
});

describe('logging in', () => {
  test('by Basic', async () => {
    const basic = await authority(
      'one',
      (body, request, response) => {
        const right = request.headers.authorization === `Basic ${Buffer.from('żółw:a:b').toString('base64')}`;
        right ? good(body, request, response) : void response.writeHead(401).end();
      },
      { authentication: { kind: 'basic', secret: 'żółw:a:b' } },
    );
    assert.equal((await open([basic]).stamp(imprint)).authority, 'one');
  });

  test('by a header', async () => {
    const header = await authority(
      'one',
      (body, request, response) =>
        request.headers['x-token'] === 'abc'
          ? good(body, request, response)
          : void response.writeHead(401).end(),
      { authentication: { kind: 'header', secret: 'abc', header: 'X-Token' } },
    );
    assert.equal((await open([header]).stamp(imprint)).authority, 'one');
  });

  const pemOf = ({ certificate, key }: KeyPair) => ({
    cert: encodePem('CERTIFICATE', certificate.bytes),
    key: key.export({ format: 'pem', type: 'pkcs8' }).toString(),
  });

  test('by a client certificate, over TLS with a root of its own', async () => {
    const long = { notBefore: new Date('2020-01-01'), notAfter: new Date('2099-01-01') };
    const root = pki.issue('TLS Root', {
      ...long,
      extensions: { basicConstraints: { ca: true }, keyUsage: ['keyCertSign'] },
    });
    const tlsServer = pki.issue('localhost', {
      ...long,
      issuer: root,
      extensions: { subjectAltName: [{ kind: 'ip', octets: Uint8Array.of(127, 0, 0, 1) }] },
    });
    const client = pki.issue('client', { ...long, issuer: root });
    const ca = pemOf(root).cert;
    const server = createSecureServer(
      { ...pemOf(tlsServer), ca, requestCert: true, rejectUnauthorized: false },
      (request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk) => chunks.push(chunk));
        request.on('end', () => {
          if ((request.socket as TLSSocket).authorized) good(Buffer.concat(chunks), request, response);
          else response.writeHead(403).end();
        });
      },
    );
    cleanUp.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const settings = {
      name: 'one',
      url,
      allowPlain: false,
      allowPrivate: true,
      timeoutSeconds: 2,
      caPem: ca,
    };
    const { cert, key } = pemOf(client);
    const withCertificate = {
      ...settings,
      authentication: { kind: 'certificate', secret: cert + key },
    } as const;
    assert.equal((await open([{ settings: withCertificate }]).stamp(imprint)).authority, 'one');
    await assert.rejects(open([{ settings }]).stamp(imprint), reasonsOf('one: tsa.http-status'));
    const { caPem: _root, ...untrusting } = withCertificate;
    await assert.rejects(
      open([{ settings: untrusting }]).stamp(imprint),
      reasonsOf('one: egress.unreachable'),
    );
  });

  test('with a secret that holds no certificate is refused when the pool opens', () => {
    const settings = { name: 'one', url: 'https://tsa.example/', allowPlain: false, timeoutSeconds: 2 };
    const broken = { ...settings, authentication: { kind: 'certificate', secret: 'nothing' } } as const;
    assert.throws(() => open([{ settings: broken }]), { code: 'tsa.credentials' });
    assert.throws(() => open([{ settings: { ...settings, url: 'tsa' } }]), { code: 'egress.url' });
  });
});

test('an authority without TLS is refused unless that is allowed', async () => {
  const { settings } = await authority('one', good);
  const pool = open([{ settings: { ...settings, allowPlain: false } }]);
  await assert.rejects(pool.stamp(imprint), reasonsOf('one: egress.plain-http'));
});
