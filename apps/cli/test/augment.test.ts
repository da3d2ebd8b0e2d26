// SPDX-License-Identifier: Apache-2.0
// `signet seal --level B-LT|B-LTA` and `signet augment`, with the demo's running trust services, without any server.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ValidationReport } from '@signet/validation';
import { signet } from '../../../tests/testkit/command-line.ts';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { startTestTrust, type TestTrust } from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let folder: string;

before(async () => {
  trust = await startTestTrust();
  folder = mkdtempSync(join(tmpdir(), 'signet-cli-'));
  writeFileSync(join(folder, 'a.pdf'), makePdf({ bytes: 5000 }));
});
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await trust.close();
});

const credential = () => [
  '--p12',
  trust.pki.pkcs12File('seal-p256'),
  '--password-file',
  trust.pki.pkcs12PasswordFile,
];
const tsa = () => ['--tsa', trust.qtsp.timeStampUrl, '--ca', trust.pki.rootFile];
const lasting = () => [
  ...tsa(),
  '--trust',
  trust.pki.rootFile,
  '--revocation-host',
  new URL(trust.qtsp.httpUrl).host,
];
const run = (...args: readonly string[]) => signet(args, { cwd: folder });

/** What `validate` says with the anchor alone: revocation has to be in the file. */
async function judged(file: string): Promise<ValidationReport> {
  const { stdout } = await run('validate', '--json', '--trust', trust.pki.rootFile, file);
  return JSON.parse(stdout) as ValidationReport;
}

test('seals at B-LTA, and augment archives the document once more', async () => {
  const sealed = await run(
    'seal',
    ...credential(),
    '--level',
    'B-LTA',
    ...lasting(),
    '--out',
    'one',
    'a.pdf',
  );
  assert.equal(sealed.code, 0, sealed.stdout + sealed.stderr);
  const first = await judged('one/a.pdf');
  assert.deepEqual([first.indication, first.signatures[0]?.level], ['TOTAL_PASSED', 'B-LTA']);
  const renewed = await run('augment', '--level', 'B-LTA', ...lasting(), '--out', 'two', 'one/a.pdf');
  assert.equal(renewed.code, 0, renewed.stdout + renewed.stderr);
  const second = await judged('two/a.pdf');
  assert.deepEqual([second.indication, second.documentTimeStamps.length], ['TOTAL_PASSED', 2]);
  const [before, after] = [readFileSync(join(folder, 'one/a.pdf')), readFileSync(join(folder, 'two/a.pdf'))];
  assert.ok(after.subarray(0, before.length).equals(before));
});

test('takes a B-B seal to B-LT, and says of a level that is reached that it is', async () => {
  await run('seal', ...credential(), '--out', 'b-b', 'a.pdf');
  const augmented = await run(
    'augment',
    '--json',
    '--level',
    'B-LT',
    ...lasting(),
    '--out',
    'b-lt',
    'b-b/a.pdf',
  );
  assert.equal(augmented.code, 0, augmented.stdout + augmented.stderr);
  assert.equal(JSON.parse(augmented.stdout).level, 'B-LT');
  const again = await run(
    'augment',
    '--json',
    '--level',
    'B-LT',
    ...lasting(),
    '--out',
    'again',
    'b-lt/a.pdf',
  );
  assert.equal(again.code, 1);
  assert.equal(JSON.parse(again.stdout).error.code, 'ades.level-reached');
});

test('needs the parts of the level, and asks nobody who was not named', async () => {
  const without = await run('augment', '--level', 'B-LT', ...tsa(), '--out', 'x', 'a.pdf');
  assert.deepEqual(
    [without.code, /config\.level-needs-trust/.test(without.stderr)],
    [2, true],
    without.stderr,
  );
  const unnamed = await run(
    'seal',
    '--json',
    ...credential(),
    '--level',
    'B-LT',
    ...tsa(),
    '--trust',
    trust.pki.rootFile,
    '--out',
    'y',
    'a.pdf',
  );
  assert.equal(unnamed.code, 1);
  assert.equal(JSON.parse(unnamed.stdout).error.code, 'trust.revocation-impossible');
});
