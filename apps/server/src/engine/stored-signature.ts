// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { chunkBytes, ioError, SignetError } from '@signet/base';
import { startDigest } from '@signet/pkix';
import type { BlobRef, JobView } from '@signet/sealing';
import { storedTail } from './kept-output.ts';
import type { EngineParts } from './parts.ts';

/**
 * DocHash and CMS of a stored sealed document of ours, for a request that came before. The hole is the one gap in the
 * signed range (ISO 32000-2 §12.8.1), and our own revision is the last.
 *
 * @throws SignetError `storage.blob-missing`, `general.io`
 */
export async function storedSignature(
  { job }: JobView,
  parts: Pick<EngineParts, 'jobs' | 'blobs' | 'catalog'>,
): Promise<{ readonly docHash: string; readonly cms: Uint8Array }> {
  const output = await parts.jobs.output(job.tenant, job.id);
  if (output === undefined) throw new SignetError('request.no-document', { job: job.id });
  const appended = Buffer.from(await storedTail(parts.blobs, output, job.size));
  const hole = findHole(appended, job.size, output.size);
  if (hole === undefined) throw new SignetError('general.internal', { reference: job.id });
  const hexadecimal = appended.toString('latin1', hole.start + 1 - job.size, hole.end - 1 - job.size);
  const { configuration } = await parts.catalog.forJob(job);
  const hash = startDigest(configuration.digestAlgorithm);
  for await (const chunk of signedBytes(parts.blobs.path(output), output, hole)) hash.update(chunk);
  return { docHash: hash.digest('hex'), cms: withoutPadding(Buffer.from(hexadecimal, 'hex')) };
}

interface HolePlace {
  readonly start: number;
  readonly end: number;
}

/** The ByteRange that covers the whole file but one hexadecimal string: no text inside a string of ours can be that. */
function findHole(appended: Buffer, offset: number, total: number): HolePlace | undefined {
  const ranges = appended.toString('latin1').matchAll(/\/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/g);
  for (const [, first, second, rest] of ranges) {
    const [start, end] = [Number(first), Number(second)];
    const brackets = appended[start - offset] === 0x3c && appended[end - 1 - offset] === 0x3e;
    if (brackets && end + Number(rest) === total) return { start, end };
  }
  return undefined;
}

async function* signedBytes(path: string, { size }: BlobRef, hole: HolePlace): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path, { end: hole.start - 1, highWaterMark: chunkBytes });
    if (hole.end < size) yield* createReadStream(path, { start: hole.end, highWaterMark: chunkBytes });
  } catch (error) {
    throw ioError(path, error);
  }
}

/** The DER inside the hole: its own length says where the zeros after it begin. */
function withoutPadding(bytes: Buffer): Uint8Array {
  const first = bytes[1] ?? 0;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  const content = lengthOctets === 0 ? first : bytes.readUIntBE(2, lengthOctets);
  return bytes.subarray(0, 2 + lengthOctets + content);
}
