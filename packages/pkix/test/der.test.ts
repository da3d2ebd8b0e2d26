// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import * as asn1js from 'asn1js';
import fc from 'fast-check';
import {
  DerNode,
  type DerValue,
  decodeOid,
  der,
  encodeDer,
  encodeOid,
  readDer,
  readInside,
  readOnlyElement,
  tags,
} from '../src/index.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('writing', () => {
  const encodings: readonly (readonly [string, DerValue, string])[] = [
    ['integer 0', der.integer(0), '020100'],
    ['integer 127', der.integer(127), '02017f'],
    ['integer 128 keeps its sign bit', der.integer(128), '02020080'],
    ['integer -128', der.integer(-128), '020180'],
    ['integer -129', der.integer(-129), '0202ff7f'],
    ['octets as a positive integer', der.integer(bytes('ff')), '020200ff'],
    ['octets lose leading zeros', der.integer(bytes('0000 01')), '020101'],
    ['no octets are zero', der.integer(new Uint8Array(0)), '020100'],
    ['boolean true', der.boolean(true), '0101ff'],
    ['null', der.nothing(), '0500'],
    ['object identifier', der.oid('1.2.840.113549'), '06062a864886f70d'],
    ['object identifier under 2', der.oid('2.999.3'), '0603883703'],
    ['bit string', der.bitString(bytes('b0'), 4), '030204b0'],
    ['named bits without trailing zeros', der.namedBits([0, 1]), '030206c0'],
    ['no named bits', der.namedBits([]), '030100'],
    ['named bit in the second octet', der.namedBits([8]), '0303070080'],
    ['set of is sorted', der.setOf([der.integer(2), der.integer(1)]), '3106020101020102'],
    ['explicit tag', der.context(0, der.integer(1)), 'a003020101'],
    ['implicit primitive tag', der.implicit(1, der.integer(1)), '810101'],
    ['implicit constructed tag', der.implicit(1, der.sequence(der.integer(1))), 'a103020101'],
    ['absent parts', der.sequence(undefined, der.booleanOrAbsent(false)), '3000'],
    ['time before 2050', der.time(new Date('2049-12-31T23:59:59Z')), '170d3439313233313233353935395a'],
    ['time from 2050', der.time(new Date('2050-01-01T00:00:00Z')), '180f32303530303130313030303030305a'],
    [
      'fraction without trailing zeros',
      der.generalizedTime(new Date('2026-01-02T03:04:05.120Z'), true),
      '181232303236303130323033303430352e31325a',
    ],
    ['BMPString', der.bmpString('ż'), '1e02017c'],
    ['long tag', der.element(0x3f | (201 << 8), der.integer(1)), '3f814903020101'],
  ];
  for (const [name, value, expected] of encodings)
    test(name, () => assert.equal(hex(encodeDer(value)), expected));

  for (const size of [127, 128, 255, 256, 65_535, 65_536, 70_000]) {
    test(`lengths around ${size} agree with asn1js`, () => {
      const content = new Uint8Array(size).fill(7);
      const expected = new asn1js.OctetString({ valueHex: content }).toBER();
      assert.equal(hex(encodeDer(der.octetString(content))), hex(new Uint8Array(expected)));
    });
  }

  test('characters outside an alphabet are a mistake of the program', () => {
    assert.throws(() => der.printableString('a@b'), TypeError);
    assert.throws(() => der.ia5String('ż'), TypeError);
    assert.throws(() => der.oid('1.40.1'), TypeError);
    assert.throws(() => der.oid('1.2.x'), TypeError);
  });
});

describe('reading', () => {
  test('typed values, one after the other', () => {
    const reader = readDer(
      encodeDer(
        der.sequence(
          der.integer(-300),
          der.oid('2.25.329800735698586629295641978511506172918'),
          der.context(0, der.utf8String('Żółw')),
          der.implicit(1, der.octetString(bytes('0102'))),
          der.time(new Date('1999-12-31T23:59:59Z')),
          der.enumerated(2),
          der.nothing(),
        ),
      ),
    ).sequence();
    assert.equal(reader.number(), -300);
    assert.equal(reader.oid(), '2.25.329800735698586629295641978511506172918');
    assert.equal(reader.explicit(0)?.text(), 'Żółw');
    assert.equal(reader.explicit(0), undefined);
    assert.equal(hex(reader.octetString(0x81)), '0102');
    assert.equal(reader.time().toISOString(), '1999-12-31T23:59:59.000Z');
    assert.equal(reader.enumerated(), 2);
    reader.null();
    reader.end();
    assert.ok(reader.atEnd);
  });

  test('elements share memory with the input', () => {
    const input = encodeDer(der.sequence(der.octetString(bytes('aabb'))));
    const element = readInside(readOnlyElement(input)).next();
    assert.equal(element.bytes.buffer, input.buffer);
    assert.equal(hex(element.bytes), '0402aabb');
    assert.equal(hex(element.content), 'aabb');
    assert.deepEqual(
      [element.tagClass, element.constructed, element.tagNumber, element.start],
      [0, false, 4, 2],
    );
  });

  test('a long tag', () => {
    const reader = readDer(bytes('3f8149 03 020101'));
    assert.equal(reader.is(0x3f | (201 << 8)), true);
    assert.equal(reader.is(0x3f | (200 << 8)), false);
    assert.equal(readInside(reader.next()).number(), 1);
  });

  test('character strings of all kinds', () => {
    const read = (text: string) => readDer(bytes(text)).text();
    assert.equal(read('1302 4142'), 'AB');
    assert.equal(read('1602 6140'), 'a@');
    assert.equal(read('1401 fc'), 'ü');
    assert.equal(read('1e04 0041017c'), 'Aż');
    assert.equal(read('1c04 0001f600'), '😀');
  });

  test('indefinite lengths and strings in pieces, in BER alone', () => {
    const input = bytes('30 80 24 80 0402 0102 24 04 0402 0304 0000 020105 0000');
    const reader = readDer(input, 'ber').sequence();
    assert.equal(hex(reader.octetString()), '01020304');
    assert.equal(reader.number(), 5);
    reader.end();
    assert.equal(hex(readOnlyElement(input, 'ber').bytes), hex(input));
    assert.throws(() => readDer(input).sequence(), { code: 'der.indefinite-length' });
  });

  test('a string in one piece is not copied', () => {
    const input = bytes('0402 0102');
    assert.equal(readDer(input, 'ber').octetString().buffer, input.buffer);
  });

  test('times of BER', () => {
    const read = (tag: number, text: string) =>
      readDer(encodeDer(der.element(tag, Buffer.from(text))), 'ber')
        .time()
        .toISOString();
    assert.equal(read(tags.utcTime, '2601020304+0200'), '2026-01-02T01:04:00.000Z');
    assert.equal(read(tags.generalizedTime, '20260102030405,5-0100'), '2026-01-02T04:04:05.500Z');
  });
});

describe('properties', () => {
  const leaf: fc.Arbitrary<DerNode> = fc.oneof(
    fc.bigInt().map((value) => der.integer(value)),
    fc.uint8Array({ maxLength: 300 }).map((value) => der.octetString(value)),
    fc.string({ unit: 'grapheme' }).map((value) => der.utf8String(value)),
    fc.boolean().map((value) => der.boolean(value)),
    fc.constant(der.nothing()),
  );
  const { tree } = fc.letrec<{ tree: DerNode }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 8 },
      leaf,
      fc.array(tie('tree'), { maxLength: 5 }).map((parts) => der.sequenceOf(parts)),
      fc.array(tie('tree'), { maxLength: 5 }).map((parts) => der.setOf(parts)),
      fc.tuple(fc.nat(30), tie('tree')).map(([number, part]) => der.context(number, part)),
    ),
  }));
  const copied = (input: Uint8Array): DerNode => {
    const element = readOnlyElement(input);
    if (!element.constructed) return der.element(element.tag, element.content);
    const parts: DerNode[] = [];
    for (const reader = readInside(element); !reader.atEnd; ) parts.push(copied(reader.next().bytes));
    return new DerNode(element.tag, parts);
  };

  test('what is written is read as the same and written as the same again', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const encoding = encodeDer(node);
        assert.equal(encoding.length, node.length);
        assert.equal(hex(encodeDer(copied(encoding))), hex(encoding));
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('asn1js reads what is written', () => {
    fc.assert(
      fc.property(tree, (node) => {
        const result = asn1js.fromBER(Uint8Array.from(encodeDer(node)).buffer);
        assert.equal(result.offset, node.length);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test('integers come back', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }), (value) => {
        assert.equal(readDer(encodeDer(der.integer(value))).bigint(), value);
      }),
      { seed: 7 },
    );
  });

  test('object identifiers come back', () => {
    const arcs = fc.array(fc.bigInt({ min: 0n, max: 1n << 128n }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.nat(2), fc.nat(39), arcs, (root, second, rest) => {
        const oid = [root, second, ...rest].join('.');
        const content = encodeOid(oid);
        assert.equal(decodeOid(content), oid);
        assert.equal(decodeOid(Uint8Array.from(content)), oid);
      }),
      { seed: 7 },
    );
  });

  test('times come back', () => {
    const instants = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        assert.equal(
          readDer(encodeDer(der.generalizedTime(instant, true)))
            .time()
            .getTime(),
          instant.getTime(),
        );
        assert.equal(
          readDer(encodeDer(der.time(instant)))
            .time()
            .getTime(),
          Math.floor(instant.getTime() / 1000) * 1000,
        );
      }),
      { seed: 7 },
    );
  });
});
