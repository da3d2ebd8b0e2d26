// SPDX-License-Identifier: Apache-2.0
import { type AdesLevel, reachesLevel } from '@signet/ades';
import {
  type Coverage,
  isCovered,
  type PdfSignature,
  pdfSignatures,
  unexpectedChange,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { SignetError } from '@signet/base';
import { openPdf, type PdfDocument } from '@signet/documents/pdf';
import { OutputDigests, type OutputOnBase } from './output-digests.ts';
import { checkPermitted } from './permitted.ts';
import { preservation } from './preservation.ts';

/** What an augmented document must be before it may be released. */
export interface AugmentationExpectation extends OutputOnBase {
  /** Level that all signatures must have reached. */
  readonly level: AdesLevel;
}

/**
 * Opens an augmented document with a fresh reader and verifies what Signet promises of it: the bytes that arrived are its
 * start, only document time-stamps and validation data were added, every signature is intact and permits that, and the
 * level is reached. No network and no trust decision.
 *
 * @throws SignetError `ades.check-*`: the document must not be released
 */
export function checkAugmentation(expectation: AugmentationExpectation): {
  readonly sha256Out: string;
  readonly levelReached: AdesLevel;
} {
  const pdf = openPdf(expectation.output);
  const sha256Out = new OutputDigests(expectation).whole();
  const signatures = pdfSignatures(pdf).filter(isCovered);
  const verified = signatures.map((signature) => verifyPdfSignature(pdf, signature));
  for (const { failures, signature } of verified) {
    const [failure] = failures;
    if (failure === undefined) continue;
    const details = { field: signature.fieldName, reason: failure.message };
    throw new SignetError('ades.check-earlier-signature', details, failure);
  }
  checkAdded(pdf, signatures, expectation.baseLength);
  checkPermitted(pdf, signatures);
  const { level } = preservation(pdf, verified);
  if (!reachesLevel(level, expectation.level)) {
    throw new SignetError('ades.check-level', { reached: level, wanted: expectation.level });
  }
  return { sha256Out, levelReached: level };
}

/** Every revision behind the base document is a document time-stamp's, or adds to the security store alone. */
function checkAdded(
  pdf: PdfDocument,
  signatures: readonly (PdfSignature & { readonly coverage: Coverage })[],
  baseLength: number,
): void {
  for (const { index, markerEnd } of pdf.revisions) {
    if (markerEnd <= baseLength) continue;
    const own = signatures.find(({ coverage }) => coverage.revision === index);
    if (own !== undefined && own.kind !== 'document-time-stamp') {
      throw new SignetError('ades.check-no-signature', { reason: `${own.fieldName} was added` });
    }
    const unexpected = unexpectedChange(pdf.at(index), own === undefined ? 'validation-data' : 'signature');
    if (unexpected !== undefined) throw new SignetError('ades.check-base-changed', {}, unexpected);
  }
  if (pdf.revisions.at(-1)!.endOffset !== pdf.source.length) {
    throw new SignetError('ades.check-coverage', { reason: 'bytes follow the last revision' });
  }
}
