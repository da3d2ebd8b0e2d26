// SPDX-License-Identifier: Apache-2.0

export { problemOf } from './attempt.ts';
export type { AuditEvent, AuditKind, AuditLink } from './audit-event.ts';
export {
  type AugmentationParts,
  type AugmentationRequest,
  type AugmentedPdf,
  augmentPdf,
} from './augment-pdf.ts';
export type {
  AugmentationState,
  CheckedAugmentation,
  CheckedSeal,
  DocumentInput,
  DocumentWork,
  ExpectedSeal,
  OutputToCheck,
  PreparationRequest,
  PreparedDocument,
} from './document-work.ts';
export type { Identity, IdentityRequest, IdentityStore, Scope } from './identity.ts';
export type {
  Attempt,
  Channel,
  IdempotencyKey,
  Intention,
  JobProblem,
  JobState,
  JobView,
  Lease,
  ResultRecord,
  SealingJob,
  SealLevel,
  TenantId,
  Transfer,
} from './job.ts';
export {
  type ProcessConfiguration,
  ProcessConfigurationSchema,
  type ProcessVersion,
} from './process-configuration.ts';
export { type HeldDocument, type KeptOutput, type SealedDocument, type SealingParts, seal } from './seal.ts';
export { type HashSealingParts, type HeldDocHash, type SealedDocHash, sealDocHash } from './seal-hash.ts';
export { type RemoteSeal, type RemoteSealing, sealRemotely } from './seal-remotely.ts';
export {
  joinProcess,
  reservedBytes,
  type SealingProcess,
  type TimeStamping,
  type ValidationDataCollecting,
} from './sealing-process.ts';
export type {
  ArrivalKeeping,
  ArrivalOutcome,
  Batch,
  BatchStore,
  BlobRef,
  BlobStore,
  ClaimedJob,
  ConfigurationStore,
  CredentialConfiguration,
  JobStore,
  TimeStampAuthority,
  TimeStampPool,
} from './stores.ts';
export { holdUnrecorded, unrecordedJobs } from './unrecorded.ts';
export { documentWork, type WorkLimits } from './work/pool.ts';
