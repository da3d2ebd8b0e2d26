// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { hash, randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { uuidv7 } from '@signet/base';
import { openBlobStore } from '../src/index.ts';

const parent = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(parent, { recursive: true, force: true }));

it('writes chunks and gives them back', async () => {
  const store = await openBlobStore(join(parent, 'write'));
  const chunks = [randomBytes(100_000), Buffer.alloc(0), randomBytes(5)];
  const ref = await store.write(7, chunks);
  const whole = Buffer.concat(chunks);
  assert.deepEqual([ref.tenant, ref.size, ref.sha256], [7, whole.length, hash('sha256', whole)]);
  assert.deepEqual(readFileSync(store.path(ref)), whole);
  assert.deepEqual(readdirSync(join(store.directory, 'incoming')), []);
  const empty = await store.write(7, []);
  assert.equal(empty.size, 0);
  await store.remove(ref);
  await store.remove(ref);
  assert.equal(existsSync(store.path(ref)), false);
});

it('leaves nothing of a stream that fails', async () => {
  const store = await openBlobStore(join(parent, 'fails'));
  const broken = async function* () {
    yield randomBytes(10);
    throw new TypeError('gone');
  };
  await assert.rejects(store.write(1, broken()), { code: 'general.io' });
  assert.deepEqual(readdirSync(join(store.directory, 'incoming')), []);
  assert.deepEqual(readdirSync(store.directory), ['incoming']);
});

it('adopts a file, from another device too', async () => {
  const store = await openBlobStore(join(parent, 'adopt'));
  for (const directory of [parent, '/dev/shm'].filter(existsSync)) {
    const source = join(directory, uuidv7());
    const bytes = randomBytes(3_000_000);
    writeFileSync(source, bytes, { mode: 0o400 });
    const ref = await store.adopt(1, source);
    assert.equal(existsSync(source), false);
    assert.equal(ref.sha256, hash('sha256', bytes));
    assert.deepEqual(readFileSync(store.path(ref)), bytes);
  }
  await assert.rejects(store.adopt(1, join(parent, 'missing')), { code: 'general.io' });
});

it('sweeps what a crash left and nobody refers to, not what is young', async () => {
  const store = await openBlobStore(join(parent, 'sweep'));
  const [kept, orphan, young] = [
    await store.write(1, [randomBytes(5)]),
    await store.write(1, [randomBytes(5)]),
    await store.write(2, [randomBytes(5)]),
  ];
  const unfinished = join(store.directory, 'incoming', uuidv7());
  writeFileSync(unfinished, 'half');
  mkdirSync(join(store.directory, 'not-a-tenant'));
  writeFileSync(join(store.directory, 'note.txt'), 'an operator left it');
  const known = async () => new Set([kept.id]);
  assert.equal(await store.sweep(known), 0, 'all is young');
  const hour = 3_600_000;
  const later = Date.now() + 2 * hour;
  assert.equal(await store.sweep(known, { now: () => new Date(later) }), 3);
  assert.deepEqual(
    [
      existsSync(store.path(kept)),
      existsSync(store.path(orphan)),
      existsSync(store.path(young)),
      existsSync(unfinished),
    ],
    [true, false, false, false],
  );
  utimesSync(store.path(kept), 0, 0);
  assert.equal(await store.sweep(known), 0, 'the modification time may be that of the adopted file');
});
