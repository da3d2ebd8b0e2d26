// SPDX-License-Identifier: Apache-2.0
export { type AugmentationExpectation, checkAugmentation } from './check-augmentation.ts';
export { type CheckedSeal, checkSeal, type SealExpectation } from './check-seal.ts';
export type { Indication, SubIndication } from './indication.ts';
export { type Preservation, preservation } from './preservation.ts';
export type {
  CertificateReport,
  ChangeReport,
  Finding,
  SignatureReport,
  SigningTime,
  TimeStampReport,
  ValidationReport,
} from './report.ts';
export { reportSentence } from './sentence.ts';
export { type ValidationInput, type ValidationPolicy, validatePdf } from './validate-pdf.ts';
