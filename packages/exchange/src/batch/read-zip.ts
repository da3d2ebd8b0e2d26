// SPDX-License-Identifier: Apache-2.0
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { SignetError } from '@signet/base';
import type { ZipFile } from 'yauzl';
import { BodySink } from '../spool/body-sink.ts';
import type { Spool, SpooledFile } from '../spool/spool.ts';
import { reportName } from './entry-names.ts';
import { entryError, openZipDirectory, type ZipMember } from './zip-directory.ts';
import type { ZipLimits } from './zip-limits.ts';

/** One document of a ZIP: unpacked, or why it is not. */
export type ZipDocument = { readonly name: string } & (
  | { readonly file: SpooledFile }
  | { readonly problem: SignetError }
);

/**
 * Unpacks the documents of a ZIP one after another into the spool. What is wrong with the package as a whole is thrown
 * before the first document is given (see `openZipDirectory`); what is wrong with one document is told in its place:
 * `batch.corrupt-entry` (its CRC-32 is checked here), `batch.entry-too-large`, `batch.reserved-name`,
 * `request.empty-document`. A file is removed when the next document is asked for, unless it was moved away.
 *
 * @param path of the ZIP, a local file
 * @throws SignetError `batch.*`, `general.io`
 */
export async function* readZip(
  path: string,
  options: { readonly spool: Spool; readonly limits: ZipLimits },
): AsyncGenerator<ZipDocument> {
  const { spool, limits } = options;
  const { zip, members } = await openZipDirectory(path, limits);
  try {
    for (const member of members) {
      const document = await unpack(zip, member, options);
      yield document;
      if ('file' in document) await spool.remove(document.file.path);
    }
  } finally {
    zip.close();
  }
}

async function unpack(
  zip: ZipFile,
  { name, entry }: ZipMember,
  options: { readonly spool: Spool; readonly limits: ZipLimits },
): Promise<ZipDocument> {
  const { spool, limits } = options;
  const problem = foreseeable(name, entry.uncompressedSize, limits);
  if (problem !== undefined) return { name, problem };
  // What inflates to more than it says is stopped by the ZIP library, and by this limit if it were not.
  const sink = new BodySink({ spool, limitBytes: entry.uncompressedSize, memoryBytes: 0 });
  let crc = 0;
  try {
    const packed = await zip.openReadStreamPromise(entry);
    await pipeline(
      packed,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          crc = crc32(chunk, crc);
          yield chunk;
        }
      },
      sink,
    );
  } catch (error) {
    await sink.abandon();
    const problem = entryError(error, name);
    // A full disk is nobody's document: the whole package is tried again.
    if (problem.row.retryable) throw problem;
    return { name, problem };
  }
  if (crc !== entry.crc32 || sink.path === undefined) {
    if (sink.path !== undefined) await spool.remove(sink.path);
    return { name, problem: new SignetError('batch.corrupt-entry', { problem: 'its CRC-32 differs' }) };
  }
  return { name, file: { path: sink.path, size: sink.size, sha256: sink.sha256 } };
}

function foreseeable(name: string, size: number, limits: ZipLimits): SignetError | undefined {
  if (name.normalize('NFC').toLowerCase() === reportName)
    return new SignetError('batch.reserved-name', { name });
  if (size === 0) return new SignetError('request.empty-document');
  if (size > limits.entryBytes) {
    return new SignetError('batch.entry-too-large', { limitBytes: limits.entryBytes });
  }
  return undefined;
}
