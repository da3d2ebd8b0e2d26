// SPDX-License-Identifier: Apache-2.0
export {
  authorityInUse,
  type CertificateInUse,
  certificatesInUse,
  genTimeOf,
  signerInUse,
} from './certificates-in-use.ts';
export { type CmsSizeFactors, embed, estimateCmsBytes } from './embed.ts';
export {
  parseReceivedSignature,
  type ReceivedSignature,
  type ReceivedTimeStamp,
  signatureTimeStamps,
  type VerifiedSignature,
  verifyReceivedSignature,
} from './received-signature.ts';
export {
  loadSignaturePreparation,
  prepareSignature,
  type SignaturePreparation,
  type SignaturePreparationRequest,
  type StoredSignaturePreparation,
  storeSignaturePreparation,
} from './signature-preparation.ts';
export { addSignatureTimeStamp, signatureTimeStampImprint } from './signature-time-stamp.ts';
