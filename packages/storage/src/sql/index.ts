// SPDX-License-Identifier: Apache-2.0
export type {
  AuditStore,
  Database,
  DatabaseAddress,
  DatabaseMetrics,
  DatabaseOptions,
  QueueDepth,
  WorkQueue,
} from './database.ts';
export { migrateDatabase } from './migrate.ts';
export { openDatabase } from './open.ts';
export {
  type BuiltInPostgres,
  type BuiltInPostgresOptions,
  removeCluster,
  startBuiltInPostgres,
} from './postgres/index.ts';
