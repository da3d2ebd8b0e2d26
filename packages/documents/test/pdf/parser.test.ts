// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PdfParser } from '../../src/pdf/syntax/parser.ts';
import { serializeValue } from '../../src/pdf/syntax/serializer.ts';
import {
  PdfArray,
  PdfDict,
  PdfHole,
  PdfName,
  PdfRef,
  PdfReserved,
  PdfString,
  type PdfValue,
} from '../../src/pdf/syntax/values.ts';

function parse(text: string): PdfValue {
  return new PdfParser(Buffer.from(text, 'latin1')).value();
}

function plain(value: PdfValue): unknown {
  if (value instanceof PdfName) return `/${value.text}`;
  if (value instanceof PdfRef) return `${value.num} ${value.gen} R`;
  if (value instanceof PdfString)
    return { string: Buffer.from(value.bytes).toString('latin1'), hex: value.hex };
  if (value instanceof PdfArray) return value.items.map(plain);
  if (value instanceof PdfDict) return value.entries.map((entry) => [entry.key, plain(entry.value)]);
  return value;
}

test('reads the numbers of ISO 32000-2 §7.3.3', () => {
  const numbers = [
    '123',
    '43445',
    '+17',
    '-98',
    '0',
    '34.5',
    '-3.62',
    '+123.6',
    '4.',
    '-.002',
    '0.0',
    '009.870',
  ];
  assert.deepEqual(numbers.map(parse), [123, 43445, 17, -98, 0, 34.5, -3.62, 123.6, 4, -0.002, 0, 9.87]);
  assert.equal(parse('12345678901234567890'), Number('12345678901234567890'));
  assert.equal(parse('-0.12345678901234567890'), Number('-0.1234567890123456789'));
});

test('reads literal strings with their escapes (§7.3.4.2)', () => {
  const cases: [string, string][] = [
    ['(a (nested) one)', 'a (nested) one'],
    ['()', ''],
    ['(\\n\\r\\t\\b\\f\\(\\)\\\\)', '\n\r\t\b\f()\\'],
    ['(\\0053\\053\\53\\q)', '\x053++q'],
    ['(two\\\r\nlines\\\nhere)', 'twolineshere'],
    ['(a\r\nb\rc\nd)', 'a\nb\nc\nd'],
    ['(\\777)', '\xff'],
  ];
  for (const [text, string] of cases) assert.deepEqual(plain(parse(text)), { string, hex: false }, text);
});

test('reads hexadecimal strings, an odd digit followed by 0 (§7.3.4.3)', () => {
  assert.deepEqual(plain(parse('<48 65\n6C6c6F>')), { string: 'Hello', hex: true });
  assert.deepEqual(plain(parse('<901FA>')), { string: '\x90\x1f\xa0', hex: true });
  assert.deepEqual(plain(parse('<>')), { string: '', hex: true });
});

test('reads names with escapes and without characters (§7.3.5)', () => {
  assert.deepEqual(
    [
      '/Name1',
      '/',
      '/A;Name_With-Various***Characters?',
      '/paired#28#29parentheses',
      '/A#42',
      '/a#',
      '/a#4',
    ].map((text) => plain(parse(text))),
    ['/Name1', '/', '/A;Name_With-Various***Characters?', '/paired()parentheses', '/AB', '/a#', '/a#4'],
  );
});

test('tells references from numbers', () => {
  assert.deepEqual(plain(parse('[1 0 R 2 0 3 4 0 R 5 6 70000 0 R]')), [
    '1 0 R',
    2,
    0,
    3,
    '4 0 R',
    5,
    6,
    '70000 0 R',
  ]);
  assert.deepEqual(plain(parse('[0 1 2]')), [0, 1, 2]);
  assert.deepEqual(plain(parse('[12 0%comment\nR]')), ['12 0 R']);
  for (const text of ['[1 0 Rx]', '[1 70000 R]', '[-1 0 R]'])
    assert.throws(() => parse(text), { code: 'pdf.syntax' });
});

test('reads dictionaries without white space and with comments', () => {
  assert.deepEqual(plain(parse('<</A/B/C[/D(e)<66>]/G<</H null>>%end\n/I true>>')), [
    ['A', '/B'],
    ['C', ['/D', { string: 'e', hex: false }, { string: 'f', hex: true }]],
    ['G', [['H', null]]],
    ['I', true],
  ]);
});

test('of a key that stands twice the last one counts, and it is told', () => {
  const dict = parse('<</A 1/B 2/A 3>>') as PdfDict;
  assert.equal(dict.get('A'), 3);
  assert.deepEqual(dict.duplicateKeys(), ['A']);
  const large = parse(`<<${Array.from({ length: 20 }, (_, i) => `/K${i} ${i}`).join('')}/K3 -3>>`) as PdfDict;
  assert.equal(large.get('K3'), -3);
  assert.equal(large.with({ K3: 7 }).keys().length, 20);
});

for (const text of [
  '',
  '<<',
  '<</A>>',
  '<</A 1',
  '[1',
  '(a',
  '(a\\',
  '<12',
  '+',
  '--1',
  '1.2.3',
  'nul',
  'trueish',
  '>>',
  ')',
  '<</A 1 2>>',
  ']',
]) {
  test(`refuses ${JSON.stringify(text)}`, () => assert.throws(() => parse(text), { code: 'pdf.syntax' }));
}

test('refuses nesting without a bottom', () => {
  assert.throws(() => parse('['.repeat(100_000)), { code: 'pdf.too-deep' });
  assert.throws(() => parse('<</A'.repeat(100_000)), { code: 'pdf.too-deep' });
  assert.doesNotThrow(() => parse('['.repeat(100) + ']'.repeat(100)));
});

test('a window that ends inside a token is told, whatever the token', () => {
  const text = '<</Key [123 4 0 R -5.25 true null /Name (st(ri)ng) <AB12>] /Other << /A /B >> >> ';
  for (let end = 0; end < text.length - 1; end++) {
    const parser = new PdfParser(Buffer.from(text.slice(0, end), 'latin1'));
    try {
      parser.value();
    } catch {
      // What it says of half an object does not matter.
    }
    assert.ok(parser.touchedEnd || end >= text.trimEnd().length, `cut at ${end}`);
  }
});

test('an unchanged entry is written back byte for byte, a changed one anew in its place', () => {
  const dict = parse('<< /A  0012.50 /N#61me (o\\162 this)  /C [ 1.0  2 ] /D 1 >>') as PdfDict;
  const text = serializeValue(dict.with({ D: 2, E: new PdfName('F') })).toString('latin1');
  assert.equal(text, '<</A  0012.50\n/N#61me (o\\162 this)\n/C [ 1.0  2 ]\n/D 2\n/E/F\n>>');
  const array = dict.get('C') as PdfArray;
  assert.equal(serializeValue(array.append(new PdfRef(3))).toString('latin1'), '[1.0 2 3 0 R]');
});

test('removes a key by undefined', () => {
  const dict = PdfDict.of({ A: 1, B: undefined, C: 3 });
  assert.deepEqual(dict.keys(), ['A', 'C']);
  assert.deepEqual(dict.with({ A: undefined }).keys(), ['C']);
});

test('writes holes, reserved space, strings and names as PDF/A wants them', () => {
  const value = PdfDict.of({
    Hole: new PdfHole(2),
    Reserved: new PdfReserved(3),
    Hex: PdfString.of(Uint8Array.of(0x0a, 0xbc), true),
    Literal: PdfString.of(Buffer.from('a(b)\\\r\n\xff', 'latin1')),
    'Na me#': new PdfName('x/y'),
    Small: 0.0000001,
    Large: 123456789012,
  });
  assert.equal(
    serializeValue(value).toString('latin1'),
    '<</Hole<0000>\n/Reserved    \n/Hex<0ABC>\n/Literal(a\\(b\\)\\\\\\r\\n\xff)\n/Na#20me#23/x#2Fy\n/Small 0.0000001\n/Large 123456789012\n>>',
  );
  assert.throws(() => serializeValue(Number.NaN), TypeError);
});

const { value: anyValue } = fc.letrec<{ value: PdfValue; leaf: PdfValue }>((tie) => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 })
      .map((number) => Number(number.toFixed(6)) + 0),
    fc.string({ unit: 'binary-ascii', maxLength: 12 }).map((text) => new PdfName(text)),
    fc.tuple(fc.uint8Array({ maxLength: 24 }), fc.boolean()).map(([bytes, hex]) => PdfString.of(bytes, hex)),
    fc.tuple(fc.nat(), fc.nat(65535)).map(([num, gen]) => new PdfRef(num, gen)),
  ),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }).map((items) => new PdfArray(items)),
    fc
      .dictionary(fc.string({ unit: 'binary-ascii', maxLength: 8 }), tie('value'), {
        maxKeys: 5,
        noNullPrototype: true,
      })
      .map(PdfDict.of),
  ),
}));

test('what is written is read back the same, and written the same again', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const written = serializeValue(value);
      const parser = new PdfParser(written);
      const read = parser.value();
      assert.deepEqual(plain(read), plain(value));
      assert.equal(parser.position, written.length);
      assert.deepEqual(serializeValue(read), serializeValue(value));
    }),
    { numRuns: 2000, seed: 1 },
  );
});
