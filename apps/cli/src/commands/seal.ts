// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { asSignetError } from '@signet/base';
import { Command, Option } from 'commander';
import { type LibrarySealer, librarySealer } from '../library/sealer.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { progress } from '../terminal/progress.ts';
import { table } from '../terminal/table.ts';
import { tellTrace } from '../terminal/trace.ts';

interface SealOptions {
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

const examples = `
Examples:
  signet seal --p12 seal.p12 --password-file pin.txt --level B-B --out sealed invoice.pdf
  signet seal --p12 seal.p12 --password-file pin.txt --level B-T --tsa https://tsa.example/ --out sealed *.pdf

The sealed document gets the same name in the folder given by --out. A file that is there already is never overwritten.`;

/** `signet seal`: the library path, without any server. */
export function sealCommand(): Command {
  return new Command('seal')
    .description('Seal documents here and now with a PKCS#12 file, without any server')
    .argument('<document...>', 'PDF documents')
    .requiredOption('--p12 <file>', 'PKCS#12 file with the key and its certificates')
    .requiredOption('--password-file <file>', 'file whose first line is the password')
    .addOption(new Option('--level <level>', 'PAdES baseline level').choices(['B-B', 'B-T']).default('B-B'))
    .option('--tsa <url>', 'time-stamping authority (RFC 3161), needed for B-T')
    .option('--allow-plain', 'accept an http: address for the time-stamping authority')
    .option('--ca <file>', 'PEM of the CA of the authority’s TLS certificate, if it is no public one')
    .requiredOption('--out <folder>', 'where the sealed documents go')
    .option('--reason <text>', 'why they are sealed, kept in the signature')
    .option('--location <text>', 'where they are sealed, kept in the signature')
    .option('--algorithm <id>', 'signature algorithm; default: the key’s first choice')
    .option('--json', 'one JSON object a line instead of a table')
    .addHelpText('after', examples)
    .action(sealAll);
}

async function sealAll(documents: readonly string[], options: SealOptions): Promise<void> {
  const sealer = await librarySealer({
    p12: readFileSync(options.p12),
    password: readFileSync(options.passwordFile, 'utf8').split(/\r?\n/, 1)[0] ?? '',
    level: options.level,
    tsa: options.tsa && {
      url: options.tsa,
      allowPlain: options.allowPlain ?? false,
      ...(options.ca && { caPem: readFileSync(options.ca, 'utf8') }),
    },
    pades: {
      ...(options.reason && { reason: options.reason }),
      ...(options.location && { location: options.location }),
    },
    ...(options.algorithm && { signatureAlgorithm: options.algorithm }),
  });
  const bar = progress(documents.length);
  const rows: SealedRow[] = [];
  for (const document of documents) {
    rows.push(await sealOne(document, sealer, options));
    bar.step(basename(document));
  }
  bar.stop();
  await sealer.close();
  print(rows, options.json ?? false);
  process.exitCode = rows.some(({ error }) => error !== undefined) ? exitCodes.failed : exitCodes.good;
}

interface SealedRow {
  readonly document: string;
  readonly out?: string;
  readonly level?: string;
  readonly timeStamp?: string | null;
  readonly warnings?: readonly string[];
  readonly error?: { readonly code: string; readonly message: string };
}

async function sealOne(document: string, sealer: LibrarySealer, options: SealOptions): Promise<SealedRow> {
  const out = resolve(options.out, basename(document));
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
