// SPDX-License-Identifier: Apache-2.0
import { readNamedFile, readNamedText } from '../named-file.ts';
import { eachDocument } from './each-document.ts';
import { type LibrarySealer, librarySealer } from './sealer.ts';
import { openServices, type ServiceOptions } from './services.ts';

/** What `signet seal` is told; the names are those of its options. */
export interface SealOptions extends ServiceOptions {
  readonly p12: string;
  readonly passwordFile: string;
  readonly out: string;
  readonly reason?: string;
  readonly location?: string;
  readonly algorithm?: string;
  readonly json?: boolean;
}

/**
 * Seals each document for itself and prints what became of it; gives the exit code.
 *
 * @throws SignetError where none can be sealed: `pkcs12.*`, `config.level-needs-…`, `general.io`
 */
export async function sealDocuments(documents: readonly string[], options: SealOptions): Promise<number> {
  const sealer = await openSealer(options);
  try {
    return await eachDocument(documents, options, async (document, out) => {
      const { levelReached, timeStamp, warnings } = await sealer.sealFile(document, out);
      return { level: levelReached, timeStamp, warnings };
    });
  } finally {
    await sealer.close();
  }
}

function openSealer(options: SealOptions): Promise<LibrarySealer> {
  return librarySealer({
    p12: readNamedFile(options.p12),
    password: readNamedText(options.passwordFile).split(/\r?\n/, 1)[0] ?? '',
    level: options.level,
    services: openServices(options),
    vri: options.vri ?? false,
    pades: {
      ...(options.reason && { reason: options.reason }),
      ...(options.location && { location: options.location }),
    },
    ...(options.algorithm && { signatureAlgorithm: options.algorithm }),
  });
}
