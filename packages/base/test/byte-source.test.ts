// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { hashRange, memorySource, openFileSource } from '@signet/base';
import fc from 'fast-check';

const directory = mkdtempSync(join(tmpdir(), 'signet-base-'));
after(() => rmSync(directory, { recursive: true }));

const content = randomBytes(3 * (1 << 20) + 17);
const path = join(directory, 'content');
writeFileSync(path, content);

test('memory and file give the same bytes for every range', () => {
  const file = openFileSource(path);
  const memory = memorySource(content);
  assert.equal(file.length, content.length);
  fc.assert(
    fc.property(fc.nat(content.length), fc.nat(4096), (offset, wanted) => {
      const length = Math.min(wanted, content.length - offset);
      assert.deepEqual(Buffer.from(file.read(offset, length)), Buffer.from(memory.read(offset, length)));
    }),
  );
  file.close();
});

test('a range outside the source is refused', () => {
  const file = openFileSource(path);
  for (const source of [memorySource(content), file]) {
    assert.throws(() => source.read(content.length - 1, 2), { code: 'general.short-read' });
    assert.throws(() => source.read(-1, 1), { code: 'general.short-read' });
    assert.throws(() => source.read(0, Number.NaN), { code: 'general.short-read' });
  }
  file.close();
});

test('a file that shrinks while it is read is told, not padded', () => {
  const shrinking = join(directory, 'shrinking');
  writeFileSync(shrinking, 'twelve bytes');
  const file = openFileSource(shrinking);
  writeFileSync(shrinking, 'four');
  assert.throws(() => file.read(0, 12), { code: 'general.short-read' });
  file.close();
});

test('a file that is not there is a coded error', () => {
  assert.throws(() => openFileSource(join(directory, 'nothing')), { code: 'general.io' });
});

test('hashing by ranges is hashing the whole', () => {
  const hash = createHash('sha256');
  const source = memorySource(content);
  hashRange(hash, source, 0, 1_000_001);
  hashRange(hash, source, 1_000_001, content.length - 1_000_001);
  assert.equal(hash.digest('hex'), createHash('sha256').update(content).digest('hex'));
});
