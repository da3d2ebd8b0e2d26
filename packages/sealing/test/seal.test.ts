// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { SignetError } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import { type SealingParts, seal, sealDocHash } from '@signet/sealing';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { credential, holding, noTimeStamping, partsOf, processOf } from './parts.ts';

const document = makePdf({ bytes: 20_000, objects: 30 });

/** The test's credential, with something that happens whenever it signs. */
function whenSigning(happens: () => void): SigningCredential {
  return {
    ...credential!,
    async sign(request) {
      happens();
      return credential!.sign(request);
    },
  };
}

test('the intention comes before the key, the release after the check, and the record tells the result', async () => {
  const { parts, told, released } = partsOf(processOf());
  const held = holding(document);
  const { record, appended } = await seal(held, parts);
  assert.deepEqual(told, ['intended 1 seal', 'released 1']);
  assert.deepEqual(released, [record]);
  assert.equal(record.levelReached, 'B-B');
  assert.equal(record.timeStamp, null);
  assert.equal(record.sha256In, held.job.sha256In);
  const output = Buffer.concat([document, appended]);
  assert.equal(record.sha256Out, createHash('sha256').update(output).digest('hex'));
});

test('nothing is signed when the intention could not be stored', async () => {
  let signed = 0;
  const watched = whenSigning(() => {
    signed += 1;
  });
  const lost = new SignetError('seal.lease-lost', { job: 'test' });
  const { parts } = partsOf(processOf({}, undefined, watched), { record: lost });
  await assert.rejects(seal(holding(document), parts), { code: 'seal.lease-lost' });
  assert.equal(signed, 0);
});

test('a device that lies is caught before its value is embedded, and the attempt is lost', async () => {
  const lying = { ...credential!, sign: async () => Buffer.from('3006020101020101', 'hex') };
  const { parts, told } = partsOf(processOf({}, undefined, lying));
  await assert.rejects(seal(holding(document), parts), { code: 'device.wrong-signature' });
  assert.deepEqual(told, ['intended 1 seal', 'lost 1 device.wrong-signature']);
});

test('a release that is refused hands out nothing', async () => {
  const { parts, told } = partsOf(processOf(), {
    release: new SignetError('seal.attempt-not-live', { job: 'test' }),
  });
  await assert.rejects(seal(holding(document), parts), { code: 'seal.attempt-not-live' });
  assert.deepEqual(told, ['intended 1 seal', 'lost 1 seal.attempt-not-live']);
});

test('an output that is not what arrived plus a seal is never released', async () => {
  const { parts, told } = partsOf(processOf());
  const held = holding(document);
  const other = { ...held, document: { ...held.document, sha256: '0'.repeat(64) } };
  await assert.rejects(seal(other, parts), (error: SignetError) => error.code.startsWith('ades.check-'));
  assert.equal(told.at(0), 'intended 1 seal');
  assert.match(told.at(1) ?? '', /^lost 1 ades\.check-/);
});

test('an output that failed its check is removed from where it was written', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'signet-seal-'));
  after(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'output.pdf');
  let discarded = false;
  const discard = async () => {
    discarded = true;
  };
  const { parts, told } = partsOf(processOf());
  const broken: SealingParts = {
    ...parts,
    keep: async (held, appended) => {
      const bytes = Buffer.concat([(held.document as { bytes: Uint8Array }).bytes, appended]);
      bytes[100] = (bytes[100] ?? 0) ^ 1;
      writeFileSync(path, bytes);
      return { path, blob: null, discard };
    },
  };
  await assert.rejects(seal(holding(document), broken), (error: SignetError) =>
    error.code.startsWith('ades.check-'),
  );
  assert.ok(discarded);
  assert.ok(!told.includes('released 1'));
});

test('a time-stamping authority that is away is a retryable error by default', async () => {
  const { parts, told } = partsOf(processOf({ level: 'B-T' }, noTimeStamping));
  await assert.rejects(seal(holding(document), parts), { code: 'tsa.unavailable' });
  assert.deepEqual(told, ['intended 1 seal', 'lost 1 tsa.unavailable']);
});

test('where the process says so the level is lowered, and the record says it', async () => {
  const lower = processOf(
    { level: 'B-T', timeStamp: { pool: 'standard', whenUnavailable: 'lower' } },
    noTimeStamping,
  );
  const { record } = await seal(holding(document), partsOf(lower).parts);
  assert.equal(record.levelWanted, 'B-T');
  assert.equal(record.levelReached, 'B-B');
  assert.ok(record.warnings.some((warning) => warning.startsWith('level-lowered')));
});

test('a hole that is too small is settled by a second attempt before a time-stamp is asked for', async () => {
  let asked = 0;
  let expected = 0;
  const growing = {
    expectedTokenBytes: () => expected,
    stamp: async () => {
      asked += 1;
      throw new SignetError('tsa.unavailable', { pool: 'standard', reasons: 'none answered' });
    },
  };
  // The hole is sized before the key is used; then a token of another size is seen, so that the hole does not fit any more.
  const grown = whenSigning(() => {
    expected = 20_000;
  });
  const process = processOf(
    { level: 'B-T', timeStamp: { pool: 'standard', whenUnavailable: 'lower' } },
    growing,
    grown,
  );
  const { parts, told } = partsOf(process);
  const { record } = await seal(holding(document), parts);
  assert.equal(record.levelReached, 'B-B');
  assert.equal(asked, 1);
  assert.deepEqual(told, ['intended 1 seal', 'intended 2 seal', 'released 2']);
});

test('hash transfer gives a CMS for the caller’s hole and says that the content was not seen', async () => {
  const { parts, told } = partsOf(processOf());
  const { job, lease } = holding(document);
  const docHash = createHash('sha256').update('signed bytes').digest();
  const held = { job, lease, docHash, reservedBytes: 8000 };
  const { record, cms } = await sealDocHash(held, { ...parts, keepCms: async () => null });
  assert.ok(cms.length < 8000);
  assert.equal(record.sha256Out, null);
  assert.ok(record.warnings.includes('content-not-seen'));
  assert.deepEqual(told, ['intended 1 seal', 'released 1']);
});

test('a caller’s hole that is too small is refused before the key is used', async () => {
  const { parts, told } = partsOf(processOf());
  const { job, lease } = holding(document);
  const held = { job, lease, docHash: Buffer.alloc(32), reservedBytes: 100 };
  await assert.rejects(sealDocHash(held, { ...parts, keepCms: async () => null }), {
    code: 'seal.hole-too-small',
  });
  assert.deepEqual(told, []);
});

test('an algorithm that the credential does not offer is told when the process is joined', () => {
  assert.throws(() => processOf({ signatureAlgorithm: 'rsa-pss-sha256' }), { code: 'seal.credential-unfit' });
});
