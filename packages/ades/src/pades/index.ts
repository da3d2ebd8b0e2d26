// SPDX-License-Identifier: Apache-2.0
export type {
  ByteRange,
  DocumentPreparation,
  Hole,
  StoredDocumentPreparation,
} from './document-preparation.ts';
