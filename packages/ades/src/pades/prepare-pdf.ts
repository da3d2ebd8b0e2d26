// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import { hashRange, SignetError } from '@signet/base';
import {
  dateString,
  IncrementalUpdate,
  inspectStructure,
  name,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfHole,
  PdfReserved,
  textString,
} from '@signet/documents/pdf';
import { type DigestAlgorithmId, startDigest } from '@signet/pkix';
import type { ByteRange, DocumentPreparation } from './document-preparation.ts';
import { refuseWhatForbidsSigning } from './permissions.ts';
import { addSignatureField } from './signature-field.ts';

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

/** Room for `[0 a b c]` with offsets of up to 15 digits. */
const byteRangeWidth = 52;

/**
 * Prepares a PDF for an invisible PAdES signature (EN 319 142-1 §6, ISO 32000-2 §12.8): one incremental update with a
 * signature field on the first page and a signature dictionary whose /Contents is a hole. The bytes that are there stay
 * as they are. Earlier signatures are judged by `checkEarlierSignatures`, not here.
 *
 * @throws SignetError `ades.xfa`, `ades.certified-no-changes`, `ades.form-unusable`, or
 *   `pdf.*` for a document whose structure cannot be relied on
 */
export function preparePdf(pdf: PdfDocument, options: PdfPreparationOptions): DocumentPreparation {
  const damage = inspectStructure(pdf).find(({ severity }) => severity === 'refuse');
  if (damage !== undefined) throw new SignetError(damage.code, damage.details);
  refuseWhatForbidsSigning(pdf);

  const update = new IncrementalUpdate(pdf);
  const hole = new PdfHole(options.reservedBytes);
  const range = new PdfReserved(byteRangeWidth);
  const value = update.add(signatureDictionary(options, hole, range));
  const fieldName = addSignatureField(update, value);
  const revision = update.serialize();

  const place = revision.locate(hole);
  const end = revision.baseLength + revision.bytes.length;
  const after = place.offset + place.length;
  const byteRange: ByteRange = [0, place.offset, after, end - after];
  revision.fill(range, new PdfArray(byteRange));
  return {
    format: 1,
    baseLength: revision.baseLength,
    appended: revision.bytes,
    hole: { offset: place.offset + 1, length: place.length - 2 },
    byteRange,
    digestAlgorithm: options.digestAlgorithm,
    docHash: hashByteRange(pdf, revision.bytes, byteRange, options),
    reservedBytes: options.reservedBytes,
    fieldName,
  };
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

function hashByteRange(
  pdf: PdfDocument,
  appended: Uint8Array,
  [, before, after]: ByteRange,
  { digestAlgorithm: id, baseHash }: PdfPreparationOptions,
): Uint8Array {
  const hash = baseHash?.copy() ?? startDigest(id);
  const base = pdf.source.length;
  if (baseHash === undefined) hashRange(hash, pdf.source, 0, base);
  hash.update(appended.subarray(0, before - base));
  hash.update(appended.subarray(after - base));
  return hash.digest();
}
