// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { augmentPdf, documentWork, type SealLevel } from '@signet/sealing';
import { digestFile } from './document-file.ts';
import { eachDocument } from './each-document.ts';
import { openServices, type ServiceOptions } from './services.ts';
import { writeSealed } from './write-sealed.ts';

/** What `signet augment` is told; the names are those of its options. */
export interface AugmentOptions extends ServiceOptions {
  readonly level: Exclude<SealLevel, 'B-B'>;
  readonly out: string;
  readonly json?: boolean;
}

/**
 * Takes each document to a higher level and prints what became of it; gives the exit code.
 *
 * @throws SignetError where none can be: `config.level-needs-…`, `general.io`
 */
export async function augmentDocuments(
  documents: readonly string[],
  options: AugmentOptions,
): Promise<number> {
  const { level, vri = false } = options;
  const { timeStamping, validationData, close } = openServices(options);
  if (timeStamping === undefined) throw new SignetError('config.level-needs-tsa', { level });
  const work = documentWork();
  try {
    return await eachDocument(documents, options, async (document, out) => {
      const input = await digestFile(document);
      const written = await writeSealed(document, out);
      try {
        const keep = (appended: Uint8Array) => written.append(appended);
        const parts = { work, timeStamping, validationData, keep };
        const { levelReached, warnings } = await augmentPdf(input, { level, vri }, parts);
        await written.release();
        return { level: levelReached, warnings };
      } finally {
        await written.discard();
      }
    });
  } finally {
    await work.close();
    await close();
  }
}
