// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { ioError, isSignetError } from '@signet/base';
import { ZipFile } from 'yazl';
import { reportName } from './entry-names.ts';

/** A document of the package that is written. */
export interface PackageDocument {
  /** Name of its entry: the one it had when it came. */
  readonly name: string;
  /** Gives the local path of its bytes, asked for when its turn has come. */
  readonly locate: () => Promise<string> | string;
}

/** What a package of sealed documents holds. */
export interface PackageContent {
  readonly documents: readonly PackageDocument[];
  /** Becomes `report.json`, the last entry; without it there is none. */
  readonly report?: unknown;
  /** Modification time of all entries. */
  readonly time: Date;
}

/**
 * Writes a package of sealed documents as a stream: one document is open at a time, and nothing is read before it is
 * wanted. Documents are stored without compression: sealed PDF hardly shrinks, and stored bytes cost no CPU. An error
 * with a document destroys the stream, so that nobody takes a part for the whole.
 */
export function writePackage(content: PackageContent): Readable {
  const zip = new ZipFile();
  const output = new PassThrough();
  let open: Readable | undefined;
  zip.on('error', (error: Error) => output.destroy(error));
  output.once('close', () => open?.destroy());
  for (const { name, locate } of content.documents) {
    zip.addReadStreamLazy(name, { compress: false, mtime: content.time }, (give) => {
      openDocument(locate).then(
        (stream) => {
          open = stream;
          stream.once('error', (error) => output.destroy(ioError(name, error)));
          if (output.destroyed) stream.destroy();
          give(null, stream);
        },
        (error) => output.destroy(isSignetError(error) ? error : ioError(name, error)),
      );
    });
  }
  if (content.report !== undefined) {
    const report = Buffer.from(`${JSON.stringify(content.report, null, 2)}\n`);
    zip.addBuffer(report, reportName, { mtime: content.time });
  }
  zip.end();
  zip.outputStream.pipe(output);
  return output;
}

async function openDocument(locate: PackageDocument['locate']): Promise<Readable> {
  return createReadStream(await locate(), { highWaterMark: 1 << 18 });
}
