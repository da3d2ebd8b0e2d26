// SPDX-License-Identifier: Apache-2.0
import {
  checkEarlierSignatures,
  completedRevision,
  preparePdf,
  refuseUnusableStore,
} from '@signet/ades/pades';
import { type ByteSource, memorySource, openFileSource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { checkSeal, type ValidationInput, type ValidationReport, validatePdf } from '@signet/validation';
import type {
  CheckedSeal,
  DocumentInput,
  ExpectedSeal,
  OutputToCheck,
  PreparationRequest,
  PreparedDocument,
} from '../document-work.ts';

/** The synchronous steps over one document, the same inline and in a thread of the pool. */

/** Judges earlier signatures and prepares the new revision; one parse for both. */
export function prepareStep(document: DocumentInput, request: PreparationRequest): PreparedDocument {
  return withSource(document, (source) => {
    const pdf = openPdf(source);
    const warnings = checkEarlierSignatures(pdf);
    if (request.storesValidationData) refuseUnusableStore(pdf);
    const hash = 'hash' in document && request.digestAlgorithm === 'sha256' ? document.hash : undefined;
    return { preparation: preparePdf(pdf, { ...request, ...(hash && { baseHash: hash }) }), warnings };
  });
}

/** Opens the output with a fresh reader and verifies it: the file itself where it was written to one. */
export function checkStep(
  document: DocumentInput,
  written: OutputToCheck,
  expected: ExpectedSeal,
): CheckedSeal {
  const { appended, path } = written;
  return withSource(path === undefined ? document : { path }, (source) => {
    const checked = checkSeal({
      output: path === undefined ? completedRevision(source, appended) : source,
      baseLength: document.size,
      baseSha256: document.sha256,
      ...expected,
    });
    return { sha256Out: checked.sha256Out, timeStamp: checked.timeStamp };
  });
}

/** Validates a document with the material handed in. */
export function validateStep(document: DocumentInput, material: ValidationInput): ValidationReport {
  return withSource(document, (source) => validatePdf(source, material));
}

/** Runs a step over a document and closes what was opened for it. */
export function withSource<T>(
  document: { readonly bytes: Uint8Array } | { readonly path: string },
  step: (source: ByteSource) => T,
): T {
  if (!('path' in document)) return step(memorySource(document.bytes));
  const file = openFileSource(document.path);
  try {
    return step(file);
  } finally {
    file.close();
  }
}
