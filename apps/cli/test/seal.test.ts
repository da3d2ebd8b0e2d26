// SPDX-License-Identifier: Apache-2.0
// `signet seal` and `signet validate`, with a demo PKI and its time-stamping authority, without any server.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ValidationReport } from '@signet/validation';
import { type CommandResult, signet } from '../../../tests/testkit/command-line.ts';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { startTestTrust, type TestTrust } from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let folder: string;

before(async () => {
  trust = await startTestTrust();
  folder = mkdtempSync(join(tmpdir(), 'signet-cli-'));
  for (const name of ['a.pdf', 'b.pdf', 'ż ó.pdf'])
    writeFileSync(join(folder, name), makePdf({ bytes: 5000 + name.length }));
  writeFileSync(join(folder, 'no.pdf'), 'no PDF');
});

after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await trust.close();
});

/** Seals with the demo's P-256 credential. */
function seal(args: readonly string[]): Promise<CommandResult> {
  const { pki } = trust;
  const credential = ['--p12', pki.pkcs12File('seal-p256'), '--password-file', pki.pkcs12PasswordFile];
  return signet(['seal', ...credential, ...args], { cwd: folder });
}

/** `validate --json` with the demo's root and lists: its reports. */
async function validate(args: readonly string[]): Promise<{ code: number; reports: readonly Report[] }> {
  const { code, stdout } = await signet(['validate', '--json', ...args], { cwd: folder });
  return {
    code,
    reports: stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Report),
  };
}

type Report = ValidationReport & {
  readonly file: string;
  readonly error?: { readonly code: string; readonly message: string };
};

const anchor = () => ['--trust', trust.pki.rootFile];
const lists = () =>
  (['root', 'issuing'] as const).flatMap((name) => ['--crl', trust.pki.revocationListFile(name)]);

describe('signet seal', () => {
  it('seals B-B, and leaves the bytes that were there', async () => {
    const { code, stdout } = await seal(['--out', 'b-b', 'a.pdf', 'ż ó.pdf']);
    assert.equal(code, 0, stdout);
    for (const name of ['a.pdf', 'ż ó.pdf']) {
      const [before, sealed] = [readFileSync(join(folder, name)), readFileSync(join(folder, 'b-b', name))];
      assert.ok(before.equals(sealed.subarray(0, before.length)));
      const { reports } = await validate([...anchor(), ...lists(), join('b-b', name)]);
      assert.equal(reports[0]?.indication, 'TOTAL_PASSED');
      assert.equal(reports[0]?.signatures[0]?.level, 'B-B');
    }
  });

  it('seals B-T with a token of the authority, and tells it as JSON', async () => {
    const tsa = ['--tsa', trust.qtsp.timeStampUrl, '--ca', trust.pki.rootFile];
    const { code, stdout } = await seal([
      '--level',
      'B-T',
      ...tsa,
      '--json',
      '--out',
      'b-t',
      'a.pdf',
      'b.pdf',
    ]);
    assert.equal(code, 0, stdout);
    const rows = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.deepEqual(
      rows.map(({ document, level }) => [document, level]),
      [
        ['a.pdf', 'B-T'],
        ['b.pdf', 'B-T'],
      ],
    );
    const { code: passed, reports } = await validate([...anchor(), ...lists(), 'b-t/a.pdf', 'b-t/b.pdf']);
    assert.equal(passed, 0);
    for (const [index, { signatures }] of reports.entries()) {
      assert.equal(signatures[0]?.level, 'B-T');
      assert.deepEqual(signatures[0]?.signingTime, { source: 'time-stamp', time: rows[index]!.timeStamp });
    }
  });

  it('goes on after a document that cannot be sealed, and says so by its exit code', async () => {
    const { code, stdout } = await seal(['--json', '--out', 'mixed', 'no.pdf', 'a.pdf']);
    assert.equal(code, 1);
    const [bad, good] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(bad.error.code, 'pdf.not-a-pdf');
    assert.equal(good.level, 'B-B');
  });

  it('seals a document that has a seal already, and both hold', async () => {
    await seal(['--out', 'once', 'a.pdf']);
    assert.equal((await seal(['--out', 'twice', 'once/a.pdf'])).code, 0);
    const { reports } = await validate([...anchor(), ...lists(), 'twice/a.pdf']);
    assert.equal(reports[0]?.indication, 'TOTAL_PASSED');
    assert.equal(reports[0]?.signatures.length, 2);
  });
});

describe('signet validate', () => {
  /** A sealed document, and one of which a byte was changed afterwards. */
  before(async () => {
    await seal(['--out', 'validated', 'a.pdf']);
    const tampered = readFileSync(join(folder, 'validated', 'a.pdf'));
    const at = tampered.indexOf('(testkit)') + 1;
    tampered[at] = tampered[at]! ^ 1;
    writeFileSync(join(folder, 'tampered.pdf'), tampered);
  });

  it('passes: 0, and the first line is a sentence about who, when and whether', async () => {
    const { code, stdout } = await signet(['validate', ...anchor(), ...lists(), 'validated/a.pdf'], {
      cwd: folder,
    });
    assert.equal(code, 0);
    assert.match(stdout.split('\n', 1)[0]!, /^validated\/a\.pdf: .*\.$/);
  });

  it('fails what was changed: 1', async () => {
    const { code, reports } = await validate([...anchor(), ...lists(), 'tampered.pdf']);
    assert.equal(code, 1);
    assert.equal(reports[0]?.indication, 'TOTAL_FAILED');
    assert.equal(reports[0]?.signatures[0]?.subIndication, 'HASH_FAILURE');
  });

  it('fails what has no seal or cannot be read: 1', async () => {
    const { code, reports } = await validate([...anchor(), 'a.pdf']);
    assert.equal(code, 1);
    assert.equal(reports[0]?.indication, null);
    const unreadable = await validate([...anchor(), 'no.pdf']);
    assert.equal(unreadable.code, 1);
    assert.equal(unreadable.reports[0]?.error?.code, 'pdf.not-a-pdf');
  });

  it('cannot judge without an anchor, or without revocation lists: 3', async () => {
    const cases = [
      [lists(), 'NO_CERTIFICATE_CHAIN_FOUND'],
      [anchor(), 'TRY_LATER'],
    ] as const;
    for (const [material, subIndication] of cases) {
      const { code, reports } = await validate([...material, 'validated/a.pdf']);
      assert.equal(code, 3);
      assert.equal(reports[0]?.indication, 'INDETERMINATE');
      assert.equal(reports[0]?.signatures[0]?.subIndication, subIndication);
    }
    const { code, reports } = await validate([...anchor(), '--no-revocation', 'validated/a.pdf']);
    assert.equal(code, 0);
    assert.ok(reports[0]?.signatures[0]?.warnings.length, 'that revocation was not checked is told');
  });

  it('gives the worst code of several documents: an error before a failure before what could not be judged', async () => {
    const all = [...lists(), 'validated/a.pdf', 'a.pdf', 'missing.pdf'];
    assert.equal((await validate(all)).code, 2);
    assert.equal((await validate(all.slice(0, -1))).code, 1);
    assert.equal((await validate(all.slice(0, -2))).code, 3);
  });

  it('tells each document on a line of JSON of a stable shape', async () => {
    const { reports } = await validate([...anchor(), ...lists(), 'validated/a.pdf', 'missing.pdf']);
    const [report, missing] = reports;
    assert.deepEqual(Object.keys(report!).sort(), [
      'document',
      'documentTimeStamps',
      'file',
      'findings',
      'format',
      'indication',
      'signatures',
      'validationTime',
    ]);
    assert.equal(report?.format, 1);
    assert.deepEqual(Object.keys(missing!), ['file', 'error']);
    assert.equal(missing?.error?.code, 'general.io');
  });
});
