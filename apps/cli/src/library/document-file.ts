// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ioError, isSignetError } from '@signet/base';
import type { DocumentInput } from '@signet/sealing';

/**
 * Takes a file in: its digest is what the output's earlier bytes are compared with.
 *
 * @throws SignetError `general.io`
 */
export async function digestFile(document: string): Promise<DocumentInput> {
  const path = resolve(document);
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return { path, size: statSync(path).size, sha256: hash.digest('hex') };
  } catch (error) {
    throw isSignetError(error) ? error : ioError(path, error);
  }
}
