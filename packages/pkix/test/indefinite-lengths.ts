// SPDX-License-Identifier: Apache-2.0
import { encodeDerAll, readDer, readInside, tags } from '../src/index.ts';

/**
 * The same value with every constructed element in indefinite length, and octet strings in two pieces (X.690 §8.1.3.6).
 *
 * @param kept encodings that stay as they are, for what must be DER inside BER
 */
export function toIndefiniteLengths(bytes: Uint8Array, kept: readonly Uint8Array[] = []): Uint8Array {
  const keep = new Set(kept.map((each) => Buffer.from(each).toString('hex')));
  return converted(bytes, keep);
}

function converted(bytes: Uint8Array, keep: ReadonlySet<string>): Uint8Array {
  const reader = readDer(bytes);
  const elements: Uint8Array[] = [];
  while (!reader.atEnd) {
    const element = reader.next();
    if (keep.has(Buffer.from(element.bytes).toString('hex'))) elements.push(element.bytes);
    else if (element.constructed) {
      const inside = converted(readInside(element).rest, keep);
      elements.push(Uint8Array.of(element.tag, 0x80), inside, Uint8Array.of(0, 0));
    } else if (
      element.tag === tags.octetString &&
      element.content.length > 1 &&
      element.content.length < 128
    ) {
      const rest = element.content.subarray(1);
      const pieces = [Uint8Array.of(0x04, 1, element.content[0]!), Uint8Array.of(0x04, rest.length), rest];
      elements.push(Uint8Array.of(0x24, 0x80), ...pieces, Uint8Array.of(0, 0));
    } else elements.push(element.bytes);
  }
  return encodeDerAll(elements);
}
