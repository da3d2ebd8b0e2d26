// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { describeTag, type Tag, tags } from './tag.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a character string's content octets. Characters outside a type's alphabet are tolerated in PrintableString and
 * IA5String (real certificates hold them); malformed UTF-8, UTF-16 and UTF-32 are not.
 *
 * @throws SignetError `der.string`
 */
export function decodeText(tag: Tag, content: Uint8Array): string {
  switch (tag) {
    case tags.utf8String:
      return decodeUtf8(content);
    case tags.printableString:
    case tags.ia5String:
    case tags.numericString:
    case tags.visibleString:
    case tags.teletexString:
      // TeletexString is in practice ISO 8859-1, which latin1 is.
      return Buffer.from(content.buffer, content.byteOffset, content.length).toString('latin1');
    case tags.bmpString:
      return decodeUtf16(content);
    case tags.universalString:
      return decodeUtf32(content);
    default:
      throw new SignetError('der.string', { type: describeTag(tag) });
  }
}

/** Whether a tag is one of the character string types that `decodeText` reads. */
export function isTextTag(tag: Tag): boolean {
  return (
    tag === tags.utf8String ||
    tag === tags.printableString ||
    tag === tags.ia5String ||
    tag === tags.teletexString ||
    tag === tags.bmpString ||
    tag === tags.numericString ||
    tag === tags.visibleString ||
    tag === tags.universalString
  );
}

function decodeUtf8(content: Uint8Array): string {
  try {
    return utf8.decode(content);
  } catch (error) {
    throw new SignetError('der.string', { type: 'utf8String' }, error);
  }
}

function decodeUtf16(content: Uint8Array): string {
  if (content.length % 2 !== 0) throw new SignetError('der.string', { type: 'bmpString' });
  const swapped = Buffer.from(content).swap16();
  const text = swapped.toString('utf16le');
  if (!text.isWellFormed()) throw new SignetError('der.string', { type: 'bmpString' });
  return text;
}

function decodeUtf32(content: Uint8Array): string {
  if (content.length % 4 !== 0) throw new SignetError('der.string', { type: 'universalString' });
  const view = new DataView(content.buffer, content.byteOffset, content.length);
  let text = '';
  for (let at = 0; at < content.length; at += 4) {
    const point = view.getUint32(at);
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
      throw new SignetError('der.string', { type: 'universalString' });
    }
    text += String.fromCodePoint(point);
  }
  return text;
}
