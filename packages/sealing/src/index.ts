// SPDX-License-Identifier: Apache-2.0
export type { AuditEvent, AuditKind, AuditLink } from './audit-event.ts';
export type {
  Attempt, Channel, IdempotencyKey, Intention, JobProblem, JobState, JobView, Lease, ResultRecord, SealingJob, SealLevel, TenantId, Transfer,
} from './job.ts';
export { type ProcessConfiguration, ProcessConfigurationSchema, type ProcessVersion } from './process-configuration.ts';
export type {
  ArrivalKeeping, ArrivalOutcome, Batch, BatchStore, BlobRef, BlobStore, ClaimedJob, ConfigurationStore, CredentialConfiguration, JobStore,
  TimeStampAuthority, TimeStampPool,
} from './stores.ts';
