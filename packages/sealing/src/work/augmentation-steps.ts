// SPDX-License-Identifier: Apache-2.0
import type { AdesLevel } from '@signet/ades';
import {
  appendSecurityStore,
  checkEarlierSignatures,
  completedRevision,
  type DocumentPreparation,
  isCovered,
  pdfSignatures,
  prepareDocumentTimeStamp,
  refuseUnusableStore,
  refuseWhatForbidsAugmentation,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { SignetError } from '@signet/base';
import { openPdf, type PdfDocument } from '@signet/documents/pdf';
import { checkAugmentation, preservation } from '@signet/validation';
import type {
  AugmentationState,
  CheckedAugmentation,
  DocumentInput,
  OutputToCheck,
  StoreRequest,
} from '../document-work.ts';
import { withSource } from './steps.ts';

/** The synchronous steps over a document and the revisions that follow it so far, the same inline and in a thread. */

/** A further revision with validation data. */
export function storeStep(document: DocumentInput, appended: Uint8Array, request: StoreRequest): Uint8Array {
  return withAppended(document, appended, (pdf) => {
    const all = pdfSignatures(pdf)
      .filter(isCovered)
      .map(({ coverage }) => coverage.contents);
    const stored = appendSecurityStore(pdf, request.data, { vriFor: request.vri ? all : [] });
    if (stored.length > 0 || !request.always) return stored;
    return appendSecurityStore(pdf, request.data, { vriFor: all.slice(-1) });
  });
}

/** A further revision for a document time-stamp. */
export function timeStampStep(
  document: DocumentInput,
  appended: Uint8Array,
  reservedBytes: number,
): DocumentPreparation {
  return withAppended(document, appended, (pdf) => {
    const hash = 'hash' in document ? document.hash?.copy().update(appended) : undefined;
    const options = { digestAlgorithm: 'sha256', reservedBytes, ...(hash && { baseHash: hash }) } as const;
    return prepareDocumentTimeStamp(pdf, options);
  });
}

/** Judges the signatures of a document that is to be augmented. */
export function inspectStep(document: DocumentInput, appended: Uint8Array): AugmentationState {
  return withAppended(document, appended, (pdf) => {
    refuseWhatForbidsAugmentation(pdf);
    refuseUnusableStore(pdf);
    const warnings = checkEarlierSignatures(pdf);
    const verified = pdfSignatures(pdf)
      .filter(isCovered)
      .map((signature) => verifyPdfSignature(pdf, signature));
    if (verified.length === 0) throw new SignetError('ades.nothing-to-augment');
    const { level, inUse, store } = preservation(pdf, verified);
    return { level, inUse, store, warnings };
  });
}

/** Opens an augmented document with a fresh reader: the file itself where it was written to one. */
export function checkAugmentationStep(
  document: DocumentInput,
  { appended, path }: OutputToCheck,
  level: AdesLevel,
): CheckedAugmentation {
  return withSource(path === undefined ? document : { path }, (source) =>
    checkAugmentation({
      output: path === undefined ? completedRevision(source, appended) : source,
      baseLength: document.size,
      baseSha256: document.sha256,
      level,
    }),
  );
}

function withAppended<T>(document: DocumentInput, appended: Uint8Array, step: (pdf: PdfDocument) => T): T {
  return withSource(document, (source) =>
    step(openPdf(appended.length === 0 ? source : completedRevision(source, appended))),
  );
}
