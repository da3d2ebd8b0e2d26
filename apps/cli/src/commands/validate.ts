// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import type { ValidateOptions } from '../library/validate-documents.ts';
import { collect } from './access-option.ts';

const examples = `
Examples:
  signet validate --trust root.pem --crl issuing.crl sealed/invoice.pdf
  signet validate --json *.pdf

The first line for each document is a sentence: who sealed it, when and by whose clock, unchanged or not, and what could
not be judged and why. Nothing is fetched from any network.

Exit codes: 0 every document passed, 1 one failed or has no seal, 3 nothing failed but not all could be judged, 2 error.`;

/** `signet validate`: judges seals of any maker by EN 319 102-1. */
export function validateCommand(): Command {
  return new Command('validate')
    .description('Verify the seals of documents')
    .argument('<document...>', 'PDF documents')
    .option('--trust <pem>', 'certificates to be trusted as anchors (repeatable)', collect, [])
    .option('--crl <file>', 'a certificate revocation list, DER or PEM (repeatable)', collect, [])
    .option('--no-revocation', 'pass a seal although its revocation was not checked; the report says so')
    .option('--json', 'one report as a JSON object a line')
    .addHelpText('after', examples)
    .action(async (documents: readonly string[], options: ValidateOptions) => {
      const { validateDocuments } = await import('../library/validate-documents.ts');
      process.exitCode = validateDocuments(documents, options);
    });
}
