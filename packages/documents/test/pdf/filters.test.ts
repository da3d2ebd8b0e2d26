// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { decodeAscii85, decodeAsciiHex } from '../../src/pdf/filters/ascii.ts';
import { decodeStream } from '../../src/pdf/filters/decode.ts';
import { decodeLzw } from '../../src/pdf/filters/lzw.ts';
import { undoPredictor } from '../../src/pdf/filters/predictor.ts';
import { decodeRunLength } from '../../src/pdf/filters/run-length.ts';
import { PdfArray, PdfDict, PdfName, PdfStream, type PdfValue } from '../../src/pdf/syntax/values.ts';

const limit = 1 << 20;
const ascii = (text: string) => Buffer.from(text, 'latin1');

test('LZWDecode undoes the example of ISO 32000-2 §7.4.4.2', () => {
  const encoded = Uint8Array.of(0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01);
  assert.deepEqual([...decodeLzw(encoded, 1, limit)], [45, 45, 45, 45, 45, 65, 45, 45, 45, 66]);
});

test('LZWDecode undoes what an encoder makes, past full tables, for both values of /EarlyChange', () => {
  const data = Uint8Array.from({ length: 40_000 }, (_, i) => (i * i * 7919) >> 5);
  for (const early of [0, 1]) assert.deepEqual(decodeLzw(encodeLzw(data, early), early, limit), data);
});

test('LZWDecode refuses codes that are not defined yet, and too much', () => {
  assert.throws(() => decodeLzw(Uint8Array.of(0x80, 0x7f, 0xff), 1, limit), { code: 'pdf.filter-data' });
  assert.throws(() => decodeLzw(encodeLzw(new Uint8Array(5000), 1), 1, 4999), {
    code: 'pdf.stream-too-large',
  });
});

test('ASCII85Decode and ASCIIHexDecode', () => {
  assert.equal(Buffer.from(decodeAscii85(ascii('87cURD]i,"Ebo80~>'))).toString(), 'Hello World!');
  assert.equal(Buffer.from(decodeAscii85(ascii('87cU\nRDZ~>'))).toString(), 'Hello');
  assert.deepEqual([...decodeAscii85(ascii('z!!~>'))], [0, 0, 0, 0, 0]);
  assert.deepEqual([...decodeAsciiHex(ascii('48 65 6C 7> rest'))], [0x48, 0x65, 0x6c, 0x70]);
  for (const bad of ['87cU{~>', '!~>', 's8W-"~>']) {
    assert.throws(() => decodeAscii85(ascii(bad)), { code: 'pdf.filter-data' }, bad);
  }
  assert.throws(() => decodeAsciiHex(ascii('4x>')), { code: 'pdf.filter-data' });
});

test('RunLengthDecode', () => {
  assert.equal(
    Buffer.from(decodeRunLength(Uint8Array.of(2, 97, 98, 99, 254, 120, 128, 5), limit)).toString(),
    'abcxxx',
  );
  assert.throws(() => decodeRunLength(Uint8Array.of(5, 1, 2), limit), { code: 'pdf.filter-data' });
  assert.throws(() => decodeRunLength(Uint8Array.of(129, 1, 129, 1), 200), { code: 'pdf.stream-too-large' });
});

test('each PNG filter is undone, for pixels of one and three bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 60, maxLength: 60 }),
      fc.array(fc.nat(4), { minLength: 5, maxLength: 5 }),
      fc.constantFrom(1, 3),
      (data, types, colors) => {
        const parameters = { predictor: 15, colors, bitsPerComponent: 8, columns: 12 / colors };
        assert.deepEqual(undoPredictor(applyPng(data, types, 12, colors), parameters), data);
      },
    ),
    { numRuns: 300, seed: 2 },
  );
});

test('the TIFF predictor is undone, and impossible parameters are refused', () => {
  const parameters = { predictor: 2, colors: 1, bitsPerComponent: 8, columns: 4 };
  assert.deepEqual(
    [...undoPredictor(Uint8Array.of(1, 1, 1, 1, 5, 255, 0, 2), parameters)],
    [1, 2, 3, 4, 5, 4, 4, 6],
  );
  assert.throws(() => undoPredictor(new Uint8Array(9), { ...parameters, columns: 0 }), {
    code: 'pdf.filter-data',
  });
  assert.throws(() => undoPredictor(new Uint8Array(9), { ...parameters, columns: 2 ** 40 }), {
    code: 'pdf.filter-data',
  });
  assert.throws(() => undoPredictor(new Uint8Array(9), { ...parameters, predictor: 7 }), {
    code: 'pdf.filter-unknown',
  });
  assert.throws(() => undoPredictor(Uint8Array.of(9, 0, 0, 0, 0), { ...parameters, predictor: 12 }), {
    code: 'pdf.filter-data',
  });
});

test('filters are undone one after the other, each with its own parameters', () => {
  const inner = deflateSync(Uint8Array.of(2, 1, 2, 2, 1, 1));
  const dict = PdfDict.of({
    Filter: new PdfArray([new PdfName('AHx'), new PdfName('FlateDecode')]),
    DecodeParms: new PdfArray([null, PdfDict.of({ Predictor: 12, Columns: 2 })]),
  });
  assert.deepEqual([...decode(dict, ascii(`${inner.toString('hex')}>`))], [1, 2, 2, 3]);
});

test('a bomb, an unknown filter and unsound data end in a code', () => {
  const flate = PdfDict.of({ Filter: new PdfName('FlateDecode') });
  assert.throws(() => decode(flate, deflateSync(Buffer.alloc(2 * limit))), { code: 'pdf.stream-too-large' });
  assert.throws(() => decode(flate, ascii('no zlib')), { code: 'pdf.filter-data' });
  assert.throws(() => decode(flate, deflateSync(Buffer.alloc(1000)).subarray(0, 8)), {
    code: 'pdf.filter-data',
  });
  assert.throws(() => decode(PdfDict.of({ Filter: new PdfName('DCTDecode') }), ascii('x')), {
    code: 'pdf.filter-unknown',
  });
  assert.throws(() => decode(PdfDict.of({ Filter: 5 }), ascii('x')), { code: 'pdf.filter-data' });
  const many = new PdfArray(Array.from({ length: 17 }, () => new PdfName('AHx')));
  assert.throws(() => decode(PdfDict.of({ Filter: many }), ascii('>')), { code: 'pdf.filter-data' });
});

function decode(dict: PdfDict, data: Uint8Array): Uint8Array {
  return decodeStream(PdfStream.of(dict, data), {
    limit,
    resolve: (value: PdfValue | undefined) => value ?? null,
  });
}

/** Rows filtered as the PNG specification says it, straight from its table. */
function applyPng(data: Uint8Array, types: readonly number[], rowBytes: number, pixel: number): Uint8Array {
  const out: number[] = [];
  const at = (row: number, i: number) => (row < 0 || i < 0 ? 0 : data[row * rowBytes + i]!);
  types.forEach((type, row) => {
    out.push(type);
    for (let i = 0; i < rowBytes; i++) {
      const [a, b, c] = [at(row, i - pixel), at(row - 1, i), i < pixel ? 0 : at(row - 1, i - pixel)];
      const p = a + b - c;
      const nearest = [a, b, c].reduce((best, x) => (Math.abs(p - x) < Math.abs(p - best) ? x : best));
      out.push(at(row, i) - [0, a, b, (a + b) >> 1, nearest][type]!);
    }
  });
  return Uint8Array.from(out);
}

/** A plain LZW encoder: dictionary of strings, codes packed high bit first. */
function encodeLzw(data: Uint8Array, early: number): Uint8Array {
  const bits: number[] = [];
  const put = (code: number, width: number) => {
    for (let bit = width - 1; bit >= 0; bit--) bits.push((code >> bit) & 1);
  };
  let table = new Map<string, number>();
  let next = 258;
  let width = 9;
  let word = '';
  const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : table.get(text));
  put(256, width);
  for (const byte of data) {
    const longer = word + String.fromCharCode(byte);
    if (codeOf(longer) !== undefined) {
      word = longer;
      continue;
    }
    put(codeOf(word)!, width);
    table.set(longer, next++);
    // The decoder is one entry behind.
    if (next - 1 + early >= 1 << width && width < 12) width++;
    if (next === 4095) {
      put(256, width);
      table = new Map();
      next = 258;
      width = 9;
    }
    word = String.fromCharCode(byte);
  }
  if (word !== '') put(codeOf(word)!, width);
  put(257, width);
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  bits.forEach((bit, i) => {
    bytes[i >> 3] = bytes[i >> 3]! | (bit << (7 - (i & 7)));
  });
  return bytes;
}
