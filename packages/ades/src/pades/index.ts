// SPDX-License-Identifier: Apache-2.0
export { differences } from './differences.ts';
export type { ChangeKind, DocumentChange } from './document-change.ts';
export {
  type ByteRange,
  type DocumentPreparation,
  type Hole,
  loadDocumentPreparation,
  type StoredDocumentPreparation,
  storeDocumentPreparation,
} from './document-preparation.ts';
export { completedRevision, fillHole } from './hole.ts';
export {
  type DocMdpPermission,
  type FieldLock,
  type SignaturePermissions,
  signaturePermissions,
} from './permissions.ts';
export { type PdfPreparationOptions, preparePdf } from './prepare-pdf.ts';
