// SPDX-License-Identifier: Apache-2.0
import type { Hash } from 'node:crypto';
import { hashRange, SignetError } from '@signet/base';
import {
  IncrementalUpdate,
  inspectStructure,
  PdfArray,
  type PdfDict,
  type PdfDocument,
  PdfHole,
  PdfReserved,
} from '@signet/documents/pdf';
import { type DigestAlgorithmId, startDigest } from '@signet/pkix';
import type { ByteRange, DocumentPreparation } from './document-preparation.ts';
import { addSignatureField } from './signature-field.ts';

/** What a revision with a hole is made from, whatever fills the hole. */
export interface RevisionOptions {
  readonly digestAlgorithm: DigestAlgorithmId;
  readonly reservedBytes: number;
  readonly fieldPrefix: 'Signature' | 'Timestamp';
  /** The signature dictionary around its hole and the place for its byte range. */
  readonly dictionary: (hole: PdfHole, range: PdfReserved) => PdfDict;
  /** A hash state of `digestAlgorithm` that was fed with exactly the document's bytes; it is not changed. */
  readonly baseHash?: Hash;
}

/** Room for `[0 a b c]` with offsets of up to 15 digits. */
const byteRangeWidth = 52;

/** Refuses a document whose structure cannot be relied on. @throws SignetError `pdf.*` */
export function refuseDamage(pdf: PdfDocument): void {
  const damage = inspectStructure(pdf).find(({ severity }) => severity === 'refuse');
  if (damage !== undefined) throw new SignetError(damage.code, damage.details);
}

/**
 * Lays out one incremental update with a signature field whose dictionary has a hole, and hashes around the hole.
 *
 * @throws SignetError `ades.form-unusable`, `pdf.*`
 */
export function prepareRevision(pdf: PdfDocument, options: RevisionOptions): DocumentPreparation {
  const update = new IncrementalUpdate(pdf);
  const hole = new PdfHole(options.reservedBytes);
  const range = new PdfReserved(byteRangeWidth);
  const value = update.add(options.dictionary(hole, range));
  const fieldName = addSignatureField(update, value, options.fieldPrefix);
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

function hashByteRange(
  pdf: PdfDocument,
  appended: Uint8Array,
  [, before, after]: ByteRange,
  { digestAlgorithm: id, baseHash }: RevisionOptions,
): Uint8Array {
  const hash = baseHash?.copy() ?? startDigest(id);
  const base = pdf.source.length;
  if (baseHash === undefined) hashRange(hash, pdf.source, 0, base);
  hash.update(appended.subarray(0, before - base));
  hash.update(appended.subarray(after - base));
  return hash.digest();
}
