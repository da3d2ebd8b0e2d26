// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** The parameters of a predictor (ISO 32000-2 table 8). */
export interface PredictorParameters {
  readonly predictor: number;
  readonly colors: number;
  readonly bitsPerComponent: number;
  readonly columns: number;
}

/**
 * Undoes a predictor (§7.4.4.4): 2 is TIFF's, 10 to 15 are PNG's, whose rows each name their own.
 *
 * @throws SignetError `pdf.filter-data`, `pdf.filter-unknown`
 */
export function undoPredictor(data: Uint8Array, parameters: PredictorParameters): Uint8Array {
  const { predictor, colors, bitsPerComponent, columns } = parameters;
  if (predictor === 1) return data;
  const bits = colors * bitsPerComponent;
  const rowBytes = Math.ceil((bits * columns) / 8);
  if (!(colors >= 1 && columns >= 1 && [1, 2, 4, 8, 16].includes(bitsPerComponent) && rowBytes <= 1 << 26)) {
    throw new SignetError('pdf.filter-data', { reason: 'its predictor parameters are out of range' });
  }
  const pixelBytes = Math.max(1, bits >> 3);
  if (predictor >= 10 && predictor <= 15) return undoPng(data, rowBytes, pixelBytes);
  if (predictor === 2 && bitsPerComponent === 8) return undoTiff(data, rowBytes, pixelBytes);
  throw new SignetError('pdf.filter-unknown', { filter: `predictor ${predictor}` });
}

function undoTiff(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const out = Uint8Array.from(data);
  for (let row = 0; row < out.length; row += rowBytes) {
    const end = Math.min(row + rowBytes, out.length);
    for (let at = row + pixelBytes; at < end; at++) out[at] = out[at]! + out[at - pixelBytes]!;
  }
  return out;
}

function undoPng(data: Uint8Array, rowBytes: number, pixelBytes: number): Uint8Array {
  const rows = Math.floor(data.length / (rowBytes + 1));
  const out = new Uint8Array(rows * rowBytes);
  for (let row = 0; row < rows; row++) {
    const from = row * (rowBytes + 1);
    undoPngRow({ data, from: from + 1, type: data[from]!, out, to: row * rowBytes, rowBytes, pixelBytes });
  }
  return out;
}

interface PngRow {
  readonly data: Uint8Array;
  readonly from: number;
  readonly type: number;
  readonly out: Uint8Array;
  readonly to: number;
  readonly rowBytes: number;
  readonly pixelBytes: number;
}

/** One row by the filter types of the PNG specification, clause 9.2: 0 none, 1 sub, 2 up, 3 average, 4 Paeth. */
function undoPngRow(row: PngRow): void {
  const { data, from, type, out, to, rowBytes } = row;
  const above = to - rowBytes;
  if (type > 4)
    throw new SignetError('pdf.filter-data', { reason: `a row has the unknown PNG filter ${type}` });
  // Cross-reference streams are all "up": the one case that is worth its own loop.
  if (type === 0 || (type === 2 && above < 0)) out.set(data.subarray(from, from + rowBytes), to);
  else if (type === 2) for (let i = 0; i < rowBytes; i++) out[to + i] = data[from + i]! + out[above + i]!;
  else undoByNeighbours(row, above);
}

function undoByNeighbours({ data, from, type, out, to, rowBytes, pixelBytes }: PngRow, above: number): void {
  for (let i = 0; i < rowBytes; i++) {
    const left = i >= pixelBytes ? out[to + i - pixelBytes]! : 0;
    const up = above >= 0 ? out[above + i]! : 0;
    let prediction = left;
    if (type === 3) prediction = (left + up) >> 1;
    else if (type === 4)
      prediction = paeth(left, up, above >= 0 && i >= pixelBytes ? out[above + i - pixelBytes]! : 0);
    out[to + i] = data[from + i]! + prediction;
  }
}

function paeth(left: number, up: number, upperLeft: number): number {
  const estimate = left + up - upperLeft;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toUpperLeft = Math.abs(estimate - upperLeft);
  if (toLeft <= toUp && toLeft <= toUpperLeft) return left;
  return toUp <= toUpperLeft ? up : upperLeft;
}
