// SPDX-License-Identifier: Apache-2.0
// The pool against the demo's real time-stamping authority, by HTTPS under the demo's own root.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '@signet/base';
import { digest, parseTimeStampToken, readCertificateBytes } from '../../packages/pkix/src/index.ts';
import { DemoPki, demoPkiUrls, startDemoQtsp } from '../../packages/qtsp/src/index.ts';
import { openTimeStampPool } from '../../packages/trust/src/tsa/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-tsa-'));
const directory = join(folder, 'pki');
const pki = await DemoPki.create({ directory, urls: demoPkiUrls('http://127.0.0.1:1'), clock: systemClock });
const qtsp = await startDemoQtsp({ pki, httpsPort: 0, httpPort: 0 });
const root = readFileSync(pki.rootFile);
const authority = {
  name: 'demo',
  url: qtsp.timeStampUrl,
  allowPlain: false,
  allowPrivate: true,
  caPem: root.toString(),
  timeoutSeconds: 10,
  trustAnchors: readCertificateBytes(root),
};
const away = { ...authority, name: 'away', url: 'https://127.0.0.1:1/tsa' };
const pool = openTimeStampPool({ name: 'demo', authorities: [away, authority] }, { clock: systemClock });

after(async () => {
  await pool.close();
  await qtsp.stop();
  rmSync(folder, { recursive: true });
});

test('a token of the demo’s authority is good, trusted, and its size remembered', async () => {
  const imprint = digest('sha256', Buffer.from('signature value'));
  const { token, authority: name } = await pool.stamp(imprint);
  assert.equal(name, 'demo');
  assert.deepEqual(Buffer.from(parseTimeStampToken(token).info.imprint.digest), Buffer.from(imprint));
  assert.equal(pool.health()[1]?.lastTokenBytes, token.length);
});

test('many at once, over kept connections', async () => {
  const stamps = Array.from({ length: 50 }, (_, i) => pool.stamp(digest('sha256', Uint8Array.of(i))));
  const tokens = await Promise.all(stamps);
  assert.equal(new Set(tokens.map(({ token }) => Buffer.from(token).toString('hex'))).size, 50);
});
