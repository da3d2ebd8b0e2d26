// SPDX-License-Identifier: Apache-2.0
// What the demo sealed by folder, by hash, by REST and as a batch is accepted by validators that are not ours.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { dss, popplerAccepts, pyhanko, qpdfComplaints } from '../testkit/oracle.ts';
import { withoutShared } from '../testkit/shared.ts';

const root = join(import.meta.dirname, '..', '..');
const scratch = mkdtempSync(join(tmpdir(), 'signet-demo-'));
const demo = join(scratch, 'demo');
const trust = join(demo, 'pki', 'root.pem');
let sealed: readonly string[] = [];

before(() => {
  if (withoutShared) return;
  const entry = join(root, 'apps', 'cli', 'src', 'main.ts');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [entry, 'demo', '--dir', demo, '--base-port', '28440', '--once'],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, `${stdout}${stderr}`);
  sealed = globSync(['exchange/*/out/*.pdf', 'rest/*.pdf', 'rest/batch/*.pdf'], { cwd: demo }).map((path) =>
    join(demo, path),
  );
});
after(() => rmSync(scratch, { recursive: true, force: true }));

test('the demo seals three documents by four ways', { skip: withoutShared }, () => {
  assert.equal(sealed.length, 12);
});

test('EU DSS: TOTAL_PASSED, PAdES-BASELINE-T, without a doubt', { skip: withoutShared }, async () => {
  const validator = dss(
    trust,
    ['root.crl', 'issuing.crl'].map((name) => join(demo, 'pki', name)),
  );
  for (const file of sealed) {
    const { signatures = [], doubts, error } = await validator.ask(file);
    assert.equal(error, undefined, file);
    assert.deepEqual(
      [signatures.length, signatures[0]?.indication, signatures[0]?.format],
      [1, 'TOTAL_PASSED', 'PAdES-BASELINE-T'],
      file,
    );
    assert.deepEqual(doubts, [], file);
  }
  validator.close();
});

test('pyHanko: intact, valid, trusted, the whole file covered', { skip: withoutShared }, async () => {
  const validator = pyhanko(trust);
  for (const file of sealed) {
    const { ok, signatures = [] } = await validator.ask(file);
    assert.deepEqual(
      [ok, signatures[0]?.coverage, signatures[0]?.modificationLevel],
      [true, 'ENTIRE_FILE', 'NONE'],
      file,
    );
  }
  validator.close();
});

test('poppler accepts them, and qpdf is silent', { skip: withoutShared }, () => {
  for (const file of sealed) {
    assert.ok(popplerAccepts(file), file);
    assert.deepEqual(qpdfComplaints(file), [], file);
  }
});
