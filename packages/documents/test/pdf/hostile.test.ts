// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import { type ErrorCode, memorySource } from '@signet/base';
import { IncrementalUpdate, openPdf } from '@signet/documents/pdf';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';
import { minimalObjects, tinyPdf } from './pdf-source.ts';

const good = tinyPdf(minimalObjects).toString('latin1');

/** Reads what sealing reads first. */
function use(file: string | Uint8Array): void {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'latin1') : file;
  const pdf = openPdf(memorySource(bytes));
  pdf.pages.at(0);
  pdf.pages.at(-1);
  for (let num = 0; num < Math.min(pdf.size, 100); num++) pdf.object(num);
}

function refuses(what: string, code: ErrorCode, file: string | Uint8Array): void {
  test(`refuses ${what}`, () => assert.throws(() => use(file), { code }));
}

test('the file that the others are made from is fine', () => use(good));

refuses('an empty file', 'pdf.not-a-pdf', '');
refuses('something else', 'pdf.not-a-pdf', 'PK\x03\x04 and so on');
refuses('a header too far in', 'pdf.not-a-pdf', ' '.repeat(1024) + good);
refuses('a header alone', 'pdf.no-startxref', '%PDF-1.7\n');
refuses('a file that was cut off', 'pdf.no-startxref', good.slice(0, good.indexOf('trailer')));
refuses('a startxref without a number', 'pdf.no-startxref', good.replace(/startxref\n\d+/, 'startxref\n'));
refuses('a startxref beyond the end', 'pdf.truncated', good.replace(/startxref\n\d+/, 'startxref\n99999999'));
refuses(
  'a startxref of more than ten digits',
  'pdf.no-startxref',
  good.replace(/startxref\n\d+/, 'startxref\n99999999999999999999'),
);
refuses(
  'a startxref that leads into an object',
  'pdf.xref-malformed',
  good.replace(/startxref\n\d+/, 'startxref\n20'),
);
refuses('a table without a trailer', 'pdf.xref-malformed', good.replace('trailer', 'trialer'));
refuses(
  'a trailer that is no dictionary',
  'pdf.xref-malformed',
  good.replace(/trailer\n<<.*>>/, 'trailer\n[1]'),
);
refuses(
  'a table with a bad entry',
  'pdf.xref-malformed',
  good.replace(/\d{10} 00000 n\r\n\d/, `${'x'.repeat(20)}0`),
);
refuses(
  'a table that claims more entries than the file has bytes',
  'pdf.xref-malformed',
  good.replace('xref\n0 4', 'xref\n0 999999999'),
);
refuses('a subsection without a count', 'pdf.xref-malformed', good.replace('xref\n0 4\n', 'xref\n0\n'));
refuses('an encrypted file', 'pdf.encrypted', good.replace('/Root', '/Encrypt 9 0 R /Root'));
refuses('a /Prev that leads nowhere', 'pdf.dangling-prev', good.replace('/Root', '/Prev 20 /Root'));
refuses('a /Prev beyond the end', 'pdf.dangling-prev', good.replace('/Root', '/Prev 999999 /Root'));
refuses('a /Prev before the beginning', 'pdf.dangling-prev', good.replace('/Root', '/Prev -1 /Root'));
refuses('a /Prev that is no number', 'pdf.xref-malformed', good.replace('/Root', '/Prev (x) /Root'));
refuses(
  'a /Prev that leads to itself',
  'pdf.circular-prev',
  good.replace('/Root', `/Prev ${good.indexOf('xref\n')} /Root`),
);
refuses('a trailer without /Root', 'pdf.no-catalog', good.replace('/Root 1 0 R', ''));
refuses('a /Root that is direct', 'pdf.no-catalog', good.replace('/Root 1 0 R', '/Root << /Pages 2 0 R >>'));
refuses('a /Root that leads to nothing', 'pdf.no-catalog', good.replace('/Root 1 0 R', '/Root 7 0 R'));
refuses('an entry that leads to another object', 'pdf.object-mismatch', good.replace('3 0 obj', '9 0 obj'));
refuses(
  'an entry that leads to another generation',
  'pdf.object-mismatch',
  good.replace('3 0 obj', '3 1 obj'),
);
refuses(
  'an entry beyond the end',
  'pdf.truncated',
  good.replace(/\d{10} 00000 n\r\ntrailer/, '0000999999 00000 n\r\ntrailer'),
);
refuses(
  'a page tree without pages',
  'pdf.no-pages',
  tinyPdf({ 1: '<< /Pages 2 0 R >>', 2: '<< /Kids [] /Count 0 >>' }),
);
refuses('a catalog without a page tree', 'pdf.no-pages', tinyPdf({ 1: '<< /Type /Catalog >>' }));
refuses('a /Count that is larger than the tree', 'pdf.page-tree', good.replace('/Count 1', '/Count 2'));
refuses('a /Count below zero', 'pdf.page-tree', good.replace('/Count 1', '/Count -1'));
refuses('a page tree without /Kids', 'pdf.page-tree', good.replace('/Kids', '/Kidz'));
refuses(
  'a page that is among its own ancestors',
  'pdf.page-tree',
  tinyPdf({ 1: '<< /Pages 2 0 R >>', 2: '<< /Kids [3 0 R] /Count 1 >>', 3: '<< /Kids [2 0 R] /Count 1 >>' }),
);
refuses('a page that is no dictionary', 'pdf.page-tree', tinyPdf({ ...minimalObjects, 3: '(page)' }));
refuses(
  'objects nested without a bottom',
  'pdf.too-deep',
  tinyPdf({ ...minimalObjects, 4: '['.repeat(5000) }),
);
refuses('references in a circle', 'pdf.syntax', tinyPdf({ ...minimalObjects, 2: '4 0 R', 4: '2 0 R' }));
refuses(
  'a stream whose length is itself',
  'pdf.syntax',
  tinyPdf({ ...minimalObjects, 4: '<< /Length 4 0 R >>\nstream\n\nendstream' }),
);
refuses(
  'a stream without an end',
  'pdf.stream-unterminated',
  tinyPdf({ ...minimalObjects, 4: '<< /Length 5 >>\nstream\nabc' }),
);

refuses(
  'a page tree deeper than any page needs',
  'pdf.page-tree',
  tinyPdf(
    Object.fromEntries([
      [1, '<< /Pages 2 0 R >>'],
      ...Array.from({ length: 200 }, (_, i) => [i + 2, `<< /Kids [${i + 3} 0 R] /Count 1 >>`]),
      [202, '<< /Type /Page >>'],
    ]),
  ),
);

test('a dictionary without an end is not read beyond the file', () => {
  assert.throws(() => use(tinyPdf({ ...minimalObjects, 4: '<< /A 1' })), { code: 'pdf.syntax' });
});

test('an object without endobj is read, and told', () => {
  const pdf = openPdf(
    memorySource(Buffer.from(good.replace('/Count 1 >>\nendobj', '/Count 1 >>\n      '), 'latin1')),
  );
  assert.equal(pdf.pages.count, 1);
  assert.deepEqual(
    pdf.leniencies.map(({ kind, num }) => [kind, num]),
    [['no-endobj', 2]],
  );
});

/** A file with one cross-reference stream with this dictionary and data, as the last object. */
function withXrefStream(
  dict: string,
  rows: readonly number[][],
  data = deflateSync(Buffer.from(rows.flat())),
): Buffer {
  const head = `%PDF-1.7\n1 0 obj\n<< /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Kids [3 0 R] /Count 1 >>\nendobj\n3 0 obj\n<< >>\nendobj\n`;
  const stream = `4 0 obj\n<< /Type /XRef /Filter /FlateDecode /Length ${data.length} /Root 1 0 R ${dict} >>\nstream\n`;
  const tail = `\nendstream\nendobj\nstartxref\n${head.length}\n%%EOF\n`;
  return Buffer.concat([Buffer.from(head + stream, 'latin1'), data, Buffer.from(tail, 'latin1')]);
}

const rows = [
  [0, 0, 0],
  [1, 9, 0],
  [1, 43, 0],
  [1, 87, 0],
  [1, 108, 0],
];
test('the cross-reference stream that the others are made from is fine', () =>
  use(withXrefStream('/Size 5 /W [1 1 1]', rows)));
for (const widths of ['[1 1]', '[1 1 1.5]', '[1 9 1]', '[0 0 0]', '[-1 2 1]', '5', '[1 1 1 0 R]']) {
  refuses(
    `a cross-reference stream with /W ${widths}`,
    'pdf.xref-malformed',
    withXrefStream(`/Size 5 /W ${widths}`, rows),
  );
}
for (const index of ['[0]', '[0 -1]', '[0 2.5]', '[0 99999999999]', '[0 8388608]', '[(0) 5]']) {
  refuses(
    `a cross-reference stream with /Index ${index}`,
    'pdf.xref-malformed',
    withXrefStream(`/Size 5 /W [1 1 1] /Index ${index}`, rows),
  );
}
refuses(
  'a cross-reference stream with fewer rows than it says',
  'pdf.xref-malformed',
  withXrefStream('/Size 6 /W [1 1 1]', rows),
);
refuses('a cross-reference stream without /Size', 'pdf.xref-malformed', withXrefStream('/W [1 1 1]', rows));
refuses(
  'a cross-reference stream of another type',
  'pdf.xref-malformed',
  withXrefStream('/Type /Other /Size 5 /W [1 1 1]', rows),
);
refuses(
  'a cross-reference stream that is a bomb',
  'pdf.stream-too-large',
  withXrefStream('/Size 5 /W [1 1 1]', rows, deflateSync(Buffer.alloc(50_000_000))),
);
refuses(
  'a cross-reference stream that cannot be inflated',
  'pdf.filter-data',
  withXrefStream('/Size 5 /W [1 1 1]', rows, Buffer.from('no zlib')),
);
refuses(
  'an object in an object stream that is the catalog',
  'pdf.object-stream',
  withXrefStream('/Size 5 /W [1 1 1]', rows.with(3, [2, 1, 0])),
);
refuses(
  'an object stream in an object stream',
  'pdf.object-stream',
  withXrefStream('/Size 6 /W [1 1 1]', [...rows.with(3, [2, 5, 0]), [2, 5, 1]]),
);
refuses('an XRefStm that leads nowhere', 'pdf.xref-malformed', good.replace('/Root', '/XRefStm 9 /Root'));
refuses('an XRefStm beyond the end', 'pdf.xref-malformed', good.replace('/Root', '/XRefStm 99999999 /Root'));

for (const [what, dict, data] of [
  ['more objects than it has bytes', '/N 1000000 /First 8', '3 0 <<>>'],
  ['a /First beyond its data', '/N 1 /First 99', '3 0 <<>>'],
  ['an object beyond its data', '/N 1 /First 5', '3 99 <<>>'],
  ['no such object', '/N 1 /First 4', '7 0 <<>>'],
  ['the same object twice', '/N 3 /First 12', '7 0 3 4 3 0 <<>><<>>'],
  ['/N that is no number', '/N /X /First 4', '3 0 <<>>'],
] as const) {
  test(`refuses an object stream with ${what}`, () => {
    const stream = `5 0 obj\n<< /Type /ObjStm ${dict} /Length ${data.length} >>\nstream\n${data}\nendstream\nendobj\n`;
    const base = withXrefStream('/Size 6 /W [1 2 1]', [
      [0, 0, 0, 0],
      [1, 0, 9, 0],
      [1, 0, 43, 0],
      [2, 0, 5, 0],
      [0, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    const at = base.indexOf('4 0 obj');
    const table = Buffer.from([
      0,
      0,
      0,
      0,
      1,
      0,
      9,
      0,
      1,
      0,
      43,
      0,
      2,
      0,
      5,
      0,
      0,
      0,
      0,
      0,
      1,
      at >> 8,
      at & 255,
      0,
    ]);
    const xref = `4 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length ${table.length}>>\nstream\n`;
    const start = at + stream.length;
    const file = Buffer.concat([
      base.subarray(0, at),
      Buffer.from(stream + xref),
      table,
      Buffer.from(`\nendstream\nendobj\nstartxref\n${start}\n%%EOF`),
    ]);
    assert.throws(() => use(file), { code: 'pdf.object-stream' });
  });
}

test('a /Size beyond all measure is refused when numbers are asked for', () => {
  const pdf = openPdf(memorySource(Buffer.from(good.replace('/Size 4', '/Size 99999999'), 'latin1')));
  assert.throws(() => new IncrementalUpdate(pdf).allocate(), { code: 'pdf.too-many-objects' });
});

test('more sections than anybody wrote are refused', () => {
  let text = good;
  let prev = good.indexOf('xref\n');
  for (let i = 0; i < 10_001; i++) {
    const at = text.length;
    text += `xref\n0 0\ntrailer\n<</Root 1 0 R/Size 4/Prev ${prev}>>\n`;
    prev = at;
  }
  assert.throws(() => use(`${text}startxref\n${prev}\n%%EOF`), { code: 'pdf.too-many-sections' });
});

test('work is bounded by the size of the file: a stream decoded again and again ends in a code', () => {
  const bomb = deflateSync(Buffer.alloc(20_000_000));
  const bytes = Buffer.concat([
    Buffer.from('%PDF-1.7\n4 0 obj\n<</Filter/FlateDecode/Length '),
    Buffer.from(`${bomb.length}>>\nstream\n`),
    bomb,
  ]);
  const head = `${bytes.toString('latin1')}\nendstream\nendobj\n`;
  const file = tinyPdf(minimalObjects, '/Root 1 0 R', head)
    .toString('latin1')
    .replace('xref\n0 4', 'xref\n4 1\n0000000009 00000 n\r\n0 4');
  const pdf = openPdf(memorySource(Buffer.from(file, 'latin1')));
  const stream = pdf.object(4);
  assert.throws(
    () => {
      for (let i = 0; i < 100; i++) pdf.decode(stream as never);
    },
    { code: 'pdf.too-much-work' },
  );
  assert.throws(() => pdf.decode(stream as never, 1_000_000), { code: 'pdf.stream-too-large' });
});

test('a file cut off at any byte ends in a code or opens', () => {
  for (const kind of ['table', 'stream', 'hybrid'] as const) {
    const bytes = makePdf({ kind });
    for (let end = 0; end < bytes.length; end++) {
      try {
        use(bytes.subarray(0, end));
      } catch (error) {
        assert.match(String((error as { code?: string }).code), /^pdf\./, `cut at ${end}: ${error}`);
      }
    }
  }
});
