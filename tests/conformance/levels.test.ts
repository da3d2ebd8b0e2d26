// SPDX-License-Identifier: Apache-2.0
// Every level by every way: sealed at it, or augmented to it from each level below, for each kind of key and file.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { readSecurityStore } from '@signet/ades/pades';
import { memorySource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { parseCertificate, readCertificateBytes } from '@signet/pkix';
import type { DemoPki } from '@signet/qtsp';
import type { SealLevel } from '@signet/sealing';
import { type ValidationReport, validatePdf } from '@signet/validation';
import { type DemoSealer, type DemoSealerOptions, demoPkiIn, demoSealer } from '../testkit/demo-seal.ts';
import { makePdf } from '../testkit/pdf-files.ts';

const scratch = mkdtempSync(join(tmpdir(), 'signet-levels-'));
const levels: readonly SealLevel[] = ['B-B', 'B-T', 'B-LT', 'B-LTA'];
const credentials = ['seal-p256', 'seal-rsa3072'] as const;
const kinds = ['table', 'stream'] as const;
const sealers = new Map<string, DemoSealer>();
let pki: DemoPki;

before(async () => {
  pki = await demoPkiIn(join(scratch, 'pki'), ['p256', 'rsa3072']);
});
after(async () => {
  for (const sealer of sealers.values()) await sealer.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function sealerOf(options: DemoSealerOptions): Promise<DemoSealer> {
  const key = JSON.stringify(options);
  const sealer = sealers.get(key) ?? (await demoSealer(pki, options));
  sealers.set(key, sealer);
  return sealer;
}

/** What our validator says with the anchor alone: from B-LT on, revocation has to be in the file. */
function judged(output: Uint8Array, level: SealLevel): ValidationReport {
  const carried = level === 'B-LT' || level === 'B-LTA';
  return validatePdf(memorySource(output), {
    trustAnchors: readCertificateBytes(readFileSync(pki.rootFile)),
    at: new Date(),
    policy: { revocation: carried ? 'required' : 'if-present' },
  });
}

function assertLevel(output: Uint8Array, base: Uint8Array, level: SealLevel): ValidationReport {
  assert.ok(output.subarray(0, base.length).every((byte, i) => byte === base[i]));
  const report = judged(output, level);
  assert.equal(report.indication, 'TOTAL_PASSED', JSON.stringify(report, undefined, 1));
  for (const signature of report.signatures) assert.equal(signature.level, level);
  return report;
}

for (const credential of credentials) {
  for (const kind of kinds) {
    describe(`${credential}, cross-reference ${kind}`, () => {
      const base = makePdf({ kind, pages: 2 });
      for (const level of levels) {
        test(`sealed at ${level}`, async () => {
          const sealer = await sealerOf({ credential, level });
          const output = await sealer.seal(base);
          assertLevel(output, base, level);
        });
        for (const to of levels.slice(Math.max(levels.indexOf(level) + 1, 1))) {
          test(`augmented from ${level} to ${to}`, async () => {
            const sealer = await sealerOf({ credential, level });
            const sealed = await sealer.seal(base);
            const { output, levelBefore, levelReached } = await sealer.augment(
              sealed,
              to as Exclude<SealLevel, 'B-B'>,
            );
            assert.deepEqual([levelBefore, levelReached], [level, to]);
            assertLevel(output, sealed, to);
          });
        }
      }
    });
  }
}

describe('an archived document', () => {
  const base = makePdf();
  test('is archived again, however often', async () => {
    const sealer = await sealerOf({ level: 'B-LTA' });
    let output: Buffer = await sealer.seal(base);
    for (const times of [2, 3, 4]) {
      const earlier = output;
      ({ output } = await sealer.augment(earlier, 'B-LTA'));
      const report = assertLevel(output, earlier, 'B-LTA');
      assert.equal(report.documentTimeStamps.length, times);
    }
  });

  test('takes a second seal, which leaves the first as it was', async () => {
    const sealer = await sealerOf({ level: 'B-LTA' });
    const once = await sealer.seal(base);
    const report = assertLevel(await sealer.seal(once), once, 'B-LTA');
    assert.deepEqual(
      report.signatures.map(({ changes }) => changes.kind),
      ['allowed', 'allowed'],
    );
  });

  test('takes a second seal though the store holds all it needs, and a level that says so', async () => {
    const sealer = await sealerOf({ level: 'B-LT' });
    const twice = await sealer.seal(await sealer.seal(base));
    const pdf = openPdf(memorySource(twice));
    assert.equal(pdf.lookupDict(pdf.lookupDict(pdf.catalog, 'DSS')!, 'VRI')?.keys().length, 1);
    await assert.rejects(sealer.augment(twice, 'B-LT'), { code: 'ades.level-reached' });
  });
});

describe('the security store', () => {
  const base = makePdf();
  test('holds each value once: chains of signer, authority and responder, a value for each certificate', async () => {
    const output = await (await sealerOf({ level: 'B-LT' })).seal(base);
    const { certificates, ocspResponses, crls } = readSecurityStore(openPdf(memorySource(output)))!;
    const names = certificates.map((bytes) => parseCertificate(bytes).subject.attribute('CN'));
    assert.equal(new Set(names).size, names.length);
    assert.equal(names.length, 5, names.join());
    assert.deepEqual([ocspResponses.length, crls.length], [2, 1]);
  });

  test('has VRI dictionaries where they are wanted', async () => {
    const without = openPdf(memorySource(await (await sealerOf({ level: 'B-LT' })).seal(base)));
    assert.equal(without.lookupDict(without.lookupDict(without.catalog, 'DSS')!, 'VRI'), undefined);
    const output = await (await sealerOf({ level: 'B-LTA', vri: true })).seal(base);
    const pdf = openPdf(memorySource(output));
    const vri = pdf.lookupDict(pdf.lookupDict(pdf.catalog, 'DSS')!, 'VRI')!;
    assert.equal(vri.keys().length, 1);
    assert.match(vri.keys()[0]!, /^[0-9A-F]{40}$/);
    assertLevel(output, base, 'B-LTA');
  });
});

describe('what cannot be augmented is refused before a time-stamp is spent', () => {
  test('a document without a signature', async () => {
    const sealer = await sealerOf({ level: 'B-T' });
    await assert.rejects(sealer.augment(makePdf(), 'B-LT'), { code: 'ades.nothing-to-augment' });
  });
  test('a level that is reached', async () => {
    const sealer = await sealerOf({ level: 'B-LT' });
    const sealed = await sealer.seal(makePdf());
    await assert.rejects(sealer.augment(sealed, 'B-T'), { code: 'ades.level-reached' });
  });
  test('a broken signature', async () => {
    const sealer = await sealerOf({ level: 'B-T' });
    const sealed = await sealer.seal(makePdf());
    sealed[20] = (sealed[20] ?? 0) ^ 1;
    await assert.rejects(sealer.augment(sealed, 'B-LT'));
  });
});
