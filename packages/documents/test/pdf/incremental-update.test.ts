// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySource } from '@signet/base';
import {
  IncrementalUpdate,
  name,
  openPdf,
  PdfArray,
  PdfDict,
  PdfHole,
  PdfName,
  PdfReserved,
  PdfStream,
  PdfString,
  textString,
} from '@signet/documents/pdf';
import fc from 'fast-check';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';
import { gappedSource, minimalObjects, tinyPdf } from './pdf-source.ts';

const open = (bytes: Uint8Array) => openPdf(memorySource(bytes));
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

test('a table is answered with a table: runs, 20-byte entries, the head of the free list, the trailer before', () => {
  const base = tinyPdf({ ...minimalObjects, 5: '(kept)' }, '/Root 1 0 R /Info 5 0 R /Custom [1 2]');
  const update = new IncrementalUpdate(open(base));
  update.put(update.document.catalogRef, update.document.catalog);
  const ref = update.add(PdfDict.of({ Type: new PdfName('New') }));
  assert.equal(ref.num, 6);
  const { bytes, startXref, baseLength } = update.serialize();
  const at = (text: string) => String(base.length + latin1(bytes).indexOf(text)).padStart(10, '0');
  assert.equal(baseLength, base.length);
  assert.equal(startXref, base.length + latin1(bytes).indexOf('xref\n'));
  const id = /\/ID\[<([0-9A-F]{32})> <\1>\]/.exec(latin1(bytes))![0];
  const prev = base.lastIndexOf('xref\n0');
  assert.equal(
    latin1(bytes),
    '1 0 obj\n<</Type /Catalog\n/Pages 2 0 R\n>>\nendobj\n6 0 obj\n<</Type/New\n>>\nendobj\n' +
      `xref\n0 2\n0000000000 65535 f\r\n${at('1 0 obj')} 00000 n\r\n6 1\n${at('6 0 obj')} 00000 n\r\n` +
      `trailer\n<</Size 7\n/Root 1 0 R\n/Info 5 0 R\n/Custom [1 2]\n/Prev ${prev}\n${id}\n>>\n` +
      `startxref\n${startXref}\n%%EOF\n`,
  );
});

test('a cross-reference stream is answered with one, which holds itself and leaves no gap', () => {
  const base = makePdf({ kind: 'stream' });
  const before = open(base);
  const update = new IncrementalUpdate(before);
  const ref = update.add(textString('new'));
  const { bytes, startXref } = update.serialize();
  const pdf = open(Buffer.concat([base, bytes]));
  assert.equal(pdf.crossReference, 'stream');
  assert.equal(pdf.startXref, startXref);
  assert.equal(pdf.size, before.size + 2);
  assert.deepEqual(pdf.place(ref.num + 1), { kind: 'offset', offset: startXref, gen: 0 });
  assert.deepEqual([...pdf.revisions[1]!.objectNumbers()], [ref.num, ref.num + 1]);
  assert.equal(pdf.trailer.has('DecodeParms'), false);
  assert.equal(latin1(bytes).includes('\nxref\n'), false);
});

test('many entries in a cross-reference stream are compressed', () => {
  const base = makePdf({ kind: 'stream' });
  const update = new IncrementalUpdate(open(base));
  for (let i = 0; i < 500; i++) update.add(i);
  const pdf = open(Buffer.concat([base, update.serialize().bytes]));
  assert.equal(pdf.trailer.name('Filter'), 'FlateDecode');
  assert.equal(pdf.object(pdf.size - 2), 499);
});

test('a hybrid file is answered with a table without XRefStm, and keeps what lies in its stream', () => {
  const base = makePdf({ kind: 'hybrid', objects: 40 });
  const before = open(base);
  const hidden = [...before.revisions[0]!.objectNumbers()].filter(
    (num) => before.place(num)?.kind === 'compressed',
  );
  const update = new IncrementalUpdate(before);
  update.add(true);
  const pdf = open(Buffer.concat([base, update.serialize().bytes]));
  assert.equal(pdf.crossReference, 'table');
  assert.equal(pdf.trailer.has('XRefStm'), false);
  assert.ok(hidden.length > 0);
  for (const num of hidden) assert.ok(pdf.object(num) instanceof PdfDict);
});

test('the first element of /ID stays and the second changes with the contents, and only with them', () => {
  const base = makePdf({ kind: 'table' });
  const appended = (value: number) => {
    const update = new IncrementalUpdate(open(base));
    update.add(PdfDict.of({ Value: value, Hole: new PdfHole(10) }));
    return update.serialize().bytes;
  };
  assert.deepEqual(appended(1), appended(1));
  const ids = [1, 2].map((value) => open(Buffer.concat([base, appended(value)])).id!);
  const before = open(base).id!;
  for (const id of ids) assert.deepEqual(id[0], before[0]);
  assert.notDeepEqual(ids[0]![1], before[1]);
  assert.notDeepEqual(ids[0]![1], ids[1]![1]);
});

test('a file without an /ID gets one', () => {
  const base = makePdf({ id: false });
  assert.equal(open(base).id, undefined);
  const update = new IncrementalUpdate(open(base));
  update.add(1);
  assert.equal(open(Buffer.concat([base, update.serialize().bytes])).id?.[0].length, 16);
});

test('holes and reserved space are where they are said to be and can be filled', () => {
  const base = makePdf({});
  const update = new IncrementalUpdate(open(base));
  const hole = new PdfHole(5);
  const reserved = new PdfReserved(20);
  const ref = update.add(PdfDict.of({ Contents: hole, ByteRange: reserved, After: 1 }));
  const revision = update.serialize();
  const file = Buffer.concat([base, revision.bytes]);
  const { offset, length } = revision.locate(hole);
  assert.equal(latin1(file.subarray(offset, offset + length)), '<0000000000>');
  revision.fill(reserved, new PdfArray([0, 1, 22, 333]));
  const filled = open(Buffer.concat([base, revision.bytes]));
  const dict = filled.object(ref.num);
  assert.ok(dict instanceof PdfDict);
  assert.deepEqual(filled.lookupArray(dict, 'ByteRange')?.items, [0, 1, 22, 333]);
  assert.equal(dict.get('After'), 1);
  assert.equal((dict.get('Contents') as PdfString).bytes.length, 5);
  assert.throws(() => revision.fill(reserved, textString('x'.repeat(19))), {
    code: 'pdf.reserved-too-small',
  });
  assert.throws(() => revision.locate(new PdfHole(5)), TypeError);
});

test('streams are written with their length and read back', () => {
  const base = makePdf({});
  const update = new IncrementalUpdate(open(base));
  const data = Buffer.from('endstream endobj \r\n');
  const ref = update.add(PdfStream.of(PdfDict.of({ Length: 7 }), data));
  const pdf = open(Buffer.concat([base, update.serialize().bytes]));
  const stream = pdf.object(ref.num);
  assert.ok(stream instanceof PdfStream);
  assert.deepEqual(Buffer.from(stream.encoded()), data);
  assert.deepEqual(pdf.leniencies, []);
});

test('begins on a line of its own, and keeps what follows the end marker', () => {
  const bare = tinyPdf(minimalObjects).subarray(0, -1);
  for (const [tail, first] of [
    ['', '\n'],
    ['\n', '4'],
    ['\r', '4'],
    ['\nrest', '\n'],
  ] as const) {
    const base = Buffer.concat([bare, Buffer.from(tail)]);
    const update = new IncrementalUpdate(open(base));
    update.add(1);
    const { bytes } = update.serialize();
    assert.equal(latin1(bytes)[0], first, JSON.stringify(tail));
    assert.equal(open(Buffer.concat([base, bytes])).object(4), 1);
  }
});

test('offsets count from the header in the update too', () => {
  for (const base of [
    Buffer.concat([Buffer.from('junk\n'), tinyPdf(minimalObjects)]),
    tinyPdf(minimalObjects, '/Root 1 0 R', 'junk\n%PDF-1.7\n'),
  ]) {
    const update = new IncrementalUpdate(open(base));
    update.add(name('New'));
    const pdf = open(Buffer.concat([base, update.serialize().bytes]));
    assert.deepEqual(pdf.object(4), new PdfName('New'));
    assert.equal(pdf.revisions.length, 2);
  }
});

test('numbers above /Size are not given again', () => {
  const text = latin1(tinyPdf({ ...minimalObjects, 8: '(high)' })).replace('/Size 9', '/Size 4');
  const update = new IncrementalUpdate(open(Buffer.from(text, 'latin1')));
  assert.equal(update.allocate().num, 9);
});

test('an object that was allocated must be put, a placeholder stands once', () => {
  const update = new IncrementalUpdate(open(makePdf({})));
  const ref = update.allocate();
  assert.throws(() => update.serialize(), TypeError);
  const hole = new PdfHole(1);
  update.put(ref, new PdfArray([hole, hole]));
  assert.throws(() => update.serialize(), TypeError);
});

test('resolves to what it has put before what the file has', () => {
  const update = new IncrementalUpdate(open(makePdf({})));
  const { catalogRef, catalog } = update.document;
  assert.equal(update.resolve(catalogRef), catalog);
  update.put(catalogRef, 5);
  assert.equal(update.resolve(catalogRef), 5);
  assert.equal(update.resolve(undefined), null);
});

test('a table refuses offsets of more than ten digits, a stream goes on', () => {
  const classic = hugeUpdate(tinyPdf(minimalObjects), 'xref\n0', 10_000_000_000);
  assert.throws(() => classic.serialize(), { code: 'pdf.too-large-for-table' });
  const below = hugeUpdate(tinyPdf(minimalObjects), 'xref\n0', 9_999_999_990);
  assert.match(latin1(below.serialize().bytes), /\n9999999990 00000 n\r\n/);
  const base = makePdf({ kind: 'stream' });
  const stream = hugeUpdate(base, `${open(base).size - 1} 0 obj\n`, 123_456_789_012);
  const revision = stream.serialize();
  assert.match(latin1(revision.bytes), /\/W\[1 5 1\]/);
  assert.ok(revision.startXref > 123_456_789_012);
});

/** An update of the file with blanks put before its cross-reference section, so that it has a given length. */
function hugeUpdate(bytes: Buffer, section: string, length: number): IncrementalUpdate {
  const at = bytes.lastIndexOf(section);
  const wanted = length - bytes.length + at;
  const grow = String(wanted).length - String(at).length;
  const tail = latin1(bytes.subarray(at)).replace(`startxref\n${at}`, `startxref\n${wanted - grow}`);
  const update = new IncrementalUpdate(
    openPdf(gappedSource(bytes.subarray(0, at), Buffer.from(tail, 'latin1'), length)),
  );
  update.add(true);
  return update;
}

test('whatever is put is there afterwards, and the bytes before are as they were', () => {
  const bases = (['table', 'stream', 'hybrid'] as const).map((kind) =>
    makePdf({ kind, objects: 30, acroForm: true }),
  );
  const value = fc.oneof(
    fc.integer(),
    fc.string().map(textString),
    fc.uint8Array().map((bytes) => PdfString.of(bytes, true)),
  );
  fc.assert(
    fc.property(
      fc.nat(bases.length - 1),
      fc.array(fc.array(value, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      (which, rounds) => {
        const base = bases[which]!;
        let file = base;
        const expected = new Map<number, unknown>();
        for (const values of rounds) {
          const update = new IncrementalUpdate(open(file));
          for (const item of values) expected.set(update.add(item).num, item);
          update.put(update.document.catalogRef, update.document.catalog.with({ Round: values.length }));
          const next = Buffer.concat([file, update.serialize().bytes]);
          assert.ok(next.subarray(0, base.length).equals(base));
          file = next;
        }
        const pdf = open(file);
        assert.equal(pdf.revisions.length, rounds.length + 1);
        assert.equal(pdf.catalog.get('Round'), rounds.at(-1)!.length);
        for (const [num, item] of expected) {
          const read = pdf.object(num);
          if (item instanceof PdfString) assert.equal(latin1((read as PdfString).bytes), latin1(item.bytes));
          else assert.equal(read, item);
        }
        for (let num = 0; num < pdf.size; num++) assert.ok(pdf.place(num), `object ${num} has no entry`);
      },
    ),
    { numRuns: 200, seed: 3 },
  );
});
