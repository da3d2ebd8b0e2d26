// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import {
  dateString,
  name,
  PdfDict,
  type PdfDocument,
  type PdfHole,
  type PdfReserved,
  textString,
} from '@signet/documents/pdf';
import type { DigestAlgorithmId } from '@signet/pkix';
import type { DocumentPreparation } from './document-preparation.ts';
import { refuseWhatForbidsSigning } from './permissions.ts';
import { prepareRevision, refuseDamage } from './prepare-revision.ts';

/** What a revision with a signature is made from. */
export interface PdfPreparationOptions {
  /** Digest of the signer's document representation. */
  readonly digestAlgorithm: DigestAlgorithmId;
  /** Bytes of CMS that the hole has to take. */
  readonly reservedBytes: number;
  /** The claimed signing time, for /M. */
  readonly signingTime: Date;
  readonly reason?: string;
  readonly location?: string;
  readonly contactInfo?: string;
  /** Name of the signer, for /Name; readers otherwise take it from the certificate. */
  readonly signerName?: string;
  /**
   * A hash state of `digestAlgorithm` that was fed with exactly the base document's bytes as they arrived: continuing a
   * copy of it saves a pass over the document. It is not changed.
   */
  readonly baseHash?: Hash;
}

/**
 * Prepares a PDF for an invisible PAdES signature (EN 319 142-1 §6, ISO 32000-2 §12.8): one incremental update with a
 * signature field on the first page and a signature dictionary whose /Contents is a hole. The bytes that are there stay
 * as they are. Earlier signatures are judged by `checkEarlierSignatures`, not here.
 *
 * @throws SignetError `ades.xfa`, `ades.certified-no-changes`, `ades.form-unusable`, or
 *   `pdf.*` for a document whose structure cannot be relied on
 */
export function preparePdf(pdf: PdfDocument, options: PdfPreparationOptions): DocumentPreparation {
  refuseDamage(pdf);
  refuseWhatForbidsSigning(pdf);
  return prepareRevision(pdf, {
    ...options,
    fieldPrefix: 'Signature',
    dictionary: (hole, range) => signatureDictionary(options, hole, range),
  });
}

/** The signature dictionary (ISO 32000-2 table 255) as PAdES wants it: EN 319 142-1 §6.3. */
function signatureDictionary(options: PdfPreparationOptions, hole: PdfHole, range: PdfReserved): PdfDict {
  const text = (value: string | undefined) => (value === undefined ? undefined : textString(value));
  return PdfDict.of({
    Type: name('Sig'),
    Filter: name('Adobe.PPKLite'),
    SubFilter: name('ETSI.CAdES.detached'),
    Name: text(options.signerName),
    M: dateString(options.signingTime),
    Reason: text(options.reason),
    Location: text(options.location),
    ContactInfo: text(options.contactInfo),
    ByteRange: range,
    Contents: hole,
  });
}
