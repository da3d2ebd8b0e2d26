// SPDX-License-Identifier: Apache-2.0

/**
 * Kinds of changes, those that least matter first. `validation-data`: what augmentation adds (DSS, document time-stamps).
 * `metadata`: XMP and the information dictionary. `signature`: a further signature. `form`: a field was filled in.
 * `annotation`: comments. `undefined`: everything else, or what is not understood.
 */
export type ChangeKind = 'validation-data' | 'metadata' | 'signature' | 'form' | 'annotation' | 'undefined';

/** One change that later revisions made. */
export interface DocumentChange {
  readonly kind: ChangeKind;
  /** Whether the signature permits it. */
  readonly allowed: boolean;
  /** Number of the object; 0 for the trailer. */
  readonly object: number;
  /** What was done, as the rest of a sentence: `the field "amount" was filled in`. */
  readonly what: string;
}
