// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { PdfArray, PdfDict, PdfName, type PdfStream, type PdfValue } from '../syntax/values.ts';
import { decodeAscii85, decodeAsciiHex } from './ascii.ts';
import { inflate } from './flate.ts';
import { decodeLzw } from './lzw.ts';
import { undoPredictor } from './predictor.ts';
import { decodeRunLength } from './run-length.ts';

/** More filters in a row than any sound file has. */
const filterLimit = 16;

/** What decoding needs to know beside the stream. */
export interface DecodeOptions {
  /** Most bytes that any filter may put out. */
  readonly limit: number;
  /** A guess at the decoded size. */
  readonly expected?: number;
  /** Gives the value behind a reference. */
  resolve(value: PdfValue | undefined): PdfValue;
}

/**
 * A stream's data with all filters undone (ISO 32000-2 §7.4).
 *
 * @throws SignetError `pdf.filter-unknown`, `pdf.filter-data`, `pdf.stream-too-large`
 */
export function decodeStream(stream: PdfStream, options: DecodeOptions): Uint8Array {
  const filters = listOf(options, stream.dict.get('Filter'));
  const parameters = listOf(options, stream.dict.get('DecodeParms'));
  if (stream.length > options.limit) throw new SignetError('pdf.stream-too-large', { limit: options.limit });
  if (filters.length > filterLimit)
    throw new SignetError('pdf.filter-data', { reason: 'it has too many filters' });
  let data = stream.encoded();
  filters.forEach((filter, i) => {
    const parms = options.resolve(parameters[i]);
    if (!(filter instanceof PdfName))
      throw new SignetError('pdf.filter-data', { reason: 'its filter is no name' });
    data = applyFilter(filter.text, data, parms instanceof PdfDict ? parms : PdfDict.of({}), options);
  });
  return data;
}

function applyFilter(
  filter: string,
  data: Uint8Array,
  parameters: PdfDict,
  options: DecodeOptions,
): Uint8Array {
  const { limit, expected } = options;
  switch (filter) {
    case 'FlateDecode':
    case 'Fl':
      return predicted(inflate(data, limit, expected), parameters, options);
    case 'LZWDecode':
    case 'LZW':
      return predicted(
        decodeLzw(data, integer(parameters, 'EarlyChange', 1, options), limit),
        parameters,
        options,
      );
    case 'ASCIIHexDecode':
    case 'AHx':
      return decodeAsciiHex(data);
    case 'ASCII85Decode':
    case 'A85':
      return decodeAscii85(data);
    case 'RunLengthDecode':
    case 'RL':
      return decodeRunLength(data, limit);
  }
  throw new SignetError('pdf.filter-unknown', { filter });
}

function predicted(data: Uint8Array, parameters: PdfDict, options: DecodeOptions): Uint8Array {
  const predictor = integer(parameters, 'Predictor', 1, options);
  if (predictor === 1) return data;
  return undoPredictor(data, {
    predictor,
    colors: integer(parameters, 'Colors', 1, options),
    bitsPerComponent: integer(parameters, 'BitsPerComponent', 8, options),
    columns: integer(parameters, 'Columns', 1, options),
  });
}

function integer(dict: PdfDict, key: string, otherwise: number, options: DecodeOptions): number {
  const value = options.resolve(dict.get(key));
  return typeof value === 'number' && Number.isInteger(value) ? value : otherwise;
}

function listOf(options: DecodeOptions, value: PdfValue | undefined): readonly PdfValue[] {
  const resolved = options.resolve(value);
  if (resolved === null) return [];
  return resolved instanceof PdfArray ? resolved.items.map((item) => options.resolve(item)) : [resolved];
}
