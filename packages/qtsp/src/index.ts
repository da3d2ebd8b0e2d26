// SPDX-License-Identifier: Apache-2.0
export {
  type DemoCredential,
  type DemoCredentialName,
  DemoPki,
  type DemoPkiOptions,
  type DemoPkiUrls,
  demoPkiUrls,
  demoPolicies,
  type KeyFamily,
  keyFamilies,
} from './ca/index.ts';
export { answerOcspRequest, type OcspResponder } from './responders/answer-ocsp-request.ts';
export {
  type DemoQtsp,
  type DemoQtspOptions,
  demoOcspResponder,
  demoTimeStampingAuthority,
  startDemoQtsp,
} from './server.ts';
export {
  answerTimeStampRequest,
  type TimeStampAnswer,
  type TimeStampingAuthority,
  type TimeStampPolicy,
} from './tsa/answer-time-stamp-request.ts';
