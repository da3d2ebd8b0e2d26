// SPDX-License-Identifier: Apache-2.0
export { findCertificationPath } from './find-path.ts';
export type {
  PathFailure,
  PathFailureReason,
  PathRequest,
  PathResult,
  PathSubIndication,
  PolicyInput,
  RevocationCheck,
  RevocationStatus,
} from './result.ts';
