// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { administrativeSecrets, bootSecrets } from '@signet/program';

describe('secrets', () => {
  const root = mkdtempSync(join(tmpdir(), 'signet-secrets-'));
  after(() => rmSync(root, { recursive: true }));
  const allowed = join(root, 'secrets');
  mkdirSync(allowed);
  writeFileSync(join(root, 'master.key'), 'not for administrators');
  writeFileSync(join(allowed, 'seal.password'), 'open sesame\n');
  symlinkSync(join(root, 'master.key'), join(allowed, 'link'));

  it('are read from file, environment and systemd credential', () => {
    const boot = bootSecrets(root, { TOKEN: 'from the environment', CREDENTIALS_DIRECTORY: allowed });
    assert.equal(boot.read('file:secrets/seal.password'), 'open sesame');
    assert.equal(boot.read('env:TOKEN'), 'from the environment');
    assert.equal(boot.read('credential:seal.password'), 'open sesame');
    assert.throws(() => boot.read('env:MISSING'), { code: 'config.secret-unavailable' });
    assert.throws(() => boot.read('file:missing'), { code: 'config.secret-unavailable' });
    assert.throws(() => boot.read('open sesame'), { code: 'config.secret-unavailable' });
  });

  it('named by administrators stay in their directories', () => {
    const rows = administrativeSecrets([allowed], {
      SIGNET_SECRET_TSA: 'tsa',
      DATABASE: 'x',
      CREDENTIALS_DIRECTORY: allowed,
    });
    assert.equal(rows.read(`file:${join(allowed, 'seal.password')}`), 'open sesame');
    assert.equal(rows.read('file:seal.password'), 'open sesame');
    assert.equal(rows.read('env:SIGNET_SECRET_TSA'), 'tsa');
    for (const reference of [
      `file:${join(root, 'master.key')}`,
      `file:${join(allowed, '..', 'master.key')}`,
      'file:../master.key',
      `file:${join(allowed, 'link')}`,
      'env:DATABASE',
      'credential:seal.password',
    ]) {
      assert.throws(() => rows.read(reference), { code: 'config.secret-not-allowed' }, reference);
    }
    assert.throws(() => rows.read('file:missing'), { code: 'config.secret-unavailable' });
  });
});
