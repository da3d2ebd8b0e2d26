// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { PdfDocument } from '@signet/documents/pdf';
import { differences } from './differences.ts';
import { isCovered, pdfSignatures } from './pdf-signatures.ts';
import { verifyPdfSignature } from './verify-pdf-signature.ts';

/**
 * Judges the signatures that a document to be sealed already carries. A seal vouches for the document as it is, so one
 * that is broken (byte range, digest, value, a change that it does not permit) is refused. One that is intact but cannot
 * be judged by itself is sealed over, and told.
 *
 * @returns warnings for the record, `earlier-signature-not-judged: …` and the like; empty if there is no earlier signature
 * @throws SignetError `ades.earlier-signature-broken`
 */
export function checkEarlierSignatures(pdf: PdfDocument): readonly string[] {
  if (pdf.acroForm === undefined) return [];
  const warnings: string[] = [];
  for (const signature of pdfSignatures(pdf)) {
    const field = signature.fieldName;
    const { failures, unsupported } = verifyPdfSignature(pdf, signature);
    const [failure] = failures;
    if (failure !== undefined) throw broken(field, failure.message, failure);
    for (const { message } of unsupported)
      warnings.push(`earlier-signature-not-judged: ${field}: ${message}`);
    if (isCovered(signature) && !signature.coverage.wholeFile) {
      const changes = differences(pdf, signature.coverage.revision, signature.permissions);
      const forbidden = changes.find(({ allowed }) => !allowed);
      if (forbidden !== undefined) throw broken(field, `after it was made, ${forbidden.what}`);
    }
    if (unsupported.length === 0) warnings.push(`earlier-signature-trust-not-judged: ${field}`);
  }
  return warnings;
}

function broken(field: string, reason: string, cause?: unknown): SignetError {
  return new SignetError(
    'ades.earlier-signature-broken',
    { field, reason: reason.replace(/\.$/, '') },
    cause,
  );
}
