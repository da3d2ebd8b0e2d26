// SPDX-License-Identifier: Apache-2.0
import { type DerReader, der, encodeDer, type Oid, readDer, tags } from '../der/index.ts';
import { decodeText, isTextTag } from '../der/text.ts';

/** Attribute types by the names of RFC 4514 §3, RFC 5280 appendix A and EN 319 412-1. */
export const nameAttributes = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  postalCode: '2.5.4.17',
  GN: '2.5.4.42',
  initials: '2.5.4.43',
  dnQualifier: '2.5.4.46',
  pseudonym: '2.5.4.65',
  organizationIdentifier: '2.5.4.97',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
  emailAddress: '1.2.840.113549.1.9.1',
} as const satisfies Record<string, Oid>;

/** The short name of an attribute type. */
export type NameAttribute = keyof typeof nameAttributes;

const shortNames = new Map<Oid, string>(Object.entries(nameAttributes).map(([name, oid]) => [oid, name]));

/** One attribute of a relative distinguished name. */
export interface AttributeTypeAndValue {
  readonly type: Oid;
  /** DER of the value. */
  readonly encoded: Uint8Array;
  /** The value where it is a character string. */
  readonly text: string | undefined;
}

/**
 * A distinguished name (RFC 5280 §4.1.2.4) as received; it is taken apart when asked for.
 *
 *     Name ::= CHOICE { RDNSequence }   RDNSequence ::= SEQUENCE OF SET OF AttributeTypeAndValue
 */
export class Name {
  /** DER as received. */
  readonly bytes: Uint8Array;
  #rdns: readonly (readonly AttributeTypeAndValue[])[] | undefined;
  #comparable: string | undefined;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Relative distinguished names in the order of the encoding. @throws SignetError `der.*` if it is malformed */
  get rdns(): readonly (readonly AttributeTypeAndValue[])[] {
    this.#rdns ??= readRdns(readDer(this.bytes));
    return this.#rdns;
  }

  /** Whether it holds no attribute. */
  get isEmpty(): boolean {
    return this.rdns.length === 0;
  }

  /** The text of the last attribute of this type (the most specific one), or undefined. */
  attribute(type: NameAttribute | Oid): string | undefined {
    return this.attributes(type).at(-1);
  }

  /** The texts of all attributes of this type, in the order of the encoding. */
  attributes(type: NameAttribute | Oid): readonly string[] {
    const oid = type in nameAttributes ? nameAttributes[type as NameAttribute] : type;
    return this.rdns
      .flat()
      .flatMap((each) => (each.type === oid && each.text !== undefined ? [each.text] : []));
  }

  /** Whether two names are the same by RFC 5280 §7.1: letters' case, kind of string and extra spaces do not count. */
  equals(other: Name): boolean {
    return Buffer.compare(this.bytes, other.bytes) === 0 || this.comparable === other.comparable;
  }

  /** A string that is the same for names that are the same by `equals`: a key for looking up issuers. */
  get comparable(): string {
    this.#comparable ??= this.rdns.map(comparableRdn).join(',');
    return this.#comparable;
  }

  /** The string of RFC 4514: most specific attribute first. Types without a short name are written as dotted numbers. */
  toString(): string {
    return this.rdns
      .map((rdn) => rdn.map(stringOf).join('+'))
      .reverse()
      .join(',');
  }
}

/** Reads the next element as Name. It is taken apart later. */
export function readName(reader: DerReader): Name {
  return new Name(reader.element(tags.sequence).bytes);
}

/** Reads the next element as Name and takes it apart at once, so that a malformed one is refused here. @throws SignetError `der.*` */
export function readWholeName(reader: DerReader): Name {
  const name = readName(reader);
  void name.rdns;
  return name;
}

/** The attributes a name is built of, in the order of the encoding (country first by custom). */
export type NameInput = readonly (readonly [type: NameAttribute | Oid, text: string])[];

/** Builds a name with one attribute in each relative distinguished name. */
export function buildName(attributes: NameInput): Name {
  const rdns = attributes.map(([type, text]) => {
    const oid = type in nameAttributes ? nameAttributes[type as NameAttribute] : type;
    return der.setOf([der.sequence(der.oid(oid), valueNode(oid, text))]);
  });
  return new Name(encodeDer(der.sequenceOf(rdns)));
}

function valueNode(oid: Oid, text: string): der.DerNode {
  // RFC 5280 appendix A.1: country, serialNumber and dnQualifier are PrintableString, mail and DC IA5String.
  const { C, serialNumber, dnQualifier, DC, emailAddress } = nameAttributes;
  if (oid === C || oid === serialNumber || oid === dnQualifier) return der.printableString(text);
  if (oid === DC || oid === emailAddress) return der.ia5String(text);
  return der.utf8String(text);
}

function readRdns(reader: DerReader): readonly (readonly AttributeTypeAndValue[])[] {
  const rdns: AttributeTypeAndValue[][] = [];
  const sequence = reader.sequence();
  reader.end();
  while (!sequence.atEnd) {
    const rdn: AttributeTypeAndValue[] = [];
    const set = sequence.set();
    while (!set.atEnd) {
      const pair = set.sequence();
      const type = pair.oid();
      const value = pair.next();
      pair.end();
      const text = isTextTag(value.tag) ? decodeText(value.tag, value.content) : undefined;
      rdn.push({ type, encoded: value.bytes, text });
    }
    rdns.push(rdn);
  }
  return rdns;
}

function comparableRdn(rdn: readonly AttributeTypeAndValue[]): string {
  return rdn.map(comparableAttribute).sort().join('+');
}

function comparableAttribute({ type, text, encoded }: AttributeTypeAndValue): string {
  const value =
    text === undefined
      ? `#${Buffer.from(encoded).toString('hex')}`
      : text.normalize('NFKC').toLowerCase().trim().replace(/\s+/g, ' ');
  return JSON.stringify([type, value]);
}

function stringOf({ type, text, encoded }: AttributeTypeAndValue): string {
  const name = shortNames.get(type);
  // RFC 4514 §2.4: what has no short name shows its encoding, since its string form is not known to all.
  if (name === undefined || text === undefined)
    return `${name ?? type}=#${Buffer.from(encoded).toString('hex')}`;
  return `${name}=${escaped(text)}`;
}

function escaped(text: string): string {
  return text
    .replace(/[\\",+;<>=]/g, '\\$&')
    .replace(/\p{Cc}/gu, (control) => Buffer.from(control).toString('hex').replace(/../g, '\\$&'))
    .replace(/^[ #]/, '\\$&')
    .replace(/ $/, '\\ ');
}
