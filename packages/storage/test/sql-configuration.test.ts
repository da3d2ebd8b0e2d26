// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { before, describe, it } from 'node:test';
import { uuidv7 } from '@signet/base';
import type { Batch, IdentityRequest } from '@signet/sealing';
import type { Database } from '../src/sql/index.ts';
import {
  aHash,
  aJob,
  anIntention,
  aRecord,
  arriveNew,
  blob,
  durable,
  problem,
  process,
} from './conformance/under-test.ts';
import { administratorOf, postgresFixture, query } from './postgres-fixture.ts';

const postgres = postgresFixture();
let database: Database;
before(async () => {
  database = await postgres.open();
});

/** Kinds and facts of the audit events so far. */
async function events(): Promise<{ kind: string; facts: Record<string, unknown> }[]> {
  const [rows] = await query(administratorOf(postgres.address.owner), [
    'select body from signet.audit order by writer_id, sequence',
  ]);
  return rows!.map((row) => JSON.parse(row.body as string));
}

describe('configuration', () => {
  it('numbers the versions of a process and keeps each', async () => {
    const { configurations } = database;
    const first = await configurations.process(1, process);
    assert.equal(first?.version, 1);
    const changed = { ...first.configuration, description: 'changed' };
    assert.equal((await configurations.applyProcess(1, changed, 'anna')).version, 2);
    assert.equal(
      (await configurations.applyProcess(1, changed, 'anna')).version,
      2,
      'the same makes no version',
    );
    assert.deepEqual((await configurations.process(1, process))?.configuration, changed);
    assert.deepEqual((await configurations.process(1, process, 1))?.configuration, first.configuration);
    assert.equal(await configurations.process(1, process, 3), undefined);
    assert.equal(await configurations.process(1, 'unknown'), undefined);
    await configurations.applyProcess(1, { ...changed, process: 'another' }, 'anna');
    assert.deepEqual(
      (await configurations.processes(1)).map((version) => [version.configuration.process, version.version]),
      [
        ['another', 1],
        [process, 2],
      ],
    );
    const { facts } = (await events()).find(
      (event) => event.kind === 'configuration.changed' && event.facts.version === 2,
    )!;
    assert.deepEqual(facts, { what: 'process', name: process, version: 2, by: 'anna' });
  });

  it('gives one version to many that apply at once', async () => {
    const others = await Promise.all([postgres.open(), postgres.open(), postgres.open()]);
    const { configuration } = (await database.configurations.process(1, process))!;
    const versions = await Promise.all(
      others.map(({ configurations }, index) =>
        configurations.applyProcess(
          1,
          { ...configuration, process: 'raced', description: `${index % 2}` },
          'anna',
        ),
      ),
    );
    assert.ok(versions.every(({ version }) => version <= 3));
    assert.deepEqual((await database.configurations.process(1, 'raced', 1))?.version, 1);
    await Promise.all(others.map((other) => other.close()));
  });

  it('keeps credentials, pools and anchors by name', async () => {
    const { configurations } = database;
    const credential = {
      name: 'seal',
      device: 'pkcs12',
      location: '/keys/seal.p12',
      secret: 'file:/keys/pin',
    } as const;
    await configurations.applyCredential(1, credential, 'anna');
    await configurations.applyCredential(1, { ...credential, location: '/new' }, 'anna');
    assert.deepEqual(await configurations.credential(1, 'seal'), { ...credential, location: '/new' });
    assert.equal(await configurations.credential(1, 'none'), undefined);
    const pool = {
      name: 'tsa',
      authorities: [{ name: 'a', url: 'https://tsa.example/', allowPlain: false, timeoutSeconds: 10 }],
    };
    await configurations.applyTimeStampPool(1, pool, 'anna');
    assert.deepEqual(await configurations.timeStampPool(1, 'tsa'), pool);
    const anchor = randomBytes(300);
    await configurations.applyTrustAnchor(1, 'root', anchor, 'anna');
    assert.deepEqual(
      (await configurations.trustAnchors(1)).map((der) => Buffer.from(der)),
      [anchor],
    );
  });
});

describe('identities', () => {
  const request = (name: string): IdentityRequest => ({
    name,
    scopes: ['seal', 'validate'],
    processes: ['invoices'],
    expiresAt: null,
  });

  it('knows a token by its secret until it is revoked', async () => {
    const { identities } = database;
    const { identity, secret } = await identities.createToken(1, request('erp'), 'anna');
    assert.match(secret, /^sgt_[A-Za-z0-9_-]{43}$/);
    assert.deepEqual(await identities.findByToken(secret), identity);
    assert.equal(await identities.findByToken(`${secret}x`), undefined);
    assert.equal(await identities.findByToken(''), undefined);
    await assert.rejects(identities.createToken(1, request('erp'), 'anna'), { code: 'storage.name-taken' });
    await identities.revoke(1, 'erp', 'anna');
    assert.equal(await identities.findByToken(secret), undefined);
    assert.ok((await identities.list(1)).some(({ name, revokedAt }) => name === 'erp' && revokedAt !== null));
    await assert.rejects(identities.revoke(1, 'nobody', 'anna'), { code: 'storage.unknown-name' });
    const [rows] = await query(administratorOf(postgres.address.owner), [
      'select row_to_json(i)::text as text from signet.identity i',
    ]);
    assert.ok(
      rows!.every((row) => !(row.text as string).includes(secret)),
      'the secret is not stored',
    );
    const kinds = (await events()).filter(({ facts }) => facts.name === 'erp').map(({ kind }) => kind);
    assert.deepEqual(kinds, ['identity.created', 'identity.revoked']);
  });

  it('knows a token that has expired, so that its holder can be told', async () => {
    const expiresAt = new Date(Date.now() - 1000);
    const { secret } = await database.identities.createToken(1, { ...request('old'), expiresAt }, 'anna');
    assert.deepEqual((await database.identities.findByToken(secret))?.expiresAt, expiresAt);
  });

  it('knows a certificate by its fingerprint, and only as a certificate', async () => {
    const { identities } = database;
    const fingerprint = aHash();
    const identity = await identities.registerCertificate(
      1,
      { ...request('client'), processes: '*' },
      fingerprint,
      'anna',
    );
    assert.deepEqual(await identities.findByCertificate(fingerprint), identity);
    assert.equal(await identities.findByCertificate(aHash()), undefined);
    assert.equal(await identities.findByCertificate('nonsense'), undefined);
    await assert.rejects(identities.registerCertificate(1, request('twin'), fingerprint, 'anna'), {
      code: 'storage.name-taken',
    });
  });

  it('redeems an enrolment code once, and only in time', async () => {
    const { identities } = database;
    const soon = new Date(Date.now() + 60_000);
    const { code } = await identities.createEnrolmentCode(1, request('branch'), soon, 'anna');
    assert.deepEqual(await identities.findEnrolmentCode(code), { tenant: 1, request: request('branch') });
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => identities.redeemEnrolmentCode(code, aHash())),
    );
    assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
    const refused = { code: 'access.enrolment-code' };
    await assert.rejects(identities.redeemEnrolmentCode(code, aHash()), refused);
    assert.equal(await identities.findEnrolmentCode(code), undefined);
    const late = await identities.createEnrolmentCode(
      1,
      request('late'),
      new Date(Date.now() - 1000),
      'anna',
    );
    await assert.rejects(identities.redeemEnrolmentCode(late.code, aHash()), refused);
    await assert.rejects(identities.redeemEnrolmentCode('sge_unknown', aHash()), refused);
  });

  it('keeps a code good whose identity cannot be made', async () => {
    const { identities } = database;
    const { code } = await identities.createEnrolmentCode(
      1,
      request('again'),
      new Date(Date.now() + 60_000),
      'anna',
    );
    const taken = aHash();
    await identities.registerCertificate(1, request('holder'), taken, 'anna');
    await assert.rejects(identities.redeemEnrolmentCode(code, taken), { code: 'storage.name-taken' });
    assert.equal((await identities.redeemEnrolmentCode(code, aHash())).name, 'again');
  });
});

describe('batches', () => {
  const aBatch = (count: number) => {
    const id = uuidv7();
    const jobs = Array.from({ length: count }, (_, index) => ({
      job: aJob({ batch: id, channel: 'batch', documentName: `${index}.pdf` }),
      input: blob(),
    }));
    const documents = [
      ...jobs.map(({ job }, index) => ({ name: `${index}.pdf`, job: job.id })),
      { name: 'bad.txt', problem: problem('general.memory') },
    ];
    const batch: Batch = { id, tenant: 1, process, identity: 'erp', createdAt: new Date(), documents };
    return { batch, jobs };
  };

  it('stores a batch with its jobs, and gives it again for the same key and body', async () => {
    const { batches, jobs } = database;
    const one = aBatch(3);
    const key = { key: uuidv7(), bodySha256: aHash() };
    assert.deepEqual(await batches.create(one.batch, one.jobs, key), one.batch);
    assert.deepEqual(await batches.batch(1, one.batch.id), one.batch);
    assert.equal(await batches.batch(2, one.batch.id), undefined);
    assert.equal(await batches.batch(1, uuidv7()), undefined);
    assert.equal(
      (
        await jobs.views(
          1,
          one.jobs.map(({ job }) => job.id),
        )
      ).length,
      3,
    );
    const two = aBatch(2);
    assert.deepEqual(await batches.create(two.batch, two.jobs, key), one.batch);
    assert.equal(await jobs.view(1, two.jobs[0]!.job.id), undefined);
    await assert.rejects(batches.create(two.batch, two.jobs, { ...key, bodySha256: aHash() }), {
      code: 'request.idempotency-mismatch',
    });
    await assert.rejects(jobs.arrive(aJob({ idempotency: key }), durable()), {
      code: 'request.idempotency-mismatch',
    });
  });

  it('stores nothing of a batch of which something cannot be stored', async () => {
    const { batch, jobs } = aBatch(2);
    jobs[1] = { ...jobs[1]!, job: { ...jobs[1]!.job, process: 'unknown' } };
    await assert.rejects(database.batches.create(batch, jobs), { code: 'storage.unknown-name' });
    assert.equal(await database.batches.batch(1, batch.id), undefined);
    assert.equal(await database.jobs.view(1, jobs[0]!.job.id), undefined);
  });

  it('takes a batch without documents and one of a thousand', async () => {
    const empty = { ...aBatch(0).batch, documents: [] };
    await database.batches.create(empty, []);
    assert.deepEqual(await database.batches.batch(1, empty.id), empty);
    const large = aBatch(1000);
    await database.batches.create(large.batch, large.jobs);
    assert.equal((await database.batches.batch(1, large.batch.id))?.documents.length, 1001);
  });
});

describe('audit', () => {
  it('verifies after personal values were erased, and no more after a change', async () => {
    const { jobs, audit } = database;
    const job = aJob({ documentName: 'Jan Kowalski.pdf' });
    const attempt = await jobs.recordIntention(await arriveNew(jobs, job, durable()), anIntention());
    await jobs.release(attempt, aRecord(job), null);
    const before = await audit.verify(1);
    assert.deepEqual(before.faults, []);
    assert.ok(before.commitments > 0);
    const bodies = JSON.stringify(await events());
    assert.ok(!bodies.includes('Kowalski'), 'the chain holds no clear value');
    assert.equal(await audit.erasePersonal(1, { job: job.id }), 1);
    const after = await audit.verify(1);
    assert.deepEqual([after.faults, after.commitments], [[], before.commitments - 1]);
    assert.equal((await jobs.view(1, job.id))?.job.documentName, undefined);

    const admin = administratorOf(postgres.address.owner);
    const link = `(select writer_id, sequence from signet.audit where job_id = '${job.id}' order by sequence limit 1)`;
    const reasons = async (change: string, undo: string) => {
      await query(admin, [change]);
      const { faults } = await audit.verify(1);
      await query(admin, [undo]);
      return faults.map(({ reason }) => reason);
    };
    const where = `where (writer_id, sequence) = ${link}`;
    assert.deepEqual(
      await reasons(
        `update signet.audit set body = replace(body, 'rest', 'tser') ${where}`,
        `update signet.audit set body = replace(body, 'tser', 'rest') ${where}`,
      ),
      ['hash', 'order'],
    );
    assert.deepEqual((await audit.verify(1)).faults, []);
    assert.deepEqual(
      await reasons(
        `update signet.audit_personal set value = value || 'x'`,
        `update signet.audit_personal set value = left(value, -1)`,
      ).then((all) => new Set(all)),
      new Set(['commitment']),
    );
  });

  it('goes on with a chain after its end was forgotten, and appends what it is told', async () => {
    const writer = 'chain';
    for (const round of [1, 2]) {
      const again = await postgres.open({ writer });
      await again.audit.append(1, [{ kind: 'node.started', facts: { round } }]);
      await again.close();
    }
    assert.deepEqual((await database.audit.verify(1)).faults, []);
    const mine = (await events()).filter(
      (event) => (event as unknown as { writer: string }).writer === writer,
    );
    assert.deepEqual(
      mine.map((event) => event.facts.round),
      [1, 2],
    );
  });

  it('keeps house: values whose keeping ended, keys that ran out', async () => {
    const idempotency = { key: uuidv7(), bodySha256: aHash() };
    const job = aJob({ documentName: 'old.pdf', idempotency });
    await arriveNew(database.jobs, job, durable());
    await query(administratorOf(postgres.address.owner), [
      'update signet.audit_personal set keep_until = now()',
      'update signet.batch_document set keep_until = now()',
      'update signet.idempotency_key set expires_at = now()',
    ]);
    await database.housekeeping();
    assert.equal((await database.jobs.view(1, job.id))?.job.documentName, undefined);
    assert.equal(
      (await database.jobs.arrive(aJob({ idempotency: { ...idempotency, bodySha256: aHash() } }), durable()))
        .kind,
      'new',
    );
    const [rows] = await query(administratorOf(postgres.address.owner), [
      "select count(*)::int as n from signet.batch_document where name <> ''",
    ]);
    assert.deepEqual(rows, [{ n: 0 }]);
    assert.deepEqual((await database.audit.verify(1)).faults, []);
  });
});

describe('metrics', () => {
  it('tells what the operator asks', async () => {
    const metrics = await database.metrics();
    assert.ok(metrics.databaseBytes > 0 && metrics.commits > 0 && metrics.committedCalls >= metrics.commits);
    assert.deepEqual(await database.tenants(), [{ id: 1, name: 'default' }]);
    const job = aJob();
    const input = blob();
    await arriveNew(database.jobs, job, durable(input));
    assert.deepEqual(await database.knownBlobs(1, [input.id, uuidv7()]), new Set([input.id]));
  });
});
