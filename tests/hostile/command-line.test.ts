// SPDX-License-Identifier: Apache-2.0
// The command line used wrongly: it says what is wrong in one coded line, without a trace, and writes nothing.
import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { DemoPki, demoPkiUrls } from '../../packages/qtsp/src/index.ts';
import { signet } from '../testkit/command-line.ts';
import { makePdf } from '../testkit/pdf-files.ts';

let folder: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signet-cli-'));
  const pki = await DemoPki.create({
    directory: join(folder, 'pki'),
    urls: demoPkiUrls('http://127.0.0.1:1'),
    clock: { now: () => new Date() },
    families: ['p256'],
  });
  const put = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  put('seal.p12', readFileSync(pki.pkcs12File('seal-p256')));
  put('password.txt', readFileSync(pki.pkcs12PasswordFile));
  put('wrong.txt', 'open sesame\n');
  put('empty', '');
  put('garbage', Buffer.alloc(500, 'garbage'));
  put('a.pdf', makePdf());
  mkdirSync(join(folder, 'taken'));
  put('taken/a.pdf', 'already here');
});

after(() => rmSync(folder, { recursive: true, force: true }));

const credential = ['--p12', 'seal.p12', '--password-file', 'password.txt'];

/** Runs a command that must end with this exit code and name this error code, and must not show a trace. */
async function refused(args: readonly string[], exit: number, code: string): Promise<void> {
  const { code: exitCode, stdout, stderr } = await signet(args, { cwd: folder });
  const said = `${stdout}${stderr}`;
  assert.equal(exitCode, exit, said);
  assert.ok(said.includes(code), said);
  assert.doesNotMatch(said, /\n\s+at |node:internal|\{[a-zA-Z]+\}/, said);
}

/** The same for what the command line itself does not understand. */
async function misunderstood(args: readonly string[]): Promise<void> {
  const { code, stderr } = await signet(args, { cwd: folder });
  assert.equal(code, 2, stderr);
  assert.match(stderr, /^error: /);
  assert.doesNotMatch(stderr, /\n\s+at /);
}

describe('signet seal', () => {
  const out = ['--out', 'out', 'a.pdf'];

  test('with a key file that does not open', async () => {
    const cases: readonly [string, string, string][] = [
      ['seal.p12', 'wrong.txt', 'pkcs12.wrong-password'],
      ['seal.p12', 'empty', 'pkcs12.wrong-password'],
      ['garbage', 'password.txt', 'pkcs12.malformed'],
      ['empty', 'password.txt', 'pkcs12.malformed'],
      ['missing.p12', 'password.txt', 'general.io'],
      ['seal.p12', 'missing.txt', 'general.io'],
      ['pki', 'password.txt', 'general.io'],
    ];
    for (const [p12, password, code] of cases)
      await refused(['seal', '--p12', p12, '--password-file', password, ...out], 2, code);
    assert.ok(!existsSync(join(folder, 'out')));
  });

  test('with a document that is missing, or is a folder', async () => {
    for (const document of ['missing.pdf', 'pki'])
      await refused(['seal', ...credential, '--out', 'out', document], 1, 'general.io');
  });

  test('into a name that is taken: nothing is overwritten', async () => {
    await refused(['seal', ...credential, '--out', 'taken', 'a.pdf'], 1, 'config.exists');
    assert.equal(readFileSync(join(folder, 'taken', 'a.pdf'), 'utf8'), 'already here');
    assert.deepEqual(readdirSync(join(folder, 'taken')), ['a.pdf']);
  });

  test('into a folder that is a file', async () => {
    await refused(['seal', ...credential, '--out', 'empty', 'a.pdf'], 1, 'general.io');
  });

  test('with a level that needs what is not named, or an authority that must not be asked', async () => {
    const level = ['seal', ...credential, '--level', 'B-T'];
    await refused([...level, ...out], 2, 'config.level-needs-tsa');
    await refused([...level, '--tsa', 'http://127.0.0.1:1/tsa', ...out], 1, 'egress.plain-http');
    await refused([...level, '--tsa', 'https://127.0.0.1:1/tsa', ...out], 1, 'tsa.unavailable');
    assert.ok(!existsSync(join(folder, 'out', 'a.pdf')));
  });

  test('with an algorithm that the key does not have', async () => {
    await refused(
      ['seal', ...credential, '--algorithm', 'rsa-pss-sha256', ...out],
      2,
      'seal.credential-unfit',
    );
  });

  test('with options that there are not', async () => {
    await misunderstood(['seal', ...credential, '--overwrite', ...out]);
    await misunderstood(['seal', ...credential, '--level', 'B-XL', ...out]);
    await misunderstood(['seal', ...credential, '--out', 'out']);
    await misunderstood(['seal', ...out]);
    await misunderstood(['unseal']);
  });
});

describe('signet validate', () => {
  test('with anchors and lists that are none', async () => {
    await refused(['validate', '--trust', 'missing.pem', 'a.pdf'], 2, 'general.io');
    await refused(['validate', '--trust', 'garbage', 'a.pdf'], 2, 'x509.');
    await refused(['validate', '--crl', 'missing.crl', 'a.pdf'], 2, 'general.io');
  });

  test('of what is no PDF', async () => {
    for (const name of ['garbage', 'empty']) await refused(['validate', name], 1, 'pdf.not-a-pdf');
    await misunderstood(['validate']);
  });
});

describe('commands that ask a server', () => {
  test('without knowing which', async () => {
    for (const args of [['doctor'], ['process', 'list'], ['token', 'list']])
      await refused(args, 2, 'config.no-access');
  });

  test('that is not there, or with a CA that is none', async () => {
    const access = 'SIGNET_URL=https://127.0.0.1:1\nSIGNET_TOKEN=x\n';
    writeFileSync(join(folder, 'access.env'), access);
    await refused(['doctor'], 2, 'exchange.server-unavailable');
    writeFileSync(join(folder, 'no-ca.env'), `${access}SIGNET_CA=${join(folder, 'missing.pem')}\n`);
    await refused(['doctor', '--access', 'no-ca.env'], 2, 'general.io');
  });

  test('with files and numbers that are none', async () => {
    await refused(['process', 'apply', 'missing.yaml'], 2, 'general.io');
    writeFileSync(join(folder, 'bad.yaml'), 'process: [\n');
    await refused(['process', 'apply', 'bad.yaml'], 2, 'config.unreadable');
    writeFileSync(join(folder, 'list.yaml'), '- a\n');
    await refused(['process', 'apply', 'list.yaml'], 2, 'config.no-process-name');
    await misunderstood(['token', 'create', 'erp', '--days', 'many']);
    await misunderstood(['demo', '--base-port', '1']);
  });
});
