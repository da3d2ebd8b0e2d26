// SPDX-License-Identifier: Apache-2.0
// The commands that ask a server, against a real one.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { ProcessConfiguration } from '@signet/sealing';
import { parse } from 'yaml';
import { type CommandResult, signet } from '../../../tests/testkit/command-line.ts';
import {
  configure,
  startTestTrust,
  TestServer,
  type TestTrust,
} from '../../../tests/testkit/sealing-server.ts';

let trust: TestTrust;
let server: TestServer;
let folder: string;

before(async () => {
  trust = await startTestTrust();
  server = await TestServer.create(trust);
  await server.start();
  const api = server.api();
  await configure(api, trust);
  await api.close();
  folder = mkdtempSync(join(tmpdir(), 'signet-cli-'));
});

after(async () => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  await server?.remove();
  await trust?.close();
});

/** Runs a command with the access file that `server init` wrote. */
async function ask(...args: readonly string[]): Promise<CommandResult> {
  const access = join(server.directory, 'access.env');
  return signet([...args, '--access', access], { cwd: folder });
}

/** The same, and it must succeed. */
async function told(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await ask(...args);
  assert.equal(code, 0, stderr);
  return stdout;
}

describe('signet process', () => {
  it('lists what the identity may use', async () => {
    const processes = JSON.parse(await told('process', 'list', '--json')) as {
      process: string;
      level: string;
    }[];
    assert.deepEqual(
      processes.map(({ process, level }) => [process, level]),
      [
        ['b-b', 'B-B'],
        ['b-lta', 'B-LTA'],
        ['b-t', 'B-T'],
      ],
    );
    assert.match(await told('process', 'list'), /^b-t +\d+ +PAdES B-T +document, hash +ecdsa-sha256/m);
  });

  it('applies a file, shows it as one that could be applied again, and makes versions', async () => {
    const wanted = {
      format: 1,
      process: 'letters',
      documentFormat: 'pades',
      level: 'B-B',
      credential: 'seal',
    };
    writeFileSync(join(folder, 'letters.json'), JSON.stringify(wanted));
    assert.match(await told('process', 'apply', 'letters.json'), /^letters: version 1 /);
    const shown = await told('process', 'show', 'letters');
    assert.match(shown, /^# Version 1\n/);
    const configuration = parse(shown) as ProcessConfiguration;
    for (const [key, value] of Object.entries(wanted))
      assert.deepEqual(configuration[key as keyof ProcessConfiguration], value, key);
    writeFileSync(join(folder, 'letters.yaml'), `${shown}description: Letters\n`);
    assert.match(await told('process', 'apply', 'letters.yaml'), /^letters: version 2 /);
    assert.equal(JSON.parse(await told('process', 'show', 'letters', '--json')).description, 'Letters');
  });

  it('refuses a file that the server refuses, with the server’s code', async () => {
    writeFileSync(
      join(folder, 'wrong.yaml'),
      'format: 1\nprocess: wrong\ndocumentFormat: pades\nlevel: B-X\ncredential: seal\n',
    );
    const { code, stderr } = await ask('process', 'apply', 'wrong.yaml');
    assert.equal(code, 2);
    assert.match(stderr, /^config\.process-invalid: .*level/);
    const missing = await ask('process', 'show', 'nobody');
    assert.equal(missing.code, 2);
    assert.match(missing.stderr, /^request\.unknown-process: /);
  });
});

describe('signet token', () => {
  it('creates one that works, lists it without its secret, and revokes it', async () => {
    const limits = ['--process', 'b-b', '--scope', 'seal', '--days', '7'];
    const token = (await told('token', 'create', 'erp', ...limits)).trim();
    const env = {
      SIGNET_URL: server.url,
      SIGNET_TOKEN: token,
      SIGNET_CA: join(server.directory, 'tls', 'ca.pem'),
    };
    const own = await signet(['process', 'list', '--json'], { cwd: folder, env });
    assert.deepEqual(
      (JSON.parse(own.stdout) as { process: string }[]).map(({ process }) => process),
      ['b-b'],
    );
    const listed = await told('token', 'list', '--json');
    assert.ok(!listed.includes(token));
    const row = (JSON.parse(listed) as { name: string; scopes: string[]; revokedAt: string | null }[]).find(
      ({ name }) => name === 'erp',
    );
    assert.deepEqual([row?.scopes, row?.revokedAt], [['seal'], null]);
    await told('token', 'revoke', 'erp');
    assert.match(await told('token', 'list'), /^erp .*revoked/m);
    const name = await ask('token', 'create', 'erp');
    assert.match(name.stderr, /^storage\.name-taken: /);
  });
});

describe('signet token enrol', () => {
  it('gives a code that enrols a client once', async () => {
    const code = (await told('token', 'enrol', 'branch', '--process', 'b-b')).trim();
    const ca = join(server.directory, 'tls', 'ca.pem');
    const init = (dir: string) =>
      signet(['client', 'init', '--server', server.url, '--ca', ca, '--code', code, '--dir', dir], {
        cwd: folder,
      });
    const first = await init('client');
    assert.equal(first.code, 0, first.stderr);
    const second = await init('other');
    assert.notEqual(second.code, 0);
    assert.match(second.stderr, /access\.enrolment-code/);
    assert.match(await told('token', 'list'), /^branch +seal, validate +b-b /m);
  });
});

describe('signet doctor', () => {
  it('finds a healthy server healthy', async () => {
    const checks = JSON.parse(await told('doctor', '--json')) as { check: string; ok: boolean }[];
    assert.ok(checks.length > 3);
    assert.ok(checks.every(({ ok }) => ok));
    assert.match(await told('doctor'), /^good {3}/);
  });

  it('says what is wrong, and so does its exit code', async () => {
    await trust.qtsp.stop();
    const { code, stdout } = await ask('doctor');
    await trust.restart();
    assert.equal(code, 1);
    assert.match(stdout, /^WRONG {2}time-stamp pool demo: /m);
  });
});
