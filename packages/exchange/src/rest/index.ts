// SPDX-License-Identifier: Apache-2.0
export { type Receiving, receiveDocument, receiveFile, type UploadPace } from '../spool/receive.ts';
export { openSpool, type ReceivedDocument, type Spool, type SpooledFile } from '../spool/spool.ts';
export type { Authenticate, FoundIdentity, IdentityFinder } from './authentication.ts';
export type {
  ApiTimeouts,
  DocHashAnswer,
  DownloadTarget,
  SealedDocument,
  SealingApi,
  SealingApiConnection,
  SealRequest,
  Upload,
} from './client/sealing-api.ts';
export { defaultLimits, type RestLimits } from './limits.ts';
export { type BatchBody, BatchSchema } from './schemas/batch.ts';
export { type JobBody, JobSchema } from './schemas/job.ts';
export { type Problem, ProblemSchema } from './schemas/problem.ts';
export { ResultRecordSchema } from './schemas/result-record.ts';
export type {
  BatchCall,
  BatchView,
  Caller,
  CompletedSignature,
  EnrolmentService,
  HashToSeal,
  KnownJob,
  ProcessView,
  RefusedHash,
  Scope,
  SealCall,
  SealedOutcome,
  SealHashCall,
  SealingService,
} from './service.ts';
