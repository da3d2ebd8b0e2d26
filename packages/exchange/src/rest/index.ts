// SPDX-License-Identifier: Apache-2.0
export { openSpool, type ReceivedDocument, type Spool, type SpooledFile } from '../spool/spool.ts';
export {
  type Authenticate,
  authenticator,
  type FoundIdentity,
  type IdentityFinder,
} from './authentication.ts';
export { connectSealingApi } from './client/connect.ts';
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
export { type ListenAddress, type ListenOptions, listen } from './edge/listen.ts';
export {
  createRestServer,
  type RestServerOptions,
  renewCertificate,
  type TlsFiles,
} from './edge/rest-server.ts';
export { defaultLimits, type RestLimits } from './limits.ts';
export { errorOfProblem, problemOf, problemOfJob } from './problem.ts';
export { admitCaller, callerOf } from './routes/admission.ts';
export type { RouteContext } from './routes/context.ts';
export { healthRoutes } from './routes/health-routes.ts';
export { json, responses } from './routes/responses.ts';
export { type SealingRoutesOptions, sealingRoutes } from './routes/sealing-routes.ts';
export type { BatchBody } from './schemas/batch.ts';
export type { JobBody } from './schemas/job.ts';
export type { Problem } from './schemas/problem.ts';
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
