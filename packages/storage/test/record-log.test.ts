// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { openRecordLog, type RecordLog } from '../src/journal/index.ts';

const parent = mkdtempSync(join(tmpdir(), 'signet-test-'));
after(() => rmSync(parent, { recursive: true, force: true }));

const fresh = () => mkdtempSync(join(parent, 'log-'));

async function all(log: RecordLog): Promise<object[]> {
  const records: object[] = [];
  for await (const record of log.replay()) records.push(record);
  return records;
}

/** Opens, reads, closes. */
async function contentOf(directory: string): Promise<object[]> {
  const log = await openRecordLog(directory);
  try {
    return await all(log);
  } finally {
    await log.close();
  }
}

/** A log of three records, closed. */
async function threeRecords(): Promise<{ directory: string; path: string; bytes: Buffer }> {
  const directory = fresh();
  const log = await openRecordLog(directory);
  for (const n of [1, 2, 3]) await log.append({ n, text: `line\n${n} ü` });
  await log.close();
  const path = join(directory, 'log');
  return { directory, path, bytes: readFileSync(path) };
}

describe('record log', () => {
  it('keeps records in the order of the calls', async () => {
    const directory = fresh();
    const log = await openRecordLog(directory);
    await Promise.all(Array.from({ length: 200 }, (_, n) => log.append({ n })));
    assert.deepEqual(
      await all(log),
      Array.from({ length: 200 }, (_, n) => ({ n })),
    );
    await assert.rejects(openRecordLog(directory), { code: 'storage.in-use' });
    await log.close();
    await assert.rejects(log.append({}), { code: 'storage.closed' });
    assert.equal((await contentOf(directory)).length, 200);
  });

  it('gives any JSON back', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { maxLength: 20 }),
        async (records) => {
          const plain = JSON.parse(JSON.stringify(records)) as object[];
          const directory = fresh();
          const log = await openRecordLog(directory);
          await Promise.all(plain.map((record) => log.append(record)));
          await log.close();
          assert.deepEqual(await contentOf(directory), plain);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('is compacted into a snapshot that later records follow', async () => {
    const directory = fresh();
    const log = await openRecordLog(directory);
    for (const n of [1, 2, 3]) await log.append({ n });
    const before = log.size;
    const compacted = log.compact([{ sum: 6 }]);
    const appended = log.append({ n: 4 });
    await Promise.all([compacted, appended]);
    assert.ok(log.size < before);
    assert.deepEqual(await all(log), [{ sum: 6 }, { n: 4 }]);
    await log.close();
    assert.deepEqual(await contentOf(directory), [{ sum: 6 }, { n: 4 }]);
  });

  it('keeps the log when a snapshot fails', async () => {
    const directory = fresh();
    const log = await openRecordLog(directory);
    await log.append({ n: 1 });
    const broken = function* () {
      yield { n: 9 };
      throw new TypeError('no more');
    };
    await assert.rejects(log.compact(broken()), { code: 'general.io' });
    await log.append({ n: 2 });
    assert.deepEqual(await all(log), [{ n: 1 }, { n: 2 }]);
    await log.close();
    assert.deepEqual(await contentOf(directory), [{ n: 1 }, { n: 2 }]);
  });
});

describe('record log, hostile', () => {
  it('drops what a crash left of the last record, wherever it was cut', async () => {
    const { directory, path, bytes } = await threeRecords();
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let cut = lastLine; cut < bytes.length; cut += 1) {
      writeFileSync(path, bytes.subarray(0, cut));
      const log = await openRecordLog(directory);
      assert.equal((await all(log)).length, 2, `cut at ${cut}`);
      await log.append({ n: 4 });
      await log.close();
      assert.deepEqual(
        (await contentOf(directory)).map((record) => (record as { n: number }).n),
        [1, 2, 4],
      );
    }
  });

  it('drops a last record whose middle never reached the disk', async () => {
    const { directory, path, bytes } = await threeRecords();
    const torn = Buffer.from(bytes);
    torn.fill(0, bytes.length - 8, bytes.length - 3);
    writeFileSync(path, torn);
    assert.equal((await contentOf(directory)).length, 2);
    writeFileSync(path, bytes);
    appendFileSync(path, Buffer.alloc(4096));
    assert.equal((await contentOf(directory)).length, 3);
  });

  it('refuses damage anywhere else, and changes nothing', async () => {
    const { directory, path, bytes } = await threeRecords();
    const lastLine = bytes.lastIndexOf(0x0a, bytes.length - 2) + 1;
    for (let at = 0; at < lastLine; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 0x04;
      writeFileSync(path, damaged);
      await assert.rejects(openRecordLog(directory), { code: 'storage.journal-corrupt' }, `byte ${at}`);
      assert.deepEqual(readFileSync(path), damaged);
    }
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 70), bytes.subarray(lastLine)]));
    await assert.rejects(openRecordLog(directory), { code: 'storage.journal-corrupt' });
    truncateSync(path, 0);
    await assert.rejects(openRecordLog(directory), { code: 'storage.journal-corrupt' });
  });
});
