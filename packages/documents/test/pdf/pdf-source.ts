// SPDX-License-Identifier: Apache-2.0
import type { ByteSource } from '@signet/base';

/** A source that counts the bytes read through it. */
export interface CountingSource extends ByteSource {
  readonly bytesRead: number;
}

export function countingSource(bytes: Uint8Array): CountingSource {
  let bytesRead = 0;
  return {
    length: bytes.length,
    get bytesRead() {
      return bytesRead;
    },
    read(offset, length) {
      if (offset < 0 || offset + length > bytes.length) throw new RangeError('read outside the source');
      bytesRead += length;
      return bytes.subarray(offset, offset + length);
    },
  };
}

/** A file of any length that has bytes at its beginning and end and blanks between, of which none are held. */
export function gappedSource(head: Uint8Array, tail: Uint8Array, length: number): ByteSource {
  const tailAt = length - tail.length;
  return {
    length,
    read(offset, size) {
      const bytes = new Uint8Array(size).fill(0x20);
      copy(head, 0, bytes, offset);
      copy(tail, tailAt, bytes, offset);
      return bytes;
    },
  };
}

function copy(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number): void {
  const start = Math.max(fromAt, toAt);
  const end = Math.min(fromAt + from.length, toAt + to.length);
  if (start < end) to.set(from.subarray(start - fromAt, end - fromAt), start - toAt);
}

/** A PDF from objects given as text, with a classic table that is right for them. */
export function tinyPdf(
  objects: Readonly<Record<number, string>>,
  trailer = '/Root 1 0 R',
  head = '%PDF-1.7\n',
): Buffer {
  let body = head;
  const offsets = new Map<number, number>();
  for (const [num, text] of Object.entries(objects)) {
    offsets.set(Number(num), body.length);
    body += `${num} 0 obj\n${text}\nendobj\n`;
  }
  const size = Math.max(...offsets.keys()) + 1;
  const entries = Array.from({ length: size }, (_, num) => {
    const offset = offsets.get(num);
    return offset === undefined
      ? '0000000000 65535 f\r\n'
      : `${String(offset).padStart(10, '0')} 00000 n\r\n`;
  });
  const table = `xref\n0 ${size}\n${entries.join('')}trailer\n<< /Size ${size} ${trailer} >>\n`;
  return Buffer.from(`${body}${table}startxref\n${body.length}\n%%EOF\n`, 'latin1');
}

/** Catalog, page tree and one page: what every PDF must have. */
export const minimalObjects = {
  1: '<< /Type /Catalog /Pages 2 0 R >>',
  2: '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
  3: '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>',
} as const;
