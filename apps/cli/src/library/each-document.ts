// SPDX-License-Identifier: Apache-2.0
import { basename, resolve } from 'node:path';
import { asSignetError } from '@signet/base';
import { exitCodes } from '../terminal/exit-codes.ts';
import { progress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { tellTrace } from '../terminal/tell-error.ts';

/** What became of a document. */
export interface DocumentResult {
  readonly level: string;
  readonly timeStamp?: string | null;
  readonly warnings: readonly string[];
}

/** One line of the answer. */
interface Row extends Partial<DocumentResult> {
  readonly document: string;
  readonly out?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/**
 * Works on each document for itself, with the same name in the folder `out`, and prints what became of it; gives the exit
 * code. What fails for one says nothing of the next.
 */
export async function eachDocument(
  documents: readonly string[],
  { out: folder, json = false }: { readonly out: string; readonly json?: boolean },
  work: (document: string, out: string) => Promise<DocumentResult>,
): Promise<number> {
  const bar = progress(documents.length);
  const rows: Row[] = [];
  try {
    for (const document of documents) {
      rows.push(await rowOf(document, resolve(folder, basename(document)), work));
      bar.step(basename(document));
    }
  } finally {
    bar.stop();
  }
  print(rows, json);
  return rows.some(({ error }) => error !== undefined) ? exitCodes.failed : exitCodes.good;
}

async function rowOf(
  document: string,
  out: string,
  work: (document: string, out: string) => Promise<DocumentResult>,
): Promise<Row> {
  try {
    return { document, out, ...(await work(document, out)) };
  } catch (error) {
    const coded = asSignetError(error, 'the trace below');
    tellTrace(coded);
    return { document, error: { code: coded.code, message: coded.message } };
  }
}

function print(rows: readonly Row[], json: boolean): void {
  if (json) {
    process.stdout.write(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    return;
  }
  const body = rows.map(({ document, out, level, timeStamp, warnings, error }) => [
    basename(document),
    error ? 'failed' : `PAdES ${level}`,
    timeStamp ?? '',
    error ? `${error.code}: ${error.message}` : [out, ...(warnings ?? [])].join('; '),
  ]);
  process.stdout.write(table([['document', 'result', 'time-stamp', 'where, or why not'], ...body]));
}
