// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { PdfParser } from '../syntax/parser.ts';
import { type PdfDict, PdfStream, type PdfValue } from '../syntax/values.ts';

/** The highest object number that fits into 32 bits; sound files stay far below it. */
const highestNumber = 0x7fffffff;

/** An object stream (ISO 32000-2 §7.5.7), decoded; its objects are parsed when they are asked for. */
export class ObjectStream {
  /** Number of the stream object. */
  readonly num: number;
  readonly data: Uint8Array;
  /** For the object with index i its number at 2i and its offset in `data` at 2i+1. */
  readonly #pairs: Int32Array;

  /** @throws SignetError `pdf.object-stream` */
  constructor(num: number, dict: PdfDict, data: Uint8Array) {
    this.num = num;
    this.data = data;
    this.#pairs = readPairs(num, dict, data);
  }

  /** How many objects it holds. */
  get count(): number {
    return this.#pairs.length >> 1;
  }

  /** Number of the object with this index. */
  numberAt(index: number): number | undefined {
    return this.#pairs[2 * index];
  }

  /**
   * The object with this number. The index from the cross-reference is where it should be; a wrong one does no harm as long
   * as the number is there once.
   *
   * @throws SignetError `pdf.object-stream`
   */
  object(num: number, index: number): PdfValue {
    const at = this.#pairs[2 * index] === num ? index : this.#search(num);
    const offset = this.#pairs[2 * at + 1]!;
    const parser = new PdfParser(this.data, offset);
    const value = parser.value();
    if (value instanceof PdfStream) throw damaged(this.num, 'it holds a stream');
    return value;
  }

  #search(num: number): number {
    let found = -1;
    for (let i = 0; i < this.count; i++) {
      if (this.#pairs[2 * i] !== num) continue;
      if (found >= 0) throw damaged(this.num, `it holds object ${num} twice`);
      found = i;
    }
    if (found < 0) throw damaged(this.num, `it does not hold object ${num}`);
    return found;
  }
}

function readPairs(num: number, dict: PdfDict, data: Uint8Array): Int32Array {
  const count = dict.get('N');
  const first = dict.get('First');
  if (dict.name('Type') !== 'ObjStm') throw damaged(num, 'it is of another type');
  if (!isCount(count) || !isCount(first) || first > data.length)
    throw damaged(num, 'its /N or /First is wrong');
  // Each pair takes at least four bytes (two digits, two blanks): what is claimed must be there before it is allocated.
  if (count * 4 > first + 1) throw damaged(num, `it has no room for ${count} objects`);
  const pairs = new Int32Array(2 * count);
  const parser = new PdfParser(data.subarray(0, first));
  for (let i = 0; i < count; i++) {
    const number = parser.unsigned();
    const offset = parser.unsigned();
    if (number < 0 || number > highestNumber || offset < 0 || first + offset > data.length)
      throw damaged(num, `its entry ${i} is wrong`);
    pairs[2 * i] = number;
    pairs[2 * i + 1] = first + offset;
  }
  return pairs;
}

function isCount(value: PdfValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

function damaged(object: number, reason: string): SignetError {
  return new SignetError('pdf.object-stream', { object, reason });
}
