// SPDX-License-Identifier: Apache-2.0

/** The two high bits of an identifier octet (X.690 §8.1.2.2): 0 universal, 1 application, 2 context, 3 private. */
export type TagClass = 0 | 1 | 2 | 3;

/**
 * An ASN.1 tag as one number: the identifier octet (class, constructed bit, number) as it stands in the encoding. Numbers
 * from 31 on, which take more octets, are `identifier octet | number << 8`.
 */
export type Tag = number;

/** The universal tags that PKIX and CMS use. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8String: 0x0c,
  numericString: 0x12,
  printableString: 0x13,
  teletexString: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  visibleString: 0x1a,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

/** `[number]` of a constructed value: an EXPLICIT tag, or an IMPLICIT one over SEQUENCE, SET or CHOICE. */
export function context(number: number): Tag {
  return 0xa0 | checkedNumber(number);
}

/** `[number]` IMPLICIT over a primitive value (INTEGER, OCTET STRING, …). */
export function contextPrimitive(number: number): Tag {
  return 0x80 | checkedNumber(number);
}

/** A tag in the words of ASN.1, for error messages. */
export function describeTag(tag: Tag): string {
  for (const [name, value] of Object.entries(tags)) if (value === tag) return name;
  const number = tag > 0xff ? tag >>> 8 : tag & 0x1f;
  return `${['universal ', 'application ', '', 'private '][(tag >> 6) & 3]}[${number}]${tag & 0x20 ? '' : ' primitive'}`;
}

function checkedNumber(number: number): number {
  if (!(number >= 0 && number < 31)) throw new TypeError('a context tag number lies between 0 and 30');
  return number;
}
