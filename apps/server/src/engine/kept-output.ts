// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { chunkBytes, ioError } from '@signet/base';
import type { BlobRef, BlobStore, DocumentInput, HeldDocument, KeptOutput } from '@signet/sealing';

/** Writes a sealed document to the document store, for a result that must outlive the answer. */
export async function keepOutput(
  blobs: BlobStore,
  { job, document }: HeldDocument,
  appended: Uint8Array,
): Promise<KeptOutput> {
  const blob = await blobs.write(job.tenant, sealedChunks(document, appended));
  return {
    path: blobs.path(blob),
    blob,
    // Left to the sweep of the store: when a release fails for the connection's sake the database may refer to this file.
    discard: async () => undefined,
  };
}

/** A stored document as the path takes it: small ones in memory, so that no thread is needed for them. */
export async function storedDocument(
  blobs: BlobStore,
  input: BlobRef,
  inlineBytes: number,
): Promise<DocumentInput> {
  const path = blobs.path(input);
  const { size, sha256 } = input;
  if (size > inlineBytes) return { size, sha256, path };
  try {
    return { size, sha256, bytes: await readFile(path) };
  } catch (error) {
    throw ioError(path, error);
  }
}

/** The bytes of a stored sealed document from `offset` on: what was appended to the one that came. */
export async function storedTail(blobs: BlobStore, output: BlobRef, offset: number): Promise<Uint8Array> {
  const path = blobs.path(output);
  try {
    await using file = await open(path, 'r');
    const bytes = Buffer.allocUnsafe(output.size - offset);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await file.read(bytes, done, bytes.length - done, offset + done);
      if (bytesRead === 0) throw ioError(path, undefined);
      done += bytesRead;
    }
    return bytes;
  } catch (error) {
    throw ioError(path, error);
  }
}

async function* sealedChunks(document: DocumentInput, appended: Uint8Array): AsyncGenerator<Uint8Array> {
  if ('bytes' in document) yield document.bytes;
  else yield* createReadStream(document.path, { highWaterMark: chunkBytes });
  yield appended;
}
