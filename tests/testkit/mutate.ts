// SPDX-License-Identifier: Apache-2.0

/** Random numbers from a seed: the same seed always gives the same numbers. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** An integer from 0 up to, but not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#next() * limit);
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }

  /** The generator mulberry32, as a fraction. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  }
}

/** Bytes that formats stumble over: ends of ranges, delimiters, line ends. */
const awkward = [0x00, 0x01, 0x0a, 0x0d, 0x20, 0x28, 0x2f, 0x30, 0x39, 0x3c, 0x3e, 0x7f, 0x80, 0xfe, 0xff];

/** A copy of the bytes with one to four random changes: bytes set, bits flipped, stretches removed, repeated, moved, cut off. */
export function mutate(bytes: Uint8Array, random: Random): Uint8Array {
  let mutated: Uint8Array = Uint8Array.from(bytes);
  const changes = 1 + random.below(4);
  for (let i = 0; i < changes && mutated.length > 0; i++) mutated = change(mutated, random);
  return mutated;
}

function change(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  const length = Math.min(1 + random.below(16), bytes.length - at);
  switch (random.below(8)) {
    case 0:
      bytes[at] = random.below(256);
      return bytes;
    case 1:
      bytes[at] = random.pick(awkward);
      return bytes;
    case 2:
      bytes[at] = bytes[at]! ^ (1 << random.below(8));
      return bytes;
    case 3:
      bytes[at] = bytes[at]! + random.pick([1, -1]);
      return bytes;
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + length));
    case 5:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 6:
      bytes.copyWithin(random.below(bytes.length), at, at + length);
      return bytes;
    default:
      return random.below(4) === 0
        ? bytes.slice(0, at)
        : joined(bytes.subarray(0, at), Uint8Array.of(random.pick(awkward)), bytes.subarray(at));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
