// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type DigestAlgorithmId, isDigestAlgorithmId } from '@signet/pkix';

/** Where in a file the hexadecimal digits of /Contents go, without the angle brackets. */
export interface Hole {
  /** Offset from the start of the whole file, in bytes: the first byte after `<`. */
  readonly offset: number;
  /** Length in bytes (hexadecimal digits), twice the reserved bytes. */
  readonly length: number;
}

/** Offsets and lengths of the two signed ranges, as /ByteRange has them (ISO 32000-2 §12.8.1). */
export type ByteRange = readonly [number, number, number, number];

/**
 * A document with the revision that will hold its signature, before there is one: storable, and enough to complete a
 * copy of the base document anywhere.
 */
export interface DocumentPreparation {
  readonly format: 1;
  /** Length of the document as it came; its bytes are the start of the sealed document, unchanged. */
  readonly baseLength: number;
  /** The bytes that follow them: the new revision, its hole filled with zeros. */
  readonly appended: Uint8Array;
  readonly hole: Hole;
  readonly byteRange: ByteRange;
  readonly digestAlgorithm: DigestAlgorithmId;
  /** Signer's document representation (SDR): the digest over the ByteRange. */
  readonly docHash: Uint8Array;
  /** Bytes of CMS that fit the hole: half of its length. */
  readonly reservedBytes: number;
  /** Fully qualified name of the signature field. */
  readonly fieldName: string;
}

/** A {@link DocumentPreparation} as JSON: byte strings are base64. */
export interface StoredDocumentPreparation extends Omit<DocumentPreparation, 'appended' | 'docHash'> {
  readonly appended: string;
  readonly docHash: string;
}

/** A preparation in the form that is stored. */
export function storeDocumentPreparation(preparation: DocumentPreparation): StoredDocumentPreparation {
  return {
    ...preparation,
    appended: Buffer.from(preparation.appended).toString('base64'),
    docHash: Buffer.from(preparation.docHash).toString('base64'),
  };
}

/**
 * The preparation that was stored.
 *
 * @throws SignetError `ades.preparation-unreadable` if it is of another format or its parts do not fit together
 */
export function loadDocumentPreparation(stored: StoredDocumentPreparation): DocumentPreparation {
  if (stored.format !== 1) throw unreadable(`its format is ${String(stored.format)}, known is 1`);
  const preparation: DocumentPreparation = {
    format: 1,
    baseLength: stored.baseLength,
    appended: Buffer.from(stored.appended, 'base64'),
    hole: stored.hole,
    byteRange: stored.byteRange,
    digestAlgorithm: stored.digestAlgorithm,
    docHash: Buffer.from(stored.docHash, 'base64'),
    reservedBytes: stored.reservedBytes,
    fieldName: stored.fieldName,
  };
  checkGeometry(preparation);
  return preparation;
}

function checkGeometry(preparation: DocumentPreparation): void {
  const { baseLength, appended, hole, byteRange, reservedBytes } = preparation;
  const end = baseLength + appended.length;
  const [start, before, after, rest] = byteRange;
  if (hole.length !== 2 * reservedBytes) throw unreadable('hole and reserved bytes differ');
  if (!(hole.offset > baseLength && hole.offset + hole.length < end)) throw unreadable('the hole is outside');
  const fits = start === 0 && before === hole.offset - 1 && after === hole.offset + hole.length + 1;
  if (!fits || after + rest !== end) throw unreadable('the byte range does not enclose the hole');
  if (!isDigestAlgorithmId(preparation.digestAlgorithm)) throw unreadable('its digest is unknown');
}

function unreadable(reason: string): SignetError {
  return new SignetError('ades.preparation-unreadable', { reason });
}
