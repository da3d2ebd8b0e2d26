// SPDX-License-Identifier: Apache-2.0
import { Command, Option } from 'commander';
import type { SealOptions } from '../library/seal-documents.ts';
import { withServices } from './service-options.ts';

const examples = `
Examples:
  signet seal --p12 seal.p12 --password-file pin.txt --level B-B --out sealed invoice.pdf
  signet seal --p12 seal.p12 --password-file pin.txt --level B-T --tsa https://tsa.example/ --out sealed *.pdf
  signet seal --p12 seal.p12 --password-file pin.txt --level B-LTA --tsa https://tsa.example/ \\
    --trust root.pem --revocation-host ocsp.example --out sealed *.pdf

The sealed document gets the same name in the folder given by --out. A file that is there already is never overwritten.`;

/** `signet seal`: the library path, without any server. */
export function sealCommand(): Command {
  const command = new Command('seal')
    .description('Seal documents here and now with a PKCS#12 file, without any server')
    .argument('<document...>', 'PDF documents')
    .requiredOption('--p12 <file>', 'PKCS#12 file with the key and its certificates')
    .requiredOption('--password-file <file>', 'file whose first line is the password');
  return withServices(command)
    .addOption(
      new Option('--level <level>', 'PAdES baseline level')
        .choices(['B-B', 'B-T', 'B-LT', 'B-LTA'])
        .default('B-B'),
    )
    .requiredOption('--out <folder>', 'where the sealed documents go')
    .option('--reason <text>', 'why they are sealed, kept in the signature')
    .option('--location <text>', 'where they are sealed, kept in the signature')
    .option('--algorithm <id>', 'signature algorithm; default: the key’s first choice')
    .option('--json', 'one JSON object a line instead of a table')
    .addHelpText('after', examples)
    .action(async (documents: readonly string[], options: SealOptions) => {
      const { sealDocuments } = await import('../library/seal-documents.ts');
      process.exitCode = await sealDocuments(documents, options);
    });
}
