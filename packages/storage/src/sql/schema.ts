// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type {
  CredentialConfiguration,
  JobProblem,
  ProcessConfiguration,
  Scope,
  TenantId,
  TimeStampPool,
} from '@signet/sealing';
import {
  DummyDriver,
  type Generated,
  type JSONColumnType,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from 'kysely';

/*
 * The tables as the query builder sees them: those of configuration, identities, batches and audit, whose statements are
 * many and seldom. The hot statements of jobs are plain SQL in jobs/statements.ts. The truth is migrations/.
 */

interface Named {
  tenant_id: TenantId;
  id: Generated<number>;
  name: string;
}

interface Changed {
  changed_at: Generated<Date>;
  changed_by: string;
}

interface Tables {
  process: Named & { created_at: Generated<Date> };
  process_version: {
    tenant_id: TenantId;
    process_id: number;
    version: number;
    configuration: JSONColumnType<ProcessConfiguration>;
    created_at: Generated<Date>;
    created_by: string;
  };
  credential: Named & Changed & { format: number; configuration: JSONColumnType<CredentialConfiguration> };
  time_stamp_pool: Named & Changed & { format: number; configuration: JSONColumnType<TimeStampPool> };
  trust_anchor: Named & Changed & { certificate: Uint8Array };
  identity: Named & {
    kind: 'token' | 'certificate';
    presented_sha256: Uint8Array;
    scopes: Scope[];
    processes: string[] | null;
    created_at: Generated<Date>;
    created_by: string;
    expires_at: Date | null;
    revoked_at: Generated<Date | null>;
  };
  enrolment_code: Named & {
    presented_sha256: Uint8Array;
    scopes: Scope[];
    processes: string[] | null;
    identity_expires_at: Date | null;
    expires_at: Date;
    redeemed_at: Generated<Date | null>;
    created_by: string;
  };
  batch: {
    tenant_id: TenantId;
    id: Uuid;
    format: number;
    process_id: number;
    identity: string;
    created_at: Date;
  };
  batch_document: {
    tenant_id: TenantId;
    batch_id: Uuid;
    position: number;
    name: string;
    job_id: Uuid | null;
    problem: JSONColumnType<JobProblem> | null;
    keep_until: Date;
  };
  blob: { tenant_id: TenantId; id: Uuid };
  idempotency_key: { tenant_id: TenantId; expires_at: Date };
  audit_personal: { tenant_id: TenantId; job_id: Uuid | null; keep_until: Date };
}

/** Builds typed statements for the schema `signet`; it has no connection and runs none. */
export const statements = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
}).withSchema('signet');
