// SPDX-License-Identifier: Apache-2.0
import { Command, Option } from 'commander';
import type { AugmentOptions } from '../library/augment-documents.ts';
import { withServices } from './service-options.ts';

const examples = `
Examples:
  signet augment --level B-T --tsa https://tsa.example/ --out stamped contract.pdf
  signet augment --level B-LTA --tsa https://tsa.example/ --trust root.pem --revocation-host ocsp.example \\
    --out archive sealed/*.pdf

Seals and signatures of any maker: nothing that is there is changed, everything is appended. A document at B-LTA gets a
further archive time-stamp with fresh validation data for the last one: do that before its authority's certificate ends.
The document gets the same name in the folder given by --out. A file that is there already is never overwritten.`;

/** `signet augment`: the library path, without any server. */
export function augmentCommand(): Command {
  const command = new Command('augment')
    .description('Take signed documents to a higher level: time-stamps and validation data')
    .argument('<document...>', 'signed PDF documents')
    .addOption(
      new Option('--level <level>', 'PAdES baseline level')
        .choices(['B-T', 'B-LT', 'B-LTA'])
        .makeOptionMandatory(),
    );
  return withServices(command)
    .requiredOption('--out <folder>', 'where the augmented documents go')
    .option('--json', 'one JSON object a line instead of a table')
    .addHelpText('after', examples)
    .action(async (documents: readonly string[], options: AugmentOptions) => {
      const { augmentDocuments } = await import('../library/augment-documents.ts');
      process.exitCode = await augmentDocuments(documents, options);
    });
}
