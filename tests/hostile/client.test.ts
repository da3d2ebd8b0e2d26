// SPDX-License-Identifier: Apache-2.0
// Bad input at a Sealing Client: by its folders and by its REST.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SealingApi } from '../../packages/exchange/src/rest/index.ts';
import { zipOf } from '../../packages/exchange/test/zip-builder.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { TestClient } from '../testkit/sealing-client.ts';
import { badDocuments } from './bad-documents.ts';
import { type HostileServer, startHostileServer, tellsNothingInternal } from './hostile-server.ts';

let hostile: HostileServer;
let client: TestClient;
const bindings = ['b-b', 'by-hash'] as const;

before(async () => {
  hostile = await startHostileServer();
  client = await TestClient.create(hostile.server, {
    bindings: [{ name: 'b-b' }, { name: 'by-hash', options: ',process=b-t,transfer=hash' }],
  });
  await client.start();
});
after(async () => {
  await client?.remove();
  await hostile?.close();
});

/** Waits for a name in a folder, but not for ever. */
async function appears(binding: string, folder: 'out' | 'failed', name: string): Promise<Buffer> {
  for (let round = 0; !client.names(binding, folder).includes(name); round += 1) {
    assert.ok(round < 3000, `${name} did not come into ${folder}/`);
    await sleep(20);
  }
  return client.read(binding, folder, name);
}

/** What the problem file beside a document in `failed/` says. */
async function problemOf(binding: string, name: string): Promise<string> {
  const said = (await appears(binding, 'failed', `${name}.problem.txt`)).toString();
  tellsNothingInternal(hostile.server, said);
  assert.ok(!said.includes(client.directory), said);
  return said;
}

describe('a folder', () => {
  for (const binding of bindings) {
    test(`puts each bad document into failed/ with its reason, and goes on (${binding})`, {
      timeout: 60_000,
    }, async () => {
      for (const [what, { bytes }] of Object.entries(badDocuments))
        await client.drop(binding, `${what}.pdf`, bytes);
      await client.drop(binding, 'good.pdf', makePdf());
      for (const [what, { bytes, code }] of Object.entries(badDocuments)) {
        assert.match(
          await problemOf(binding, `${what}.pdf`),
          new RegExp(`^Code: +${code.replace('.', '\\.')}$`, 'm'),
        );
        assert.deepEqual(client.read(binding, 'failed', `${what}.pdf`), bytes);
      }
      await appears(binding, 'out', 'good.pdf');
      assert.deepEqual(client.names(binding, 'out'), ['good.pdf']);
    });
  }

  test('refuses packages that are none or lie, and one by hash transfer', async () => {
    const packages = {
      'none.zip': [Buffer.from('PK and no more'), 'batch.not-a-zip'],
      'climbs.zip': [zipOf([{ name: '../../climbed.pdf', data: makePdf() }]), 'batch.unsafe-name'],
      'bomb.zip': [
        zipOf([{ name: 'a.pdf', data: Buffer.alloc(3_000_000), deflate: true }]),
        'batch.suspicious-ratio',
      ],
    } as const;
    for (const [name, [bytes]] of Object.entries(packages)) await client.drop('b-b', name, bytes);
    for (const [name, [, code]] of Object.entries(packages))
      assert.match(await problemOf('b-b', name), new RegExp(code.replace('.', '\\.')));
    await client.drop('by-hash', 'any.zip', zipOf([{ name: 'a.pdf', data: makePdf() }]));
    assert.match(await problemOf('by-hash', 'any.zip'), /batch\.by-hash/);
  });

  test('takes no links, hidden or unfinished files, and follows nothing out of itself', {
    timeout: 60_000,
  }, async () => {
    const folder = join(client.root('b-b'), 'in');
    const outside = join(client.directory, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret.pdf'), makePdf());
    symlinkSync(join(outside, 'secret.pdf'), join(folder, 'link.pdf'));
    symlinkSync(outside, join(folder, 'linked'));
    for (const name of ['.hidden.pdf', 'half.pdf.part', '~$lock.pdf'])
      writeFileSync(join(folder, name), makePdf());
    await client.drop('b-b', 'a..%2f..%2fafter.pdf', makePdf());
    await appears('b-b', 'out', 'a..%2f..%2fafter.pdf');
    const waiting = client.names('b-b', 'in').sort();
    assert.deepEqual(waiting, ['half.pdf.part', 'link.pdf', 'linked', '~$lock.pdf']);
    assert.ok(readFileSync(join(outside, 'secret.pdf')).length > 0);
  });
});

describe('REST', () => {
  /** Calls that must be refused so. */
  async function refused(call: (api: SealingApi) => Promise<unknown>, code: string, token?: string | null) {
    const api = client.api(token);
    try {
      await assert.rejects(call(api), { code });
    } finally {
      await api.close();
    }
  }
  const document = { bytes: makePdf() };

  test('refuses who is nobody, what is not there, and what a client does not offer', async () => {
    await refused((api) => api.processes(), 'access.no-identity', null);
    await refused((api) => api.processes(), 'access.unknown-identity', 'wrong');
    await refused((api) => api.seal({ process: 'nobody', document }, 'memory'), 'request.unknown-process');
    await refused((api) => api.sealLater({ process: 'b-b', document }), 'general.not-offered');
    await refused((api) => api.request('GET', '/admin/tokens'), 'request.unknown-path');
    await refused(
      (api) => api.seal({ process: 'b-b', document: { bytes: Buffer.alloc(0) } }, 'memory'),
      'request.empty-document',
    );
  });

  test('refuses each bad document, and seals the next good one', async () => {
    const api = client.api();
    for (const [what, { bytes, code }] of Object.entries(badDocuments)) {
      await assert.rejects(api.seal({ process: 'b-b', document: { bytes } }, 'memory'), { code }, what);
    }
    assert.equal((await api.seal({ process: 'b-b', document }, 'memory')).level, 'B-B');
    await api.close();
  });
});
