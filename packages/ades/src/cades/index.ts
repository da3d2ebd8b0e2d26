// SPDX-License-Identifier: Apache-2.0
export {
  prepareSignature,
  type SignaturePreparation,
  type SignaturePreparationRequest,
  type StoredSignaturePreparation,
} from './signature-preparation.ts';
