// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { readZip, writePackage, type ZipLimits } from '@signet/exchange/batch';
import { openSpool } from '@signet/exchange/rest';
import fc from 'fast-check';
import { type EntryInput, zipOf } from './zip-builder.ts';

const limits: ZipLimits = {
  entries: 20,
  entryBytes: 5_000_000,
  totalBytes: 8_000_000,
  ratio: 100,
  ratioFromBytes: 1 << 20,
};

function workplace(context: TestContext) {
  const directory = mkdtempSync(join(tmpdir(), 'signet-zip-'));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const spool = openSpool(join(directory, 'spool'));
  const path = join(directory, 'in.zip');
  /** What reading gives: per document its bytes as text, or the code of what is wrong with it. */
  const read = async (zip: Buffer, more: Partial<ZipLimits> = {}) => {
    writeFileSync(path, zip);
    const found: Record<string, string> = {};
    for await (const document of readZip(path, { spool, limits: { ...limits, ...more } })) {
      if ('problem' in document) {
        found[document.name] = document.problem.code;
        continue;
      }
      const bytes = readFileSync(document.file.path);
      assert.equal(document.file.size, bytes.length);
      assert.equal(document.file.sha256, createHash('sha256').update(bytes).digest('hex'));
      found[document.name] = bytes.toString();
    }
    assert.deepEqual(readdirSync(spool.directory), []);
    return found;
  };
  return { directory, spool, read };
}

test('documents come out one by one, flat and in folders, stored and deflated', async (context) => {
  const { read } = workplace(context);
  const zip = zipOf([
    { name: 'a.pdf', data: 'A' },
    { name: 'folder/', data: '' },
    { name: 'folder/b.pdf', data: 'B'.repeat(100_000), deflate: true },
    { name: 'folder/zażółć gęślą.pdf', data: 'C' },
    { name: Buffer.from([0x81, 0x2e, 0x70, 0x64, 0x66]), data: 'D', flags: 0 },
  ]);
  assert.deepEqual(await read(zip), {
    'a.pdf': 'A',
    'folder/b.pdf': 'B'.repeat(100_000),
    'folder/zażółć gęślą.pdf': 'C',
    'ü.pdf': 'D',
  });
});

test('one bad document fails alone', async (context) => {
  const { read } = workplace(context);
  const packed = deflateRawSync(Buffer.from('inflates to more than it says'));
  const broken = Buffer.from(packed);
  broken[3]! ^= 0xff;
  const zip = zipOf([
    { name: 'good.pdf', data: 'good' },
    { name: 'crc.pdf', data: 'stored', crc: 1 },
    { name: 'broken.pdf', data: 'x', packed: Buffer.from([0xff, 0xff, 0xff]), method: 8 },
    { name: 'longer.pdf', data: 'short', packed, method: 8 },
    { name: 'shorter.pdf', data: 'x'.repeat(1000), packed, method: 8 },
    { name: 'method.pdf', data: 'lzma', method: 14 },
    { name: 'empty.pdf', data: '' },
    { name: 'large.pdf', data: Buffer.alloc(3000) },
    { name: 'Report.JSON', data: '{}' },
    { name: 'last.pdf', data: 'last' },
  ]);
  assert.deepEqual(await read(zip, { entryBytes: 2000 }), {
    'good.pdf': 'good',
    'crc.pdf': 'batch.corrupt-entry',
    'broken.pdf': 'batch.corrupt-entry',
    'longer.pdf': 'batch.corrupt-entry',
    'shorter.pdf': 'batch.corrupt-entry',
    'method.pdf': 'batch.corrupt-entry',
    'empty.pdf': 'request.empty-document',
    'large.pdf': 'batch.entry-too-large',
    'Report.JSON': 'batch.reserved-name',
    'last.pdf': 'last',
  });
});

const whole: readonly {
  readonly name: string;
  readonly zip: Buffer;
  readonly code: string;
  readonly limits?: Partial<ZipLimits>;
}[] = [
  { name: 'no ZIP', zip: Buffer.from('%PDF-1.7 and more than twenty-two bytes'), code: 'batch.not-a-zip' },
  { name: 'nothing', zip: Buffer.alloc(0), code: 'batch.not-a-zip' },
  {
    name: 'a truncated ZIP',
    zip: zipOf([{ name: 'a', data: 'A' }]).subarray(0, -5),
    code: 'batch.not-a-zip',
  },
  {
    name: 'a ZIP whose directory is elsewhere',
    zip: zipOf([{ name: 'a', data: 'A' }], { count: 2 }),
    code: 'batch.not-a-zip',
  },
  { name: 'no entries', zip: zipOf([]), code: 'batch.empty' },
  { name: 'directories only', zip: zipOf([{ name: 'a/', data: '' }]), code: 'batch.empty' },
  {
    name: 'too many entries',
    zip: zipOf(Array.from({ length: 21 }, (_, i) => ({ name: `${i}`, data: '1' }))),
    code: 'batch.too-many-entries',
  },
  {
    name: 'a bomb',
    zip: zipOf([{ name: 'a', data: Buffer.alloc(4 << 20), deflate: true }]),
    code: 'batch.suspicious-ratio',
  },
  {
    name: 'a bomb that says its size is one petabyte',
    zip: zipOf([{ name: 'a', data: 'x', size: 0xfffffff0, packed: deflateRawSync('x'), method: 8 }]),
    code: 'batch.suspicious-ratio',
  },
  {
    name: 'too much altogether',
    zip: zipOf(
      Array.from({ length: 4 }, (_, i) => ({ name: `${i}`, data: Buffer.alloc(900_000), deflate: true })),
    ),
    code: 'batch.too-large',
    limits: { totalBytes: 2_000_000 },
  },
  {
    name: 'an entry with a password',
    zip: zipOf([{ name: 'a', data: 'A', flags: 0x801, packed: Buffer.alloc(13) }]),
    code: 'batch.encrypted',
  },
  {
    name: 'strong encryption',
    zip: zipOf([{ name: 'a', data: 'A', flags: 0x841 }]),
    code: 'batch.not-a-zip',
  },
  {
    name: 'one local header for two',
    zip: zipOf([
      { name: 'a', data: 'A' },
      { name: 'A'.toLowerCase(), data: 'A', offset: 0 },
    ]),
    code: 'batch.duplicate-name',
  },
  {
    name: 'two names',
    zip: zipOf([{ name: 'a.pdf', data: 'A', localName: 'b.pdf' }]),
    code: 'batch.not-a-zip',
  },
  {
    name: 'the same name twice',
    zip: zipOf([
      { name: 'a', data: 'A' },
      { name: 'a', data: 'B' },
    ]),
    code: 'batch.duplicate-name',
  },
  {
    name: 'the same name in other letters',
    zip: zipOf([
      { name: 'É/a', data: 'A' },
      { name: 'e\u0301/A', data: 'B' },
    ]),
    code: 'batch.duplicate-name',
  },
  {
    name: 'a file that is a directory',
    zip: zipOf([
      { name: 'a', data: 'A' },
      { name: 'A/b', data: 'B' },
    ]),
    code: 'batch.duplicate-name',
  },
  {
    name: 'a directory that is a file',
    zip: zipOf([
      { name: 'a/b', data: 'A' },
      { name: 'a', data: 'B' },
    ]),
    code: 'batch.duplicate-name',
  },
  {
    name: 'a symbolic link',
    zip: zipOf([{ name: 'a', data: '/etc/passwd', externalAttributes: 0xa1ff0000 }]),
    code: 'batch.unsafe-name',
  },
];

const unsafeNames = [
  '../a.pdf',
  'a/../../b.pdf',
  '/etc/a.pdf',
  'C:/a.pdf',
  'c:a.pdf',
  'a\\b.pdf',
  '..\\a.pdf',
  'a\0.pdf',
  'a\n.pdf',
  './a.pdf',
  'a//b.pdf',
  '',
  'a\u202efdp.exe',
  'x'.repeat(256),
  'y/'.repeat(600),
  Buffer.from([0x61, 0xff, 0xfe]),
] as const;

test('what is wrong with the whole is refused before anything is unpacked', async (context) => {
  const { read } = workplace(context);
  for (const { name, zip, code, limits: more = {} } of whole) {
    await context.test(name, () => assert.rejects(read(zip, more), { code }));
  }
  for (const name of unsafeNames) {
    await context.test(`the name ${JSON.stringify(name).slice(0, 40)}`, () =>
      assert.rejects(
        read(
          zipOf([
            { name: 'good', data: 'A' },
            { name, data: 'B' },
          ]),
        ),
        { code: 'batch.unsafe-name' },
      ),
    );
  }
});

test('entries that share bytes are refused', async (context) => {
  const { read } = workplace(context);
  // The second entry lies inside the first one’s data: a local header quoted as content.
  const inner = zipOf([{ name: 'b', data: 'payload' }]).subarray(0, 30 + 1 + 7);
  const zip = zipOf([
    { name: 'a', data: inner },
    { name: 'b', data: 'payload', offset: 30 + 1 },
  ]);
  await assert.rejects(read(zip), { code: 'batch.overlapping-entries' });
});

test('a package written is the package read', async (context) => {
  const { directory, read } = workplace(context);
  const path = join(directory, 'document');
  writeFileSync(path, 'sealed');
  const stream = writePackage({
    documents: [
      { name: 'folder/a.pdf', locate: () => path },
      { name: 'ź.pdf', locate: async () => path },
    ],
    report: { state: 'finished' },
    time: new Date('2030-01-01T00:00:00Z'),
  });
  const zip = Buffer.concat(await stream.toArray());
  assert.deepEqual(await read(zip), {
    'folder/a.pdf': 'sealed',
    'ź.pdf': 'sealed',
    'report.json': 'batch.reserved-name',
  });
});

test('a document that is gone breaks the package off', async (context) => {
  const { directory } = workplace(context);
  const documents = [{ name: 'a.pdf', locate: () => join(directory, 'nowhere') }];
  const stream = writePackage({ documents, report: {}, time: new Date() });
  await assert.rejects(stream.toArray(), { code: 'general.io' });
});

test('a package that nobody reads on opens nothing more', async (context) => {
  const { directory } = workplace(context);
  const path = join(directory, 'large');
  writeFileSync(path, Buffer.alloc(2_000_000));
  let located = 0;
  const documents = Array.from({ length: 100 }, (_, index) => ({
    name: `${index}.pdf`,
    locate: () => {
      located += 1;
      return path;
    },
  }));
  const stream = writePackage({ documents, report: {}, time: new Date() });
  const closed = new Promise((resolve) => stream.once('close', resolve));
  stream.once('data', () => stream.destroy());
  await closed;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(located < 5, `${located} documents were opened`);
});

test('whatever names and bytes go in come out', async (context) => {
  const { read } = workplace(context);
  const name = fc.stringMatching(/^[a-zA-Z0-9 _żźćł-]{1,20}$/).filter((text) => text.trim() !== '');
  const entry = fc.record({
    name,
    data: fc.uint8Array({ minLength: 1, maxLength: 500 }),
    deflate: fc.boolean(),
  });
  const entries = fc.uniqueArray(entry, {
    minLength: 1,
    maxLength: 8,
    selector: (one) => one.name.normalize('NFC').toLowerCase(),
  });
  await fc.assert(
    fc.asyncProperty(entries, async (list) => {
      const inputs = list.map(({ name, data, deflate }) => ({ name, data: Buffer.from(data), deflate }));
      const found = await read(zipOf(inputs));
      assert.deepEqual(found, Object.fromEntries(inputs.map((one) => [one.name, one.data.toString()])));
    }),
    { numRuns: 50, seed: 7 },
  );
});

test('a ZIP with any bytes changed ends in documents or in a code', async (context) => {
  const { read } = workplace(context);
  const inputs: readonly EntryInput[] = [
    { name: 'a.pdf', data: 'A'.repeat(50) },
    { name: 'b/c.pdf', data: 'B'.repeat(200), deflate: true },
  ];
  const zip = zipOf(inputs);
  const change = fc.array(fc.tuple(fc.nat(zip.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(change, async (changes) => {
      const mutant = Buffer.from(zip);
      for (const [at, value] of changes) mutant[at] = value;
      await read(mutant).catch((error: { code?: string }) => assert.match(error.code ?? '', /^batch\./));
    }),
    { numRuns: 1000, seed: 11 },
  );
});
