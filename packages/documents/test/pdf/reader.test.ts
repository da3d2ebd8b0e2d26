// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySource } from '@signet/base';
import { looksSmall, openPdf, PdfDict, PdfStream } from '@signet/documents/pdf';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';
import { countingSource, gappedSource, minimalObjects, tinyPdf } from './pdf-source.ts';

const kinds = ['table', 'stream', 'hybrid'] as const;
const open = (bytes: Uint8Array) => openPdf(memorySource(bytes));

for (const kind of kinds) {
  test(`reads pages, form and objects of a file of kind ${kind}`, () => {
    const pdf = open(makePdf({ kind, pages: 120, objects: 900, acroForm: true, tagged: true }));
    assert.equal(pdf.crossReference, kind);
    assert.equal(pdf.version, '1.7');
    assert.equal(pdf.pages.count, 120);
    for (const [index, wanted] of [
      [0, 0],
      [49, 49],
      [50, 50],
      [119, 119],
      [-1, 119],
      [-120, 0],
    ] as const) {
      const page = pdf.pages.at(index);
      assert.equal(page.index, wanted);
      const contents = pdf.lookup(page.dict, 'Contents');
      assert.ok(contents instanceof PdfStream);
      assert.match(Buffer.from(pdf.decode(contents)).toString(), new RegExp(`\\(Page ${wanted + 1}\\)`));
    }
    assert.equal(pdf.lookupArray(pdf.acroForm!, 'Fields')?.length, 1);
    assert.equal(pdf.id?.[0].length, 16);
    for (let num = 1; num < pdf.size; num++) assert.notEqual(pdf.object(num), undefined);
    assert.deepEqual(pdf.leniencies, []);
  });

  test(`opens a file of kind ${kind} of 5 MB and reads little of it`, () => {
    const source = countingSource(makePdf({ kind, pages: 3, objects: 2000, bytes: 5_000_000 }));
    const pdf = openPdf(source);
    pdf.pages.at(-1);
    assert.ok(pdf.acroForm === undefined);
    assert.ok(source.bytesRead < (kind === 'table' ? 20_000 : 60_000), `${source.bytesRead} bytes read`);
  });
}

test('a table of a million entries is not read', () => {
  const head = Buffer.from(
    '%PDF-1.7\n1 0 obj<</Pages 2 0 R>>endobj 2 0 obj<</Kids[3 0 R]/Count 1>>endobj 3 0 obj<<>>endobj\n',
  );
  const count = 1_000_000;
  const entries = ['0000000000 65535 f\r\n', ...[1, 2, 3].map((num) => entry(head.indexOf(`${num} 0 obj`)))];
  const filler = entry(9).repeat(count - entries.length);
  const table = `xref\n0 ${count}\n${entries.join('')}${filler}trailer\n<</Size ${count}/Root 1 0 R>>\nstartxref\n${head.length}\n%%EOF`;
  const source = countingSource(Buffer.concat([head, Buffer.from(table)]));
  const pdf = openPdf(source);
  assert.equal(pdf.pages.at(0).ref.num, 3);
  assert.equal(pdf.size, count);
  assert.deepEqual(pdf.place(count - 1), { kind: 'offset', offset: 9, gen: 0 });
  assert.ok(source.bytesRead < 20_000, `${source.bytesRead} bytes read`);
});

function entry(offset: number): string {
  return `${String(offset).padStart(10, '0')} 00000 n\r\n`;
}

test('a file of 8 GB is opened by its ends', () => {
  const bytes = tinyPdf(minimalObjects);
  const xref = bytes.indexOf('xref\n');
  const length = 8_000_000_000;
  const tail = Buffer.from(
    bytes
      .subarray(xref)
      .toString('latin1')
      .replace(/startxref\n\d+/, `startxref\n${length}`),
  );
  const start = length - tail.length;
  const moved = Buffer.from(tail.toString('latin1').replace(`startxref\n${length}`, `startxref\n${start}`));
  const pdf = openPdf(gappedSource(bytes.subarray(0, xref), moved, length));
  assert.equal(pdf.startXref, start);
  assert.equal(pdf.pages.count, 1);
});

test('walks only what it must of a page tree of 20,000 pages', () => {
  const source = countingSource(makePdf({ kind: 'table', pages: 20_000 }));
  const pdf = openPdf(source);
  assert.equal(pdf.pages.at(-1).index, 19_999);
  assert.equal(pdf.pages.at(12_345).index, 12_345);
  // Each node on the way is asked for its count: 8 in the root, up to 50 below it. Not the pages beside it.
  assert.ok(source.bytesRead < 600_000, `${source.bytesRead} bytes read`);
});

test('inherits what a page leaves out', () => {
  const pdf = open(
    tinyPdf({
      1: '<< /Pages 2 0 R >>',
      2: '<< /Kids [3 0 R] /Count 1 /Rotate 90 /MediaBox [0 0 1 1] >>',
      3: '<< /Type /Pages /Parent 2 0 R /Kids [4 0 R] /Count 1 /Rotate 5 0 R >>',
      4: '<< /Type /Page /Parent 3 0 R >>',
      5: '180',
    }),
  );
  const page = pdf.pages.at(0);
  assert.equal(page.inherited('Rotate'), 180);
  assert.ok(page.inherited('MediaBox'));
  assert.equal(page.inherited('CropBox'), undefined);
  assert.throws(() => pdf.pages.at(1), { code: 'pdf.no-such-page' });
  assert.throws(() => pdf.pages.at(-2), { code: 'pdf.no-such-page' });
});

test('offsets count from the header, wherever it stands, or from the first byte where the writer did so', () => {
  const junk = Buffer.from('junk before\n');
  const bytes = tinyPdf(minimalObjects);
  const relative = open(Buffer.concat([junk, bytes]));
  assert.equal(relative.pages.at(0).ref.num, 3);
  assert.equal(relative.headerOffset, junk.length);
  assert.equal(relative.offsetBase, junk.length);
  assert.equal(relative.startXref, junk.length + bytes.lastIndexOf('xref\n0'));
  const absolute = open(tinyPdf(minimalObjects, '/Root 1 0 R', 'junk before\n%PDF-1.7\n'));
  assert.equal(absolute.pages.at(0).ref.num, 3);
  assert.equal(absolute.offsetBase, 0);
  assert.equal(absolute.headerOffset, 12);
});

test('reads tables whose entries are 19 bytes long', () => {
  const text = tinyPdf(minimalObjects)
    .toString('latin1')
    .replaceAll(' n\r\n', ' n\n')
    .replaceAll(' f\r\n', ' f\n');
  const pdf = open(Buffer.from(text, 'latin1'));
  assert.equal(pdf.pages.at(0).ref.num, 3);
  assert.equal(pdf.place(0)?.kind, 'free');
});

test('unknown, free and wrongly versioned objects are null', () => {
  const pdf = open(tinyPdf({ ...minimalObjects, 5: '[4 0 R 9 0 R 3 7 R 0 0 R]' }));
  const array = pdf.lookupArray(PdfDict.of({ A: pdf.object(5) }), 'A')!;
  assert.deepEqual(
    array.items.map((item) => pdf.resolve(item)),
    [null, null, null, null],
  );
});

test('a wrong stream length is read around where that is unambiguous, and told', () => {
  const objects = (length: string, tail = 'endstream') => ({
    ...minimalObjects,
    4: `<< /Length ${length} >>\nstream\nabc\n${tail}`,
  });
  for (const length of ['3', '5 0 R', '99', '2', '-1', 'null']) {
    const pdf = open(tinyPdf({ ...objects(length), 5: '3' }));
    const stream = pdf.object(4);
    assert.ok(stream instanceof PdfStream);
    assert.equal(Buffer.from(stream.encoded()).toString(), 'abc', length);
    assert.equal(pdf.leniencies.length, ['3', '5 0 R'].includes(length) ? 0 : 1, length);
  }
  assert.throws(() => open(tinyPdf(objects('99', 'endstream 1'))).object(4), {
    code: 'pdf.stream-unterminated',
  });
  assert.throws(() => open(tinyPdf(objects('99', ''))).object(4), { code: 'pdf.stream-unterminated' });
});

test('an entry tells where in the file it stands', () => {
  const bytes = tinyPdf({ ...minimalObjects, 4: `<< /Pad (${'x'.repeat(3000)}) /Key (value) >>` });
  const pdf = open(bytes);
  const place = pdf.place(4);
  const dict = pdf.object(4);
  assert.ok(dict instanceof PdfDict && place?.kind === 'offset');
  const { start, end } = dict.entries[1]!;
  assert.equal(bytes.subarray(place.offset + start, place.offset + end).toString(), '/Key (value)');
});

test('the end of a file tells whether it is small', () => {
  for (const kind of kinds) {
    const bytes = makePdf({ kind, objects: 200 });
    assert.equal(looksSmall(bytes, 1000), true, kind);
    assert.equal(looksSmall(bytes, 100), false, kind);
  }
  assert.equal(looksSmall(Buffer.from('no PDF'), 1000), false);
  assert.equal(looksSmall(new Uint8Array(0), 1000), false);
});
