// SPDX-License-Identifier: Apache-2.0
export {
  buildTimeStampToken,
  type TimeStampInfoInput,
  type TimeStampTokenInput,
} from './build-time-stamp-token.ts';
export {
  type JudgedTimeStamp,
  judgeTimeStampResponse,
  judgeTimeStampToken,
  type TimeStampResponseExpectation,
  type TimeStampTokenExpectation,
} from './judge-time-stamp.ts';
export type { MessageImprint, ReceivedMessageImprint } from './message-imprint.ts';
export {
  encodeTimeStampRequest,
  parseTimeStampRequest,
  type TimeStampRequest,
  type TimeStampRequestInput,
} from './time-stamp-request.ts';
export {
  encodeTimeStampResponse,
  parseTimeStampResponse,
  type TimeStampFailure,
  type TimeStampResponse,
  type TimeStampResponseInput,
  type TimeStampStatus,
} from './time-stamp-response.ts';
export {
  type Accuracy,
  parseTimeStampInfo,
  parseTimeStampToken,
  type TimeStampInfo,
  type TimeStampToken,
} from './time-stamp-token.ts';
