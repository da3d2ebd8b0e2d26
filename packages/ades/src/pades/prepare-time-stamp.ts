// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import { name, PdfDict, type PdfDocument, type PdfHole, type PdfReserved } from '@signet/documents/pdf';
import type { DigestAlgorithmId } from '@signet/pkix';
import type { DocumentPreparation } from './document-preparation.ts';
import { refuseWhatForbidsAugmentation } from './permissions.ts';
import { prepareRevision, refuseDamage } from './prepare-revision.ts';

/** What a revision with a document time-stamp is made from. */
export interface TimeStampPreparationOptions {
  /** Digest of the message imprint. */
  readonly digestAlgorithm: DigestAlgorithmId;
  /** Bytes of token that the hole has to take. */
  readonly reservedBytes: number;
  /** A hash state of `digestAlgorithm` that was fed with exactly the document's bytes; it is not changed. */
  readonly baseHash?: Hash;
}

/**
 * Prepares a PDF for a document time-stamp over all of it (EN 319 142-1 §5.4.3, ISO 32000-2 §12.8.5): `docHash` is the
 * message imprint to ask for, and the token is put in with `fillHole`. Everything there stays as it is.
 *
 * @throws SignetError `ades.xfa`, `ades.certified-no-augmentation`, `ades.form-unusable`, or `pdf.*`
 */
export function prepareDocumentTimeStamp(
  pdf: PdfDocument,
  options: TimeStampPreparationOptions,
): DocumentPreparation {
  refuseDamage(pdf);
  refuseWhatForbidsAugmentation(pdf);
  return prepareRevision(pdf, { ...options, fieldPrefix: 'Timestamp', dictionary: timeStampDictionary });
}

/** No /M, /Name or /Reason: the token alone says when and by whom (EN 319 142-1 §5.4.3). */
function timeStampDictionary(hole: PdfHole, range: PdfReserved): PdfDict {
  return PdfDict.of({
    Type: name('DocTimeStamp'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.RFC3161'),
    ByteRange: range,
    Contents: hole,
  });
}
