// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ErrorCode } from '@signet/base';
import { type DerReader, decodeOid, readDer, readInside, readOnlyElement } from '../src/index.ts';

const bytes = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

const refused: readonly (readonly [string, string, (reader: DerReader) => unknown, ErrorCode])[] = [
  ['nothing', '', (r) => r.next(), 'der.truncated'],
  ['a tag alone', '30', (r) => r.next(), 'der.truncated'],
  ['content that is cut off', '0403 0102', (r) => r.next(), 'der.truncated'],
  ['a length that is cut off', '3082 01', (r) => r.next(), 'der.truncated'],
  ['a length of 2^48 and more', '3087 01000000000000', (r) => r.next(), 'der.truncated'],
  ['the length octet FF', '30ff 0101', (r) => r.next(), 'der.truncated'],
  ['an inner length beyond the outer one', '3003 0402 01 02', (r) => r.sequence().next(), 'der.truncated'],
  ['a length in one octet too many', '3081 02 0500', (r) => r.next(), 'der.length'],
  ['a length with a leading zero', `3082 0080 ${'00'.repeat(128)}`, (r) => r.next(), 'der.length'],
  ['an indefinite length', '3080 0500 0000', (r) => r.next(), 'der.indefinite-length'],
  ['a low tag in long form', '1f1e00', (r) => r.next(), 'der.tag'],
  ['a long tag with leading zero', '1f8049 00', (r) => r.next(), 'der.tag'],
  ['a long tag without end', '1fffffffffff', (r) => r.next(), 'der.tag'],
  ['another tag', '0500', (r) => r.sequence(), 'der.unexpected-tag'],
  ['nothing where something is expected', '', (r) => r.sequence(), 'der.unexpected-tag'],
  ['a primitive SEQUENCE', '1000', (r) => r.sequence(), 'der.unexpected-tag'],
  ['bytes behind', '0500 00', (r) => [r.null(), r.end()], 'der.trailing-bytes'],
  ['an empty integer', '0200', (r) => r.bigint(), 'der.integer'],
  ['an integer with a zero octet too many', '0202 007f', (r) => r.bigint(), 'der.integer'],
  ['an integer with an FF octet too many', '0202 ff80', (r) => r.bigint(), 'der.integer'],
  ['an integer too large for a number', '0207 01000000000000', (r) => r.number(), 'der.integer'],
  ['an empty boolean', '0100', (r) => r.boolean(), 'der.boolean'],
  ['a boolean of two octets', '0102 ffff', (r) => r.boolean(), 'der.boolean'],
  ['TRUE as 01', '0101 01', (r) => r.boolean(), 'der.boolean'],
  ['NULL with content', '0501 00', (r) => r.null(), 'der.length'],
  ['an empty bit string', '0300', (r) => r.bitString(), 'der.bit-string'],
  ['eight unused bits', '0302 0800', (r) => r.bitString(), 'der.bit-string'],
  ['unused bits of nothing', '0301 01', (r) => r.bitString(), 'der.bit-string'],
  ['unused bits that are set', '0302 0401', (r) => r.bitString(), 'der.bit-string'],
  ['unused bits where octets are expected', '0302 0410', (r) => r.bitStringOctets(), 'der.bit-string'],
  ['an empty object identifier', '0600', (r) => r.oid(), 'der.oid'],
  ['an arc that is cut off', '0602 2a86', (r) => r.oid(), 'der.oid'],
  ['an arc with a leading zero', '0603 2a8001', (r) => r.oid(), 'der.oid'],
  ['UTF-8 that is none', '0c02 c328', (r) => r.text(), 'der.string'],
  ['UTF-16 of an odd length', '1e01 00', (r) => r.text(), 'der.string'],
  ['half a surrogate pair', '1e02 d800', (r) => r.text(), 'der.string'],
  ['a code point beyond Unicode', '1c04 00110000', (r) => r.text(), 'der.string'],
  ['a number as text', '0201 01', (r) => r.text(), 'der.string'],
  [
    'a time without seconds',
    `170b ${Buffer.from('2601020304Z').toString('hex')}`,
    (r) => r.time(),
    'der.time',
  ],
  ['31 February', `170d ${Buffer.from('260231000000Z').toString('hex')}`, (r) => r.time(), 'der.time'],
  ['the hour 24', `170d ${Buffer.from('260101240000Z').toString('hex')}`, (r) => r.time(), 'der.time'],
  [
    'a zero at the end of a fraction',
    `1812 ${Buffer.from('20260101000000.10Z').toString('hex')}`,
    (r) => r.time(),
    'der.time',
  ],
  [
    'a time with another tag',
    `040d ${Buffer.from('260101000000Z').toString('hex')}`,
    (r) => r.time(),
    'der.time',
  ],
];

for (const [name, input, read, code] of refused) {
  test(`${name} is refused`, () => assert.throws(() => read(readDer(bytes(input))), { code }));
}

describe('BER', () => {
  const berRefused: readonly (readonly [string, string, ErrorCode])[] = [
    ['an indefinite length without end', '3080 0500', 'der.truncated'],
    ['a primitive of indefinite length', '0480 0000', 'der.indefinite-length'],
    ['an inner end beyond the outer one', '3004 3080 0500 0000', 'der.truncated'],
  ];
  for (const [name, input, code] of berRefused) {
    test(`${name} is refused`, () =>
      assert.throws(() => readDer(bytes(input), 'ber').sequence().enter(0x30), { code }));
  }

  test('string pieces of another type are refused', () => {
    assert.throws(() => readDer(bytes('2403 020101'), 'ber').octetString(), { code: 'der.unexpected-tag' });
  });
});

describe('bounded work', () => {
  test('nesting is followed to a limit', () => {
    const deep = nested(200);
    const descend = () => {
      for (let reader = readDer(deep); ; ) reader = reader.sequence();
    };
    assert.throws(descend, { code: 'der.depth' });
  });

  test('nested indefinite lengths do not overflow the stack', () => {
    const deep = Buffer.from('3080'.repeat(100_000), 'hex');
    assert.throws(() => readDer(deep, 'ber').next(), { code: 'der.depth' });
  });

  test('nested indefinite lengths are gone through once, not once a level', () => {
    const levels = 60;
    const input = bytes(`${'3080'.repeat(levels)} ${'0500'.repeat(2_000)} ${'0000'.repeat(levels)}`);
    let element = readOnlyElement(input, 'ber');
    for (let i = 1; i < levels; i++) element = readInside(element).next();
    let count = 0;
    for (const reader = readInside(element); !reader.atEnd; reader.skip()) count++;
    assert.equal(count, 2_000);
  });

  test('reading the same bytes over and over ends', () => {
    const input = nested(40);
    const reread = () => {
      const reader = readDer(input);
      for (;;) reader.is(0x3f | (99 << 8));
    };
    assert.throws(reread, { code: 'der.work' });
  });

  test('an object identifier of a hundred kilobytes is refused, not computed', () => {
    const content = Buffer.alloc(100_000, 0xff);
    content[content.length - 1] = 0x7f;
    assert.throws(() => decodeOid(content), { code: 'der.oid' });
  });
});

function nested(levels: number): Uint8Array {
  let content: Uint8Array = new Uint8Array(0);
  for (let i = 0; i < levels; i++) {
    const header =
      content.length < 0x80
        ? [0x30, content.length]
        : [0x30, 0x82, content.length >> 8, content.length & 0xff];
    const long = content.length >= 0x80 && content.length < 0x100 ? [0x30, 0x81, content.length] : header;
    content = Buffer.concat([Uint8Array.from(long), content]);
  }
  return content;
}
