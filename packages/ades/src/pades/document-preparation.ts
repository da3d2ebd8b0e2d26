// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithmId } from '@signet/pkix';

/** A place in a file: the hole is where the hexadecimal digits of /Contents go, without the angle brackets. */
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
  /** Fully qualified name of the signature field (/T). */
  readonly fieldName: string;
}

/** A {@link DocumentPreparation} as JSON: byte strings are base64. */
export interface StoredDocumentPreparation extends Omit<DocumentPreparation, 'appended' | 'docHash'> {
  readonly appended: string;
  readonly docHash: string;
}
