// SPDX-License-Identifier: Apache-2.0
export { removeCluster } from './layout.ts';
export { type BuiltInPostgres, type BuiltInPostgresOptions, startBuiltInPostgres } from './start.ts';
