// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { decodeStream } from '../filters/decode.ts';
import { PdfRef, PdfStream, type PdfValue } from '../syntax/values.ts';
import type { ObjectPlace } from '../xref/section.ts';
import type { PdfFile } from './file.ts';
import { readIndirectObject } from './indirect-object.ts';
import { ObjectStream } from './object-stream.ts';

/** How many parsed objects are kept. */
const objectsKept = 2048;
/** How many bytes of decoded object streams are kept; the one in use always is. */
const streamBytesKept = 16 << 20;
/** References that lead to references: more in a row than any sound file has. */
const hopLimit = 32;

/** The revision that an object comes from: its index, and where it ends in the file. */
export interface ObjectOrigin {
  readonly index: number;
  readonly end: number;
}

/** Tells where objects are. */
export interface ObjectMap {
  place(num: number): ObjectPlace | undefined;
  originOf(num: number): ObjectOrigin;
}

/**
 * The objects of a file as one revision sees them, read when they are asked for. What is kept is bounded, so memory does not
 * grow with the number of objects.
 */
export class ObjectStore {
  readonly #file: PdfFile;
  readonly #map: ObjectMap;
  readonly #streamLimit: number;
  readonly #objects = new Map<number, PdfValue>();
  readonly #streams = new Map<number, ObjectStream>();
  #streamBytes = 0;
  /** Objects being read: a stream whose /Length needs the stream itself would never end. */
  readonly #reading = new Set<number>();

  constructor(file: PdfFile, map: ObjectMap, streamLimit: number) {
    this.#file = file;
    this.#map = map;
    this.#streamLimit = streamLimit;
  }

  /** The object with this number; null if it is free or unknown. */
  object(num: number): PdfValue {
    const kept = this.#objects.get(num);
    if (kept !== undefined) return kept;
    const place = this.#map.place(num);
    if (place === undefined || place.kind === 'free') return null;
    const value = this.#read(num, place);
    if (this.#objects.size >= objectsKept) this.#objects.delete(this.#objects.keys().next().value!);
    this.#objects.set(num, value);
    return value;
  }

  /** What a value leads to. A reference whose generation is not the object's is one to an undefined object: null. */
  resolve(value: PdfValue | undefined): PdfValue {
    let target = value;
    for (let hops = 0; target instanceof PdfRef; hops++) {
      if (hops >= hopLimit) throw this.#circle(target.num);
      target = this.#generation(target.num) === target.gen ? this.object(target.num) : null;
    }
    return target ?? null;
  }

  /** A stream's data, decoded. */
  decode(stream: PdfStream, limit = this.#streamLimit): Uint8Array {
    const data = decodeStream(stream, { limit, resolve: (value) => this.resolve(value) });
    this.#file.spend(stream.length + data.length);
    return data;
  }

  /** The object stream with this number. */
  objectStream(num: number): ObjectStream {
    const kept = this.#streams.get(num);
    if (kept !== undefined) return kept;
    if (this.#map.place(num)?.kind !== 'offset') {
      throw new SignetError('pdf.object-stream', {
        object: num,
        reason: 'it is not an object of the file itself',
      });
    }
    const stream = this.object(num);
    if (!(stream instanceof PdfStream)) {
      throw new SignetError('pdf.object-stream', { object: num, reason: 'it is no stream' });
    }
    const opened = new ObjectStream(num, stream.dict, this.decode(stream));
    this.#keep(num, opened);
    return opened;
  }

  #generation(num: number): number {
    const place = this.#map.place(num);
    if (place === undefined || place.kind === 'free') return -1;
    return place.kind === 'offset' ? place.gen : 0;
  }

  #read(num: number, place: Exclude<ObjectPlace, { kind: 'free' }>): PdfValue {
    if (this.#reading.has(num)) throw this.#circle(num);
    this.#reading.add(num);
    try {
      return place.kind === 'compressed' ? this.#readCompressed(num, place) : this.#readAt(num, place);
    } finally {
      this.#reading.delete(num);
    }
  }

  /**
   * An entry can only name what was there when it was written. One that leads behind the end of its revision shows nothing
   * until somebody appends it: a document changed after it was signed, without a change that a signature could forbid.
   */
  #readAt(num: number, place: Extract<ObjectPlace, { kind: 'offset' }>): PdfValue {
    const { end } = this.#map.originOf(num);
    const expected = { num, gen: place.gen };
    const object = readIndirectObject(this.#file, place.offset, expected, (length) => this.resolve(length));
    if (object.end > end)
      throw new SignetError('pdf.object-beyond-revision', { object: num, offset: place.offset, end });
    return object.value;
  }

  /** For the same reason an object stream must not be newer than the entry that leads into it. */
  #readCompressed(num: number, place: Extract<ObjectPlace, { kind: 'compressed' }>): PdfValue {
    const { container, index } = place;
    if (this.#map.originOf(container).index > this.#map.originOf(num).index) {
      throw new SignetError('pdf.object-stream', {
        object: container,
        reason: `it was replaced under object ${num}`,
      });
    }
    return this.objectStream(container).object(num, index);
  }

  #circle(num: number): SignetError {
    const place = this.#map.place(num);
    const offset = place?.kind === 'offset' ? place.offset : 0;
    return new SignetError('pdf.syntax', { offset, reason: `object ${num} leads back to itself` });
  }

  #keep(num: number, stream: ObjectStream): void {
    this.#streamBytes += stream.data.length;
    this.#streams.set(num, stream);
    for (const [oldest, { data }] of this.#streams) {
      if (this.#streamBytes <= streamBytesKept || oldest === num) break;
      this.#streams.delete(oldest);
      this.#streamBytes -= data.length;
    }
  }
}
