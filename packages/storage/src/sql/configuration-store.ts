// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';
import { SignetError } from '@signet/base';
import type {
  AuditEvent,
  ConfigurationStore,
  CredentialConfiguration,
  ProcessConfiguration,
  ProcessVersion,
  TenantId,
  TimeStampPool,
} from '@signet/sealing';
import { sql } from 'kysely';
import { statements } from './schema.ts';
import type { TenantReader } from './tenant-reader.ts';
import type { TenantTransaction } from './tenant-transaction.ts';
import type { TenantWriter, WriteKind } from './tenant-writer.ts';

/** The format of credentials and pools that this program writes and reads. */
const format = 1;

/** Processes, credentials, time-stamp pools and trust anchors in SQL. */
export class SqlConfigurationStore implements ConfigurationStore {
  readonly #writer: TenantWriter;
  readonly #reader: TenantReader;

  constructor(writer: TenantWriter, reader: TenantReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  processes(tenant: TenantId): Promise<readonly ProcessVersion[]> {
    return this.#reader.query(
      tenant,
      selectVersions(tenant).distinctOn('p.name').orderBy('p.name').orderBy('v.version', 'desc'),
    );
  }

  async process(tenant: TenantId, name: string, version?: number): Promise<ProcessVersion | undefined> {
    const query = selectVersions(tenant).where('p.name', '=', name).orderBy('v.version', 'desc').limit(1);
    const asked = version === undefined ? query : query.where('v.version', '=', version);
    return (await this.#reader.query(tenant, asked))[0];
  }

  applyProcess(tenant: TenantId, configuration: ProcessConfiguration, by: string): Promise<ProcessVersion> {
    const keys = [`process ${configuration.process}`];
    return this.#writer.submit(tenant, applyProcesses, { configuration, by }, keys);
  }

  async credential(tenant: TenantId, name: string): Promise<CredentialConfiguration | undefined> {
    const query = statements
      .selectFrom('credential')
      .select(['format', 'configuration'])
      .where('tenant_id', '=', tenant)
      .where('name', '=', name);
    return configurationOf('credential', name, await this.#reader.query(tenant, query));
  }

  applyCredential(tenant: TenantId, credential: CredentialConfiguration, by: string): Promise<void> {
    const write = async (transaction: TenantTransaction) => {
      await transaction.query(upsert(tenant, 'credential', credential, by));
    };
    return this.#apply(tenant, { kind: 'credential', name: credential.name, by, write });
  }

  async timeStampPool(tenant: TenantId, name: string): Promise<TimeStampPool | undefined> {
    const query = statements
      .selectFrom('time_stamp_pool')
      .select(['format', 'configuration'])
      .where('tenant_id', '=', tenant)
      .where('name', '=', name);
    return configurationOf('time-stamp pool', name, await this.#reader.query(tenant, query));
  }

  applyTimeStampPool(tenant: TenantId, pool: TimeStampPool, by: string): Promise<void> {
    const write = async (transaction: TenantTransaction) => {
      await transaction.query(upsert(tenant, 'time_stamp_pool', pool, by));
    };
    return this.#apply(tenant, { kind: 'time-stamp pool', name: pool.name, by, write });
  }

  async trustAnchors(tenant: TenantId): Promise<readonly Uint8Array[]> {
    const query = statements
      .selectFrom('trust_anchor')
      .select('certificate')
      .where('tenant_id', '=', tenant)
      .orderBy('name');
    return (await this.#reader.query(tenant, query)).map((row) => row.certificate);
  }

  applyTrustAnchor(tenant: TenantId, name: string, certificate: Uint8Array, by: string): Promise<void> {
    const values = { certificate, changed_by: by };
    const write = async (transaction: TenantTransaction) => {
      await transaction.query(
        statements
          .insertInto('trust_anchor')
          .values({ tenant_id: tenant, name, ...values })
          .onConflict((conflict) =>
            conflict.columns(['tenant_id', 'name']).doUpdateSet({ ...values, changed_at: sql`now()` }),
          ),
      );
    };
    return this.#apply(tenant, { kind: 'trust anchor', name, by, write });
  }

  #apply(tenant: TenantId, change: Change): Promise<void> {
    return this.#writer.submit(tenant, applyChanges, change, [`${change.kind} ${change.name}`]);
  }
}

/** A change of one named row. */
interface Change {
  readonly kind: string;
  readonly name: string;
  readonly by: string;
  readonly write: (transaction: TenantTransaction) => Promise<void>;
}

const applyChanges: WriteKind<Change, undefined> = {
  async apply(transaction, calls) {
    for (const { input } of calls) {
      await input.write(transaction);
      transaction.audit(changed(input.kind, input.name, input.by));
    }
    return calls.map(() => undefined);
  },
};

interface ProcessChange {
  readonly configuration: ProcessConfiguration;
  readonly by: string;
}

/** Makes the next version of processes. What says the same as the newest version already makes none. */
const applyProcesses: WriteKind<ProcessChange, ProcessVersion> = {
  async apply(transaction, calls) {
    const versions: ProcessVersion[] = [];
    for (const { input } of calls) versions.push(await applyProcess(transaction, input));
    return versions;
  },
};

async function applyProcess(
  transaction: TenantTransaction,
  { configuration, by }: ProcessChange,
): Promise<ProcessVersion> {
  const { tenant } = transaction;
  const name = configuration.process;
  await transaction.query(
    statements
      .insertInto('process')
      .values({ tenant_id: tenant, name })
      .onConflict((conflict) => conflict.columns(['tenant_id', 'name']).doNothing()),
  );
  // Two nodes may apply at once: the one that comes second waits here, then sees the version of the first.
  const lock = sql`select pg_advisory_xact_lock(hashtextextended(${`process ${tenant} ${name}`}, 0))`;
  await transaction.query({ compile: () => lock.compile(statements) });
  const newest = selectVersions(tenant).where('p.name', '=', name).orderBy('v.version', 'desc').limit(1);
  const [current] = await transaction.query(newest);
  if (current !== undefined && isDeepStrictEqual(current.configuration, plain(configuration))) return current;
  const version = (current?.version ?? 0) + 1;
  await transaction.query(
    statements
      .insertInto('process_version')
      .columns(['tenant_id', 'process_id', 'version', 'configuration', 'created_by'])
      .expression((build) =>
        build
          .selectFrom('process')
          .select((select) => [
            'tenant_id',
            'id',
            sql<number>`${version}::integer`.as('version'),
            sql<string>`${JSON.stringify(configuration)}::jsonb`.as('configuration'),
            select.val(by).as('created_by'),
          ])
          .where('tenant_id', '=', tenant)
          .where('name', '=', name),
      ),
  );
  transaction.audit(changed('process', name, by, version));
  return (await transaction.query(newest))[0]!;
}

function selectVersions(tenant: TenantId) {
  return statements
    .selectFrom('process_version as v')
    .innerJoin('process as p', (join) =>
      join.onRef('p.id', '=', 'v.process_id').onRef('p.tenant_id', '=', 'v.tenant_id'),
    )
    .select(['v.configuration', 'v.version', 'v.created_at as createdAt'])
    .where('v.tenant_id', '=', tenant);
}

function upsert(
  tenant: TenantId,
  table: 'credential' | 'time_stamp_pool',
  configuration: CredentialConfiguration | TimeStampPool,
  by: string,
) {
  const values = { format, configuration: JSON.stringify(configuration), changed_by: by };
  return statements
    .insertInto(table)
    .values({ tenant_id: tenant, name: configuration.name, ...values })
    .onConflict((conflict) =>
      conflict.columns(['tenant_id', 'name']).doUpdateSet({ ...values, changed_at: sql`now()` }),
    );
}

function configurationOf<T>(
  kind: string,
  name: string,
  rows: readonly { readonly format: number; readonly configuration: T }[],
): T | undefined {
  const row = rows[0];
  if (row !== undefined && row.format !== format) {
    throw new SignetError('storage.unknown-format', { what: `the ${kind} ${name}`, format: row.format });
  }
  return row?.configuration;
}

/** A value as JSON gives it back, for comparison with what was stored. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

function changed(kind: string, name: string, by: string, version: number | null = null): AuditEvent {
  return { kind: 'configuration.changed', facts: { what: kind, name, version, by } };
}
