// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySource } from '@signet/base';
import { IncrementalUpdate, openPdf, PdfDict, PdfRef } from '@signet/documents/pdf';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';
import { minimalObjects, tinyPdf } from './pdf-source.ts';

const open = (bytes: Uint8Array) => openPdf(memorySource(bytes));

function updated(bytes: Uint8Array, mark: number): Buffer {
  const update = new IncrementalUpdate(open(bytes));
  update.add(PdfDict.of({ Mark: mark }));
  update.put(update.document.catalogRef, update.document.catalog.with({ Mark: mark }));
  return Buffer.concat([bytes, update.serialize().bytes]);
}

for (const kind of ['table', 'stream', 'hybrid'] as const) {
  test(`tells the revisions of a file of kind ${kind} apart, and shows each as it was`, () => {
    const base = makePdf({ kind });
    const second = updated(base, 2);
    const third = updated(second, 3);
    const pdf = open(third);
    assert.deepEqual(
      pdf.revisions.map(({ endOffset }) => endOffset),
      [base.length, second.length, third.length],
    );
    assert.deepEqual(
      pdf.revisions.map(({ markerEnd }) => markerEnd),
      [base.length - 1, second.length - 1, third.length - 1],
    );
    assert.deepEqual(
      pdf.revisions.map(({ crossReference }) => crossReference),
      [kind, kind === 'stream' ? kind : 'table', kind === 'stream' ? kind : 'table'],
    );
    assert.deepEqual(
      [0, 1, 2].map((index) => pdf.at(index).catalog.get('Mark')),
      [undefined, 2, 3],
    );
    assert.equal(pdf.at(0).size, open(base).size);
    assert.equal(pdf.at(2), pdf);
    const changed = [...pdf.revisions[2]!.objectNumbers()];
    assert.deepEqual(
      changed.filter((num) => num > 0),
      [
        pdf.catalogRef.num,
        ...Array.from({ length: pdf.size - pdf.at(1).size }, (_, i) => pdf.at(1).size + i),
      ],
    );
    assert.equal(pdf.revisions[1]!.place(2), undefined);
    assert.throws(() => pdf.at(3), TypeError);
  });
}

test('the two sections of a linearised file are one revision', () => {
  // The first-page section stands before the main one and leads to it by /Prev; startxref names the first.
  const plain = tinyPdf(minimalObjects).toString('latin1');
  const body = plain.slice('%PDF-1.7\n'.length, plain.indexOf('xref\n'));
  const shift = 200;
  const line = (num: number) =>
    `${String(plain.indexOf(`${num} 0 obj`) + shift).padStart(10, '0')} 00000 n\r\n`;
  const mainAt = '%PDF-1.7\n'.length + shift + body.length;
  const first =
    `xref\n3 1\n${line(3)}trailer\n<</Size 4/Root 1 0 R/Prev ${mainAt}>>\nstartxref\n0\n%%EOF\n`.padEnd(
      shift,
    );
  const main = `xref\n0 3\n0000000000 65535 f\r\n${line(1)}${line(2)}trailer\n<</Size 3>>\nstartxref\n9\n%%EOF\n`;
  const bytes = Buffer.from(`%PDF-1.7\n${first}${body}${main}`, 'latin1');
  const pdf = open(bytes);
  assert.equal(pdf.pages.at(0).ref.num, 3);
  assert.equal(pdf.revisions.length, 1);
  assert.equal(pdf.revisions[0]!.endOffset, bytes.length);
  assert.deepEqual([...pdf.revisions[0]!.objectNumbers()], [0, 1, 2, 3]);
  const second = open(updated(bytes, 2));
  assert.deepEqual(
    second.revisions.map(({ endOffset }) => endOffset),
    [bytes.length, second.source.length],
  );
  assert.equal(second.at(0).catalog.has('Mark'), false);
});

test('an entry that leads behind the end of its revision is refused in every view', () => {
  // The first revision already names object 4 where only the second will put it.
  const plain = tinyPdf({ ...minimalObjects, 4: '(later)' }).toString('latin1');
  const object = '4 0 obj\n(later)\nendobj\n';
  const line = (offset: number) => `${String(offset).padStart(10, '0')} 00000 n\r\n`;
  const without = plain
    .replace(object, '')
    .replace(/startxref\n\d+/, `startxref\n${plain.indexOf('xref\n') - object.length}`);
  const first = without.replace(line(plain.indexOf(object)), line(without.length));
  const xref = first.length + object.length;
  const prev = first.lastIndexOf('xref\n0');
  const bytes = `${first}${object}xref\n0 0\ntrailer\n<</Size 5/Root 1 0 R/Prev ${prev}>>\nstartxref\n${xref}\n%%EOF\n`;
  const pdf = open(Buffer.from(bytes, 'latin1'));
  assert.equal(pdf.revisions.length, 2);
  assert.equal(pdf.pages.count, 1);
  assert.throws(() => pdf.object(4), { code: 'pdf.object-beyond-revision' });
  assert.throws(() => pdf.at(0).object(4), { code: 'pdf.object-beyond-revision' });
});

test('an object stream that a later revision replaced is refused under the objects that lay in it', () => {
  const base = makePdf({ kind: 'stream', objects: 40 });
  const before = open(base);
  const num = Array.from({ length: before.size }, (_, i) => i).find(
    (i) => i > 1 && before.place(i)?.kind === 'compressed',
  )!;
  const place = before.place(num);
  assert.ok(place?.kind === 'compressed');
  const update = new IncrementalUpdate(before);
  update.put(new PdfRef(place.container), before.object(place.container));
  const pdf = open(Buffer.concat([base, update.serialize().bytes]));
  assert.throws(() => pdf.object(num), { code: 'pdf.object-stream' });
  assert.ok(pdf.at(0).object(num) instanceof PdfDict);
});
