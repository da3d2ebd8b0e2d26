// SPDX-License-Identifier: Apache-2.0
import { asSignetError, isSignetError, openFileSource, systemClock } from '@signet/base';
import { decodePem, readCertificateBytes } from '@signet/pkix';
import { reportSentence, type ValidationInput, type ValidationReport, validatePdf } from '@signet/validation';
import { readNamedFile } from '../named-file.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { reportLines } from '../terminal/report-lines.ts';
import { tellTrace } from '../terminal/tell-error.ts';

/** What `signet validate` is told; the names are those of its options. */
export interface ValidateOptions {
  readonly trust: readonly string[];
  readonly crl: readonly string[];
  /** Whether a seal may pass only if its revocation was checked. */
  readonly revocation: boolean;
  readonly json?: boolean;
}

/**
 * Validates documents and prints what was found; gives the exit code.
 *
 * @throws SignetError if an anchor or a revocation list cannot be read
 */
export function validateDocuments(documents: readonly string[], options: ValidateOptions): number {
  const input: ValidationInput = {
    trustAnchors: options.trust.flatMap((path) => readCertificateBytes(readNamedFile(path))),
    at: systemClock.now(),
    revocation: { crls: options.crl.flatMap(readCrls) },
    policy: { revocation: options.revocation ? 'required' : 'if-present' },
  };
  return worst(documents.map((document) => validateOne(document, input, options.json ?? false)));
}

/** The lists in a file: DER, or any number of PEM blocks. */
function readCrls(path: string): readonly Uint8Array[] {
  const file = readNamedFile(path);
  if (file[0] === 0x30) return [file];
  return decodePem(file.toString('latin1'))
    .filter(({ label }) => label === 'X509 CRL')
    .map(({ bytes }) => bytes);
}

/** Validates and prints one document; gives its exit code. */
function validateOne(document: string, input: ValidationInput, json: boolean): number {
  try {
    const report = validateFile(document, input);
    process.stdout.write(
      json ? `${JSON.stringify({ file: document, ...report })}\n` : people(document, report),
    );
    return codeOf(report);
  } catch (error) {
    const coded = asSignetError(error, 'the trace below');
    const { code, message } = coded;
    process.stdout.write(
      json
        ? `${JSON.stringify({ file: document, error: { code, message } })}\n`
        : `${document}: ${message} (${code})\n`,
    );
    tellTrace(coded);
    const unreadable = isSignetError(error) && error.row.fault === 'document';
    return unreadable ? exitCodes.failed : exitCodes.error;
  }
}

function validateFile(document: string, input: ValidationInput): ValidationReport {
  const source = openFileSource(document);
  try {
    return validatePdf(source, input);
  } finally {
    source.close();
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
