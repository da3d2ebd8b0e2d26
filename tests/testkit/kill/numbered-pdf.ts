// SPDX-License-Identifier: Apache-2.0
// Documents that differ: each carries its number, so that an output tells which document it is the sealed form of.
import { makePdf, type PdfFileOptions } from '../pdf-files.ts';

const shapes: readonly PdfFileOptions[] = [
  { kind: 'table', bytes: 8_000 },
  { kind: 'stream', bytes: 12_000 },
  { kind: 'hybrid', bytes: 10_000 },
];

/** Above what is held in memory: spooled by the client, worked on in a thread by the server. */
const large: PdfFileOptions = { kind: 'table', bytes: 1_300_000 };

/** One document of so many is a large one. */
const largeEvery = 40;

/** The number stands in both parts of the file's /ID, whose place is the same in all documents of a shape. */
const mark = '/ID [<';
const digits = 32;

const templates = new Map<PdfFileOptions, Buffer>();

/** The document of a number: always the same bytes, and no other number's. */
export function numberedPdf(number: number): Buffer {
  const shape = number % largeEvery === largeEvery - 1 ? large : shapes[number % shapes.length]!;
  let template = templates.get(shape);
  if (template === undefined) {
    template = makePdf(shape);
    templates.set(shape, template);
  }
  const document = Buffer.from(template);
  const hex = number.toString(16).padStart(digits, '0');
  for (let at = document.indexOf(mark); at >= 0; at = document.indexOf(mark, at + 1))
    document.write(`${hex}> <${hex}`, at + mark.length, 'latin1');
  return document;
}

/** The number of the document that a file begins with; undefined if it begins with none. */
export function numberOf(file: Buffer): number | undefined {
  const at = file.indexOf(mark);
  if (at < 0) return undefined;
  const number = Number.parseInt(file.toString('latin1', at + mark.length, at + mark.length + digits), 16);
  return Number.isSafeInteger(number) ? number : undefined;
}
