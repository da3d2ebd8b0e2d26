// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { asSignetError, isSignetError, openFileSource, systemClock } from '@signet/base';
import { decodePem, readCertificateBytes } from '@signet/pkix';
import { reportSentence, type ValidationInput, type ValidationReport, validatePdf } from '@signet/validation';
import { Command } from 'commander';
import { exitCodes } from '../terminal/exit-codes.ts';
import { reportLines } from '../terminal/report-lines.ts';

interface ValidateOptions {
  readonly trust: readonly string[];
  readonly crl: readonly string[];
  readonly noRevocation?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  signet validate --trust root.pem --crl issuing.crl sealed/invoice.pdf
  signet validate --json *.pdf

The first line for each document is a sentence: who sealed it, when and by whose clock, unchanged or not, and what could
not be judged and why. Nothing is fetched from any network.

Exit codes: 0 every document passed, 1 one failed or has no seal, 3 nothing failed but not all could be judged, 2 error.`;

const collect = (value: string, earlier: readonly string[]) => [...earlier, value];

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
    .action((documents: readonly string[], options: ValidateOptions & { readonly revocation: boolean }) => {
      const input: ValidationInput = {
        trustAnchors: options.trust.flatMap((path) => readCertificateBytes(readFileSync(path))),
        at: systemClock.now(),
        revocation: { crls: options.crl.flatMap(readCrls) },
        policy: { revocation: options.revocation ? 'required' : 'if-present' },
      };
      process.exitCode = worst(
        documents.map((document) => validateOne(document, input, options.json ?? false)),
      );
    });
}

/** The lists in a file: DER, or any number of PEM blocks. */
function readCrls(path: string): readonly Uint8Array[] {
  const file = readFileSync(path);
  if (file[0] === 0x30) return [file];
  return decodePem(file.toString('latin1'))
    .filter(({ label }) => label === 'X509 CRL')
    .map(({ bytes }) => bytes);
}

/** Validates and prints one document; gives its exit code. */
function validateOne(document: string, input: ValidationInput, json: boolean): number {
  try {
    const source = openFileSource(document);
    const report = validatePdf(source, input);
    source.close();
    process.stdout.write(
      json ? `${JSON.stringify({ file: document, ...report })}\n` : people(document, report),
    );
    return codeOf(report);
  } catch (error) {
    const { code, message } = asSignetError(error, document);
    const unreadable = isSignetError(error) && error.row.fault === 'document';
    process.stdout.write(
      json
        ? `${JSON.stringify({ file: document, error: { code, message } })}\n`
        : `${document}: ${message} (${code})\n`,
    );
    return unreadable ? exitCodes.failed : exitCodes.error;
  }
}

function people(document: string, report: ValidationReport): string {
  return `${document}: ${reportSentence(report)}\n${reportLines(report)
    .map((line) => `  ${line}\n`)
    .join('')}`;
}

function codeOf({ indication }: ValidationReport): number {
  if (indication === 'TOTAL_PASSED') return exitCodes.good;
  return indication === 'INDETERMINATE' ? exitCodes.indeterminate : exitCodes.failed;
}

/** An error outweighs a failure, a failure what could not be judged. */
function worst(codes: readonly number[]): number {
  const order: readonly number[] = [exitCodes.error, exitCodes.failed, exitCodes.indeterminate];
  return order.find((code) => codes.includes(code)) ?? exitCodes.good;
}
