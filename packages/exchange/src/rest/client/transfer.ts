// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { ioError, isSignetError, SignetError } from '@signet/base';
import type { ReceivedDocument } from '../../spool/spool.ts';
import { connectionError } from './connection.ts';
import type { DownloadTarget, Upload } from './sealing-api.ts';

const chunkBytes = 1 << 18;

/** A body to be sent once, with its size: the server must not have to guess it. */
export interface UploadBody {
  readonly body: Uint8Array | Readable;
  readonly size: number;
}

/** @throws SignetError `general.io` if the file cannot be read */
export async function uploadBody(upload: Upload): Promise<UploadBody> {
  if ('bytes' in upload) return { body: upload.bytes, size: upload.bytes.length };
  try {
    const { size } = await stat(upload.path);
    // Not more than was counted, should somebody append to the file meanwhile.
    const body =
      size === 0
        ? Readable.from([])
        : createReadStream(upload.path, { end: size - 1, highWaterMark: chunkBytes });
    return { body, size };
  } catch (error) {
    throw ioError(upload.path, error);
  }
}

/**
 * Takes a download to where it is wanted, and compares its digest with the one that was announced.
 *
 * @param announced SHA-256 in lower-case hexadecimal, if there is one
 * @throws SignetError `exchange.digest-mismatch`, `exchange.server-unavailable` if the answer breaks off, `general.io`;
 * after an error there is no file
 */
export async function download(
  body: Readable,
  into: DownloadTarget,
  announced: string | undefined,
): Promise<ReceivedDocument> {
  const received = into === 'memory' ? await toMemory(body) : await toFile(body, into.path);
  if (announced === undefined || announced === received.sha256) return received;
  if ('path' in received) await rm(received.path, { force: true });
  throw new SignetError('exchange.digest-mismatch', { announced, received: received.sha256 });
}

async function toMemory(body: Readable): Promise<ReceivedDocument> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bodyChunks(body)) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  return { bytes, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/** Writes a new file and makes it durable; `wx`: nothing is ever replaced. */
async function toFile(body: Readable, path: string): Promise<ReceivedDocument> {
  const file = await open(path, 'wx', 0o600).catch((error: unknown) => {
    body.destroy();
    throw ioError(path, error);
  });
  const hash = createHash('sha256');
  let size = 0;
  try {
    for await (const chunk of bodyChunks(body)) {
      hash.update(chunk);
      size += chunk.length;
      await file.appendFile(chunk);
    }
    await file.sync();
  } catch (error) {
    await file.close();
    await rm(path, { force: true });
    throw isSignetError(error) ? error : ioError(path, error);
  }
  await file.close();
  return { path, size, sha256: hash.digest('hex') };
}

/** The chunks of an answer; where they break off the server is what is missing, not our disk. */
async function* bodyChunks(body: Readable): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body) yield chunk;
  } catch (error) {
    throw connectionError(error);
  }
}
