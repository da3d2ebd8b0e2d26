// SPDX-License-Identifier: Apache-2.0
export {
  type AuditFault,
  type AuditReport,
  commitment,
  type PersonalValue,
  type StoredLink,
  verifyAuditChain,
} from './audit-chain.ts';
export { type LocalBlobStore, openBlobStore } from './blob/blob-store.ts';
export { type DirectoryLock, lockDirectory } from './directory-lock.ts';
