// SPDX-License-Identifier: Apache-2.0
// Documents that outlived the certificates of their seals: what was provided for in time can be renewed.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Clock, memorySource, systemClock } from '@signet/base';
import { readCertificateBytes } from '@signet/pkix';
import type { DemoPki } from '@signet/qtsp';
import { validatePdf } from '@signet/validation';
import { type DemoSealer, demoPkiIn, demoSealer } from '../testkit/demo-seal.ts';
import { inProcessTimeStamps, inProcessValidationData } from '../testkit/demo-services.ts';
import { makePdf } from '../testkit/pdf-files.ts';

const day = 86_400_000;
const scratch = mkdtempSync(join(tmpdir(), 'signet-expired-'));
const sealers: DemoSealer[] = [];
let pki: DemoPki;

/** Seal certificates of the demo last 730 days: so long ago that they have ended, and each look is a second later. */
let past = Date.now() - 740 * day;
const pastClock: Clock = {
  now() {
    past += 1000;
    return new Date(past);
  },
};

before(async () => {
  pki = await demoPkiIn(join(scratch, 'pki'), ['p256'], undefined, pastClock);
});
after(async () => {
  for (const sealer of sealers) await sealer.close();
  rmSync(scratch, { recursive: true, force: true });
});

async function sealerAt(clock: Clock, level: 'B-B' | 'B-T' | 'B-LTA'): Promise<DemoSealer> {
  const timeStamping = inProcessTimeStamps(pki, clock);
  const validationData = inProcessValidationData(pki, clock);
  const sealer = await demoSealer(pki, { level, timeStamping, validationData });
  sealers.push(sealer);
  return sealer;
}

test('an archived document is archived again after its certificate has ended', async () => {
  const archived = await (await sealerAt(pastClock, 'B-LTA')).seal(makePdf());
  pki.publishRevocationLists(systemClock);
  const { output, levelReached } = await (await sealerAt(systemClock, 'B-LTA')).augment(archived, 'B-LTA');
  assert.equal(levelReached, 'B-LTA');
  const report = validatePdf(memorySource(output), {
    trustAnchors: readCertificateBytes(readFileSync(pki.rootFile)),
    at: new Date(),
  });
  assert.equal(report.documentTimeStamps.length, 2);
  assert.deepEqual([report.indication, report.signatures[0]?.level], ['TOTAL_PASSED', 'B-LTA']);
});

test('a document that was only time-stamped comes too late: nobody tells any more whether it was revoked', async () => {
  const stamped = await (await sealerAt(pastClock, 'B-T')).seal(makePdf());
  const now = await sealerAt(systemClock, 'B-T');
  await assert.rejects(now.augment(stamped, 'B-LT'), { code: 'trust.revocation-impossible' });
});

test('a document without a time-stamp still gets one, which proves nothing of its certificate’s time', async () => {
  const sealed = await (await sealerAt(pastClock, 'B-B')).seal(makePdf());
  const now = await sealerAt(systemClock, 'B-T');
  const { output, levelReached } = await now.augment(sealed, 'B-T');
  assert.equal(levelReached, 'B-T');
  assert.equal(output.subarray(0, sealed.length).equals(sealed), true);
  await assert.rejects(now.augment(sealed, 'B-LT'), { code: 'trust.no-path' });
});
