// SPDX-License-Identifier: Apache-2.0
export { buildRevocationList, type RevocationListInput } from './build-revocation-list.ts';
export type {
  RevocationReason,
  RevokedCertificate,
  RevokedCertificateInput,
} from './entry.ts';
export type {
  IssuingDistributionPoint,
  IssuingDistributionPointInput,
} from './issuing-distribution-point.ts';
export { isInScope, judgeRevocationList, type RevocationListExpectation } from './judge-revocation-list.ts';
export {
  findRevokedCertificate,
  parseRevocationList,
  type RevocationList,
  revokedCertificates,
} from './revocation-list.ts';
