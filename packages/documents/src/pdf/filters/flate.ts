// SPDX-License-Identifier: Apache-2.0
import { inflateSync } from 'node:zlib';
import { SignetError } from '@signet/base';

/**
 * FlateDecode (ISO 32000-2 §7.4.4) without its predictor.
 *
 * @param limit most bytes that may come out
 * @param expected a guess of how many will, to spare the decoder memory
 * @throws SignetError `pdf.stream-too-large`, `pdf.filter-data`
 */
export function inflate(data: Uint8Array, limit: number, expected = 4 * data.length): Uint8Array {
  const chunkSize = Math.min(Math.max(expected + 16, 256), 1 << 20);
  try {
    return inflateSync(data, { maxOutputLength: Math.max(limit, 1), chunkSize });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new SignetError('pdf.stream-too-large', { limit }, error);
    }
    throw new SignetError('pdf.filter-data', { reason: 'it is no sound zlib data' }, error);
  }
}
