// SPDX-License-Identifier: Apache-2.0
import { createReadStream } from 'node:fs';
import { type ByteRange, type Coverage, pdfSignatures } from '@signet/ades/pades';
import { chunkBytes, ioError, openFileSource, SignetError } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { type DigestAlgorithmId, readDer, startDigest } from '@signet/pkix';
import type { JobView } from '@signet/sealing';
import type { EngineParts } from './parts.ts';

/**
 * DocHash and CMS of a stored sealed document of ours, for a request that came before. Our signature is the one that
 * covers the whole file.
 *
 * @throws SignetError `request.no-document`, `general.io`
 */
export async function storedSignature(
  { job }: JobView,
  parts: Pick<EngineParts, 'jobs' | 'blobs' | 'catalog'>,
): Promise<{ readonly docHash: string; readonly cms: Uint8Array }> {
  const output = await parts.jobs.output(job.tenant, job.id);
  if (output === undefined) throw new SignetError('request.no-document', { job: job.id });
  const path = parts.blobs.path(output);
  const { byteRange, contents } = ownCoverage(path, job.id);
  const { configuration } = await parts.catalog.forJob(job);
  const docHash = await digestOf(path, byteRange, configuration.digestAlgorithm);
  // What follows the first element is the padding of the hole.
  return { docHash, cms: readDer(contents).next().bytes };
}

function ownCoverage(path: string, reference: string): Coverage {
  const source = openFileSource(path);
  try {
    const coverage = pdfSignatures(openPdf(source)).at(-1)?.coverage;
    if (coverage !== undefined && !(coverage instanceof SignetError) && coverage.wholeFile) return coverage;
    throw new SignetError('general.internal', { reference }, coverage);
  } finally {
    source.close();
  }
}

/** Digests what a ByteRange covers, asynchronously: the file may be large, and others are being served. */
async function digestOf(
  path: string,
  [, before, after, rest]: ByteRange,
  algorithm: DigestAlgorithmId,
): Promise<string> {
  const hash = startDigest(algorithm);
  const ranges = [
    { start: 0, end: before - 1 },
    { start: after, end: after + rest - 1 },
  ];
  try {
    for (const range of ranges) {
      for await (const chunk of createReadStream(path, { ...range, highWaterMark: chunkBytes })) {
        hash.update(chunk as Uint8Array);
      }
    }
  } catch (error) {
    throw ioError(path, error);
  }
  return hash.digest('hex');
}
