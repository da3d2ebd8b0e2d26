// SPDX-License-Identifier: Apache-2.0
export type { Coverage } from './byte-range.ts';
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
export { checkEarlierSignatures } from './earlier-signatures.ts';
export { completedRevision, fillHole } from './hole.ts';
export { type OwnRevisionKind, unexpectedChange } from './own-revision.ts';
export { isCovered, type PdfSignature, pdfSignatures, type SignatureKind } from './pdf-signatures.ts';
export {
  type DocMdpPermission,
  type FieldLock,
  refuseWhatForbidsAugmentation,
  type SignaturePermissions,
  signaturePermissions,
} from './permissions.ts';
export { type PdfPreparationOptions, preparePdf } from './prepare-pdf.ts';
export { prepareDocumentTimeStamp, type TimeStampPreparationOptions } from './prepare-time-stamp.ts';
export { removedSignatures } from './removed-signatures.ts';
export { readSecurityStore, type SecurityStore } from './security-store.ts';
export {
  digestByteRange,
  type PdfSignatureContext,
  type VerifiedPdfSignature,
  verifyPdfSignature,
} from './verify-pdf-signature.ts';
export {
  appendSecurityStore,
  refuseUnusableStore,
  type SecurityStoreOptions,
} from './write-security-store.ts';
