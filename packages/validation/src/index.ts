// SPDX-License-Identifier: Apache-2.0
export type { Indication, SubIndication } from './indication.ts';
export type {
  CertificateReport,
  ChangeReport,
  Finding,
  SignatureReport,
  SigningTime,
  TimeStampReport,
  ValidationReport,
} from './report.ts';
