// SPDX-License-Identifier: Apache-2.0
export {
  buildOcspResponse,
  encodeOcspFailure,
  type OcspResponseInput,
  type SingleOcspResponseInput,
} from './build-ocsp-response.ts';
export { type CertId, type CertificateAndIssuer, certIdNames, certIdNamesIssuer } from './cert-id.ts';
export {
  type JudgedOcspResponse,
  judgeBasicOcspResponse,
  judgeOcspResponse,
  type OcspExpectation,
} from './judge-ocsp-response.ts';
export {
  encodeOcspRequest,
  type OcspRequest,
  type OcspRequestInput,
  parseOcspRequest,
} from './ocsp-request.ts';
export {
  type BasicOcspResponse,
  type CertificateStatus,
  type OcspResponse,
  type OcspStatus,
  parseBasicOcspResponse,
  parseOcspResponse,
  type ResponderId,
  type SingleOcspResponse,
} from './ocsp-response.ts';
