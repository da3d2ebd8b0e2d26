// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memorySource } from '@signet/base';
import {
  IncrementalUpdate,
  inspectBodies,
  inspectStructure,
  openPdf,
  PdfDict,
  PdfStream,
} from '@signet/documents/pdf';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';
import { minimalObjects, tinyPdf } from './pdf-source.ts';

function findings(file: string | Uint8Array): string[] {
  const bytes = typeof file === 'string' ? Buffer.from(file, 'latin1') : file;
  return inspectStructure(openPdf(memorySource(bytes))).map(({ severity, code }) => `${severity} ${code}`);
}

const good = tinyPdf(minimalObjects).toString('latin1');

test('sound files of every kind have no findings, updated or not', () => {
  for (const kind of ['table', 'stream', 'hybrid'] as const) {
    const base = makePdf({ kind, objects: 50, tagged: true, acroForm: true });
    assert.deepEqual(findings(base), [], kind);
    const update = new IncrementalUpdate(openPdf(memorySource(base)));
    update.put(update.document.catalogRef, update.document.catalog);
    update.add(1);
    assert.deepEqual(findings(Buffer.concat([base, update.serialize().bytes])), [], `${kind}, updated`);
  }
});

test('tells bytes before the header, and refuses them if offsets do not count from it', () => {
  assert.deepEqual(findings(`junk\n${good}`), ['tell pdf.junk-before-header']);
  assert.deepEqual(findings(tinyPdf(minimalObjects, '/Root 1 0 R', 'junk\n%PDF-1.7\n')), [
    'refuse pdf.junk-before-header',
  ]);
});

test('tells what follows the end marker, unless it is blank', () => {
  assert.deepEqual(findings(`${good}\r\n\0\0 \n`), []);
  assert.deepEqual(findings(`${good}more`), ['tell pdf.trailing-bytes']);
});

test('refuses an object that one section defines twice', () => {
  const second = good.replace('xref\n0 4', `xref\n3 1\n0000000009 00000 n\r\n0 4`);
  assert.ok(findings(second).includes('refuse pdf.duplicate-object'));
});

test('tells gaps and a wrong /Size', () => {
  assert.deepEqual(findings(good.replace('/Size 4', '/Size 3')), ['tell pdf.size-wrong']);
  const gap = good.replace('trailer', '6 1\n0000000000 00000 f\r\ntrailer').replace('/Size 4', '/Size 7');
  assert.deepEqual(findings(gap), ['tell pdf.xref-gap']);
});

test('refuses a key that stands twice in what holds the document together', () => {
  assert.deepEqual(findings(good.replace('/Type /Catalog', '/Pages 3 0 R  ')), ['refuse pdf.duplicate-key']);
  assert.deepEqual(findings(good.replace('/Root 1 0 R', '/Root 3 0 R /Root 1 0 R')), [
    'refuse pdf.duplicate-key',
  ]);
});

test('tells what had to be read leniently', () => {
  assert.deepEqual(findings(good.replace('/Pages 2 0 R >>\nendobj', '/Pages 2 0 R >>\n      ')), [
    'tell pdf.no-endobj',
  ]);
});

/** A hybrid file whose second section's table and XRefStm say these things about objects 1 to 4. */
function hybrid(table: string, rows: readonly (readonly [number, number])[], extra = ''): Buffer {
  const base = `${good}${extra}`;
  const data = Buffer.from(rows.flatMap(([type, value]) => [type, value >> 8, value & 255]));
  const stream = `9 0 obj\n<</Type/XRef/Size 10/Index[1 ${rows.length}]/W[1 2 0]/Root 1 0 R/Length ${data.length}>>\nstream\n`;
  const head = Buffer.concat([
    Buffer.from(base + stream, 'latin1'),
    data,
    Buffer.from('\nendstream\nendobj\n'),
  ]);
  const trailer = `<</Root 1 0 R/Size 10/Prev ${good.lastIndexOf('xref\n0')}/XRefStm ${base.length}>>`;
  return Buffer.concat([
    head,
    Buffer.from(`xref\n${table}trailer\n${trailer}\nstartxref\n${head.length}\n%%EOF\n`),
  ]);
}

const at = (text: string) => good.indexOf(text);
const refused = (file: Buffer) => findings(file).filter((finding) => finding.startsWith('refuse'));

test('a hybrid file that hides only what is not the document itself is fine', () => {
  assert.deepEqual(
    refused(
      hybrid('0 0\n', [
        [1, at('1 0 obj')],
        [1, at('2 0 obj')],
      ]),
    ),
    [],
  );
});

test('refuses a hybrid file whose table and stream give an object two places', () => {
  const offset = String(at('1 0 obj')).padStart(10, '0');
  assert.deepEqual(refused(hybrid(`1 1\n${offset} 00000 n\r\n`, [[1, at('1 0 obj') - 1]])), [
    'refuse pdf.hybrid-conflict',
  ]);
  assert.deepEqual(refused(hybrid(`1 1\n${offset} 00000 n\r\n`, [[1, at('1 0 obj')]])), []);
});

test('refuses a hybrid file whose page tree or form depends on the stream', () => {
  const other =
    '4 0 obj\n<</Kids[3 0 R]/Count 1>>\nendobj\n1 0 obj\n<</Pages 4 0 R>>\nendobj\n2 0 obj\n<</Kids[3 0 R]/Count 1/Rotate 90>>\nendobj\n';
  const offset = (text: string) => good.length + other.indexOf(text);
  assert.deepEqual(
    refused(
      hybrid(
        '0 0\n',
        [
          [1, offset('1 0 obj')],
          [0, 0],
          [0, 0],
          [1, offset('4 0 obj')],
        ],
        other,
      ),
    ),
    ['refuse pdf.hybrid-conflict'],
  );
  assert.deepEqual(
    refused(
      hybrid(
        '0 0\n',
        [
          [1, at('1 0 obj')],
          [1, offset('2 0 obj')],
        ],
        other,
      ),
    ),
    ['refuse pdf.hybrid-conflict'],
  );
});

function duplicates(bytes: Uint8Array): unknown[] {
  return [...inspectBodies(openPdf(memorySource(bytes)))].map(({ details }) => details.object);
}

test('finds objects that one revision defines twice, where no cross-reference leads', () => {
  const second = '3 0 obj\n<</Type/Page/Rotate 180>>\nendobj\n';
  const hidden = good
    .replace('xref\n', `${second}xref\n`)
    .replace(/startxref\n\d+/, `startxref\n${at('xref\n') + second.length}`);
  assert.deepEqual(duplicates(Buffer.from(good, 'latin1')), []);
  assert.deepEqual(duplicates(Buffer.from(hidden, 'latin1')), [3]);
});

test('an update that defines an object again is no duplicate, nor is what only looks like one in a stream', () => {
  for (const kind of ['table', 'stream', 'hybrid'] as const) {
    const base = makePdf({ kind, objects: 30, bytes: 2_500_000 });
    const update = new IncrementalUpdate(openPdf(memorySource(base)));
    update.put(update.document.catalogRef, update.document.catalog);
    update.add(PdfStream.of(PdfDict.of({}), Buffer.from('\n1 0 obj\n<<>>\nendobj\n')));
    assert.deepEqual(duplicates(Buffer.concat([base, update.serialize().bytes])), [], kind);
  }
});

test('heads are found across the chunks in which a file is read', () => {
  // Pads so that the second definition lies around the end of the first chunk.
  for (let shift = 0; shift < 24; shift++) {
    const pad = `%${'.'.repeat((1 << 20) - good.indexOf('xref\n') - 20 + shift)}\n`;
    const body = `${pad}3 0 obj <<>> endobj\n`;
    const file = good
      .replace('xref\n', `${body}xref\n`)
      .replace(/startxref\n\d+/, `startxref\n${at('xref\n') + body.length}`);
    assert.deepEqual(duplicates(Buffer.from(file, 'latin1')), [3], `shifted by ${shift}`);
  }
});
