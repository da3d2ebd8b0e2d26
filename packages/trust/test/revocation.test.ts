// SPDX-License-Identifier: Apache-2.0
// OCSP, revocation lists and missing issuers, asked of a way out that the test holds in its hands.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SignetError } from '@signet/base';
import {
  buildOcspResponse,
  buildRevocationList,
  type Certificate,
  type CertificateStatus,
  keySigner,
  parseOcspRequest,
} from '@signet/pkix';
import type { Egress } from '../src/egress/index.ts';
import {
  collectValidationData,
  memoryRevocationCache,
  openRevocationClient,
  type RevocationClientOptions,
  type ValidationSubject,
} from '../src/revocation/index.ts';
import { type Authority, at, authority, issue } from './path-support.ts';

const hour = 3_600_000;
const root = issue('Root', { extensions: authority });
const issuing = issue('Issuing', {
  by: root,
  extensions: { ...authority, crlUrls: ['http://one.test/root.crl', 'http://two.test/root.crl'] },
});
const seal = issue('Seal', {
  by: issuing,
  extensions: {
    ocspUrls: ['http://one.test/ocsp', 'http://two.test/ocsp'],
    crlUrls: ['http://two.test/issuing.crl'],
    caIssuersUrls: ['http://one.test/issuing.cer'],
  },
});

type Answer = (body: Uint8Array | undefined, now: Date) => Uint8Array;

const away: Answer = () => {
  throw new SignetError('egress.unreachable', { host: 'test', reason: 'ECONNREFUSED' });
};

const ocsp =
  (status: CertificateStatus, minutes = 60, age = 0): Answer =>
  (body, now) => {
    const thisUpdate = new Date(now.getTime() - age * 60_000);
    return buildOcspResponse({
      responder: issuing.certificate,
      signer: keySigner(issuing.key),
      producedAt: thisUpdate,
      responses: parseOcspRequest(body!).certIds.map(({ encoded }) => ({
        certId: encoded,
        status,
        thisUpdate,
        nextUpdate: new Date(thisUpdate.getTime() + minutes * 60_000),
      })),
      certificates: [],
    });
  };
const good = ocsp({ kind: 'good' });

const list =
  (
    of: Authority,
    revoked: readonly Certificate[] = [],
    revocationDate = new Date(at.getTime() - hour),
  ): Answer =>
  (_body, now) =>
    buildRevocationList({
      issuer: of.certificate,
      signer: keySigner(of.key),
      crlNumber: 1n,
      thisUpdate: new Date(now.getTime() - hour),
      nextUpdate: new Date(now.getTime() + 24 * hour),
      revoked: revoked.map(({ serialNumber }) => ({ serialNumber, revocationDate })),
    });

/** A client whose questions are answered from a table, under a clock that can be moved. */
function clientOf(answers: Readonly<Record<string, Answer>>, more: Partial<RevocationClientOptions> = {}) {
  const asked: string[] = [];
  const clock = { time: at.getTime(), now: () => new Date(clock.time) };
  const table = { ...answers };
  const egress: Egress = {
    async send({ url, body }) {
      asked.push(url);
      const answer = table[url];
      if (answer === undefined) throw new SignetError('egress.not-allowed', { host: new URL(url).host });
      return { status: 200, headers: {}, body: answer(body, clock.now()) };
    },
    close: async () => undefined,
  };
  const client = openRevocationClient({ egress, clock, cache: memoryRevocationCache(clock), ...more });
  return { client, asked, clock, table };
}

const question = { certificate: seal.certificate, issuer: issuing.certificate, usedAt: at };

describe('a revocation value', () => {
  test('comes from the first place that gives one', async () => {
    const { client, asked } = clientOf({ 'http://one.test/ocsp': away, 'http://two.test/ocsp': good });
    const { kind, responder } = await client.value(question);
    assert.deepEqual([kind, responder], ['ocsp', undefined]);
    assert.deepEqual(asked, ['http://one.test/ocsp', 'http://two.test/ocsp']);
  });

  test('is a list where no responder answers, or where lists are preferred', async () => {
    const answers = { 'http://two.test/issuing.crl': list(issuing), 'http://one.test/ocsp': good };
    const { 'http://one.test/ocsp': _, ...lists } = answers;
    assert.equal((await clientOf(lists).client.value(question)).kind, 'crl');
    assert.equal((await clientOf(answers, { prefer: 'crl' }).client.value(question)).kind, 'crl');
  });

  test('is asked for once while it is young, and again after that', async () => {
    const { client, asked, clock } = clientOf({ 'http://one.test/ocsp': ocsp({ kind: 'good' }, 180) });
    await Promise.all([client.value(question), client.value(question)]);
    await client.value(question);
    assert.equal(asked.length, 1);
    clock.time += 1.5 * hour;
    await client.value(question);
    assert.equal(asked.length, 2);
  });

  test('is the last one that still counts when everybody is away', async () => {
    const { client, clock, table } = clientOf({ 'http://one.test/ocsp': ocsp({ kind: 'good' }, 180) });
    const first = await client.value(question);
    table['http://one.test/ocsp'] = away;
    clock.time += 2 * hour;
    assert.deepEqual((await client.value(question)).bytes, first.bytes);
    clock.time += 2 * hour;
    await assert.rejects(client.value(question), { code: 'trust.revocation-unavailable' });
  });

  test('that is no good is passed over: old, of another, unknown, garbage', async () => {
    const answers: Readonly<Record<string, Answer>> = {
      old: ocsp({ kind: 'good' }, 60, 120),
      future: ocsp({ kind: 'good' }, 60, -30),
      unknown: ocsp({ kind: 'unknown' }),
      garbage: () => Buffer.from('no answer'),
      list: list(root),
    };
    for (const [name, answer] of Object.entries(answers)) {
      const { client } = clientOf({
        'http://one.test/ocsp': answer,
        'http://two.test/issuing.crl': list(issuing),
      });
      assert.equal((await client.value(question)).kind, 'crl', name);
    }
  });

  test('that revokes is the end, unless the certificate was used before', async () => {
    const revoked = {
      kind: 'revoked',
      revocationTime: new Date(at.getTime() - hour),
      reason: 'keyCompromise',
    } as const;
    for (const answers of [
      { 'http://one.test/ocsp': ocsp(revoked), 'http://two.test/ocsp': good },
      { 'http://two.test/issuing.crl': list(issuing, [seal.certificate]) },
    ]) {
      const { client } = clientOf(answers);
      await assert.rejects(client.value(question), { code: 'trust.certificate-revoked' });
      const earlier = { ...question, usedAt: new Date(at.getTime() - 2 * hour) };
      assert.ok((await client.value(earlier)).bytes.length > 0);
    }
  });

  test('from after the end of a certificate says nothing of it', async () => {
    const ended = issue('Ended', {
      by: issuing,
      notAfter: '2026-05-01',
      extensions: { ocspUrls: ['http://one.test/ocsp'] },
    });
    const { client } = clientOf({ 'http://one.test/ocsp': good });
    await assert.rejects(client.value({ ...question, certificate: ended.certificate }), {
      code: 'trust.revocation-impossible',
    });
  });

  test('is asked of no host that is not configured, and of none that rests', async () => {
    const { client, asked } = clientOf({});
    await assert.rejects(client.value(question), { code: 'trust.revocation-impossible' });
    const resting = clientOf({ 'http://one.test/ocsp': away, 'http://two.test/ocsp': away });
    for (let i = 0; i < 5; i++) {
      await assert.rejects(resting.client.value(question), { code: 'trust.revocation-unavailable' });
    }
    assert.equal(asked.length, 3);
    assert.equal(resting.asked.filter((url) => url === 'http://one.test/ocsp').length, 3);
  });

  test('carries the nonce of its own request where nonces are wanted', async () => {
    const nonces = new Set<string>();
    const watched: Answer = (body, now) => {
      nonces.add(Buffer.from(parseOcspRequest(body!).nonce!).toString('hex'));
      return good(body, now);
    };
    const { client } = clientOf({ 'http://one.test/ocsp': watched }, { nonce: true, reuseSeconds: 0 });
    await client.value(question);
    await client.value(question);
    assert.equal(nonces.size, 2);
  });
});

describe('validation data', () => {
  const anchors = [root.certificate];
  const subject = (candidates: readonly Certificate[] = [issuing.certificate]): ValidationSubject => ({
    certificate: seal.certificate.bytes,
    candidates: candidates.map(({ bytes }) => bytes),
    usedAt: at,
  });
  const answers = { 'http://one.test/ocsp': good, 'http://two.test/root.crl': list(root) };

  test('are the chain with its anchor and a value for each certificate below it, each once', async () => {
    const { client } = clientOf(answers);
    const data = await collectValidationData([subject(), subject()], { anchors, client });
    assert.deepEqual([data.certificates.length, data.ocspResponses.length, data.crls.length], [3, 1, 1]);
  });

  test('come with issuers that the document lacks, from hosts that are configured', async () => {
    const cer: Answer = () => issuing.certificate.bytes;
    const { client } = clientOf({ ...answers, 'http://one.test/issuing.cer': cer });
    const data = await collectValidationData([subject([])], { anchors, client });
    assert.equal(data.certificates.length, 3);
    const without = collectValidationData([subject([])], { anchors, client: clientOf(answers).client });
    await assert.rejects(without, { code: 'trust.no-path' });
  });

  test('are refused where the chain leads to no anchor', async () => {
    const other = issue('Other', { extensions: authority });
    const { client } = clientOf(answers);
    const data = collectValidationData([subject()], { anchors: [other.certificate], client });
    await assert.rejects(data, { code: 'trust.no-path' });
  });

  test('are those that the document holds where none can be had any more', async () => {
    const held = await collectValidationData([subject()], { anchors, client: clientOf(answers).client });
    const data = await collectValidationData([subject()], { anchors, client: clientOf({}).client, held });
    assert.deepEqual(data, held);
    const nothing = { certificates: [], ocspResponses: [], crls: [] };
    const without = collectValidationData([subject()], {
      anchors,
      client: clientOf({}).client,
      held: nothing,
    });
    await assert.rejects(without, { code: 'trust.revocation-impossible' });
  });
});
