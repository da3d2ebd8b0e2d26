// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, isUuid, type Uuid, uuidv7 } from '@signet/base';

/**
 * This client's id, by which its own part of every exchange folder is found: made at the first start, durable before it
 * is used, never changed.
 *
 * @throws SignetError `general.io`; also where the file holds something else, since a new id would abandon what lies in `work/`
 */
export async function clientId(directory: string): Promise<Uuid> {
  const path = join(directory, 'client-id');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const known = readIfThere(path);
    if (known !== undefined) return known;
    const id = uuidv7();
    const file = await open(`${path}.new`, 'w', 0o600);
    await file.writeFile(`${id}\n`);
    await file.sync();
    await file.close();
    await rename(`${path}.new`, path);
    return id;
  } catch (error) {
    throw ioError(path, error);
  }
}

function readIfThere(path: string): Uuid | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  if (!isUuid(text)) throw new TypeError(`${path} does not hold a client id`);
  return text;
}
