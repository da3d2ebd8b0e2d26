// SPDX-License-Identifier: Apache-2.0
// Writes ZIP files by hand, so that every field can lie.
import { crc32, deflateRawSync } from 'node:zlib';

/** One entry, and what it says of itself where that is not the truth. */
export interface EntryInput {
  readonly name: string | Buffer;
  readonly data: Buffer | string;
  readonly deflate?: boolean;
  readonly crc?: number;
  /** Uncompressed size as said. */
  readonly size?: number;
  /** Bytes that are there instead of the packed data. */
  readonly packed?: Buffer;
  readonly flags?: number;
  readonly method?: number;
  readonly externalAttributes?: number;
  /** Name in the local header. */
  readonly localName?: string;
  /** Offset of the local header as said. */
  readonly offset?: number;
}

const utf8 = 0x800;

/** A ZIP (APPNOTE.TXT §4.3) of these entries. */
export function zipOf(entries: readonly EntryInput[], more: { readonly count?: number } = {}): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const entry of entries) {
    const facts = factsOf(entry);
    const local = Buffer.concat([
      localHeader(entry, facts),
      Buffer.from(entry.localName ?? entry.name),
      facts.packed,
    ]);
    directory.push(centralHeader(entry, facts, entry.offset ?? offset), Buffer.from(entry.name));
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(more.count ?? entries.length, 8);
  end.writeUInt16LE(more.count ?? entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}

interface Facts {
  readonly packed: Buffer;
  readonly size: number;
  readonly crc: number;
  readonly method: number;
}

function factsOf({ data, deflate, packed, size, crc, method }: EntryInput): Facts {
  const bytes = Buffer.from(data);
  return {
    packed: packed ?? (deflate ? deflateRawSync(bytes) : bytes),
    size: size ?? bytes.length,
    crc: crc ?? crc32(bytes),
    method: method ?? (deflate ? 8 : 0),
  };
}

function localHeader({ name, localName, flags = utf8 }: EntryInput, facts: Facts): Buffer {
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt16LE(20, 4);
  header.writeUInt16LE(flags, 6);
  header.writeUInt16LE(facts.method, 8);
  header.writeUInt32LE(facts.crc, 14);
  header.writeUInt32LE(facts.packed.length, 18);
  header.writeUInt32LE(facts.size, 22);
  header.writeUInt16LE(Buffer.from(localName ?? name).length, 26);
  return header;
}

function centralHeader(entry: EntryInput, facts: Facts, offset: number): Buffer {
  const header = Buffer.alloc(46);
  header.writeUInt32LE(0x02014b50, 0);
  header.writeUInt16LE((3 << 8) | 20, 4);
  header.writeUInt16LE(20, 6);
  header.writeUInt16LE(entry.flags ?? utf8, 8);
  header.writeUInt16LE(facts.method, 10);
  header.writeUInt32LE(facts.crc, 16);
  header.writeUInt32LE(facts.packed.length, 20);
  header.writeUInt32LE(facts.size, 24);
  header.writeUInt16LE(Buffer.from(entry.name).length, 28);
  header.writeUInt32LE(entry.externalAttributes ?? 0, 38);
  header.writeUInt32LE(offset, 42);
  return header;
}
