// SPDX-License-Identifier: Apache-2.0
import { type DerNode, type DerReader, der, type Oid, readInside, readOnlySequence } from '../der/index.ts';
import { Name } from './name.ts';

/** A GeneralName (RFC 5280 §4.2.1.6). Texts are as received: they may hold anything. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly kind: 'directory'; readonly name: Name }
  /** 4 or 16 octets; in name constraints 8 or 32, address and mask. */
  | { readonly kind: 'ip'; readonly octets: Uint8Array }
  | { readonly kind: 'registered'; readonly oid: Oid }
  | { readonly kind: 'other'; readonly oid: Oid; readonly encoded: Uint8Array }
  | { readonly kind: 'x400' | 'edi'; readonly encoded: Uint8Array };

/** Reads one GeneralName. @throws SignetError `der.*` */
export function readGeneralName(reader: DerReader): GeneralName {
  const element = reader.next();
  switch (element.tagClass === 2 ? element.tagNumber : -1) {
    case 0: {
      const inside = readInside(element);
      const oid = inside.oid();
      return { kind: 'other', oid, encoded: inside.rest };
    }
    case 1:
      return { kind: 'email', text: ascii(element.content) };
    case 2:
      return { kind: 'dns', text: ascii(element.content) };
    case 3:
      return { kind: 'x400', encoded: element.bytes };
    case 4:
      // Name is a CHOICE, so the tag is EXPLICIT in spite of the module.
      return { kind: 'directory', name: new Name(element.content) };
    case 5:
      return { kind: 'edi', encoded: element.bytes };
    case 6:
      return { kind: 'uri', text: ascii(element.content) };
    case 7:
      return { kind: 'ip', octets: element.content };
    default:
      return { kind: 'registered', oid: element.oid() };
  }
}

/** Reads what remains as GeneralNames' elements. @throws SignetError `der.*` */
export function readGeneralNames(reader: DerReader): readonly GeneralName[] {
  const names: GeneralName[] = [];
  while (!reader.atEnd) names.push(readGeneralName(reader));
  return names;
}

/** A GeneralName to be written. Only the kinds that this program issues. */
export function generalName(name: Exclude<GeneralName, { kind: 'other' | 'x400' | 'edi' }>): DerNode {
  switch (name.kind) {
    case 'email':
      return der.implicit(1, der.ia5String(name.text));
    case 'dns':
      return der.implicit(2, der.ia5String(name.text));
    case 'directory':
      return der.context(4, name.name.bytes);
    case 'uri':
      return der.implicit(6, der.ia5String(name.text));
    case 'ip':
      return der.implicit(7, der.octetString(name.octets));
    case 'registered':
      return der.implicit(8, der.oid(name.oid));
  }
}

/** The URIs among names, in their order. */
export function urisOf(names: readonly GeneralName[]): readonly string[] {
  return names.flatMap((name) => (name.kind === 'uri' ? [name.text] : []));
}

/** Reads the value of an extension that is GeneralNames. */
export function readGeneralNamesValue(value: Uint8Array): readonly GeneralName[] {
  return readGeneralNames(readOnlySequence(value));
}

function ascii(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
}
