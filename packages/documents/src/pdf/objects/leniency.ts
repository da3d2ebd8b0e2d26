// SPDX-License-Identifier: Apache-2.0

/** Something that departs from the standard but could be read in only one way. */
export interface PdfLeniency {
  readonly kind: 'stream-length' | 'no-endobj';
  readonly num: number;
  readonly offset: number;
}
