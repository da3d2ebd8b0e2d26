// SPDX-License-Identifier: Apache-2.0
import { basename, resolve } from 'node:path';
import { asSignetError } from '@signet/base';
import { readNamedFile, readNamedText } from '../named-file.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { progress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { tellTrace } from '../terminal/tell-error.ts';
import { type LibrarySealer, librarySealer } from './sealer.ts';
import type { AuthorityOptions } from './time-stamping.ts';

/** What `signet seal` is told; the names are those of its options. */
export interface SealOptions {
  readonly p12: string;
  readonly passwordFile: string;
  readonly level: 'B-B' | 'B-T';
  readonly tsa?: string;
  readonly allowPlain?: boolean;
  readonly ca?: string;
  readonly out: string;
  readonly reason?: string;
  readonly location?: string;
  readonly algorithm?: string;
  readonly json?: boolean;
}

/** One document and what became of it. */
interface SealedRow {
  readonly document: string;
  readonly out?: string;
  readonly level?: string;
  readonly timeStamp?: string | null;
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Seals each document for itself and prints what became of it; gives the exit code.
 *
 * @throws SignetError where none can be sealed: `pkcs12.*`, `config.level-needs-tsa`, `general.io`
 */
export async function sealDocuments(documents: readonly string[], options: SealOptions): Promise<number> {
  const sealer = await openSealer(options);
  const bar = progress(documents.length);
  const rows: SealedRow[] = [];
  try {
    for (const document of documents) {
      rows.push(await sealOne(document, sealer, options.out));
      bar.step(basename(document));
    }
  } finally {
    bar.stop();
    await sealer.close();
  }
  print(rows, options.json ?? false);
  return rows.some(({ error }) => error !== undefined) ? exitCodes.failed : exitCodes.good;
}

function openSealer(options: SealOptions): Promise<LibrarySealer> {
  return librarySealer({
    p12: readNamedFile(options.p12),
    password: readNamedText(options.passwordFile).split(/\r?\n/, 1)[0] ?? '',
    level: options.level,
    ...(options.tsa && { tsa: authorityOf(options.tsa, options) }),
    pades: {
      ...(options.reason && { reason: options.reason }),
      ...(options.location && { location: options.location }),
    },
    ...(options.algorithm && { signatureAlgorithm: options.algorithm }),
  });
}

function authorityOf(url: string, { allowPlain = false, ca }: SealOptions): AuthorityOptions {
  return { url, allowPlain, ...(ca && { caPem: readNamedText(ca) }) };
}

async function sealOne(document: string, sealer: LibrarySealer, folder: string): Promise<SealedRow> {
  const out = resolve(folder, basename(document));
  try {
    const { levelReached, timeStamp, warnings } = await sealer.sealFile(document, out);
    return { document, out, level: levelReached, timeStamp, warnings };
  } catch (error) {
    const coded = asSignetError(error, 'the trace below');
    tellTrace(coded);
    return { document, error: { code: coded.code, message: coded.message } };
  }
}

function print(rows: readonly SealedRow[], json: boolean): void {
  if (json) {
    process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return;
  }
  const body = rows.map(({ document, out, level, timeStamp, warnings, error }) => [
    basename(document),
    error ? 'not sealed' : `PAdES ${level}`,
    timeStamp ?? '',
    error ? `${error.code}: ${error.message}` : [out, ...(warnings ?? [])].join('; '),
  ]);
  process.stdout.write(table([['document', 'result', 'time-stamp', 'where, or why not'], ...body]));
}
