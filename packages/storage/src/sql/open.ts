// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';
import { SignetError, type Uuid, uuidv7 } from '@signet/base';
import type { TenantId } from '@signet/sealing';
import { sql } from 'kysely';
import type { ClientBase } from 'pg';
import { SqlAuditStore } from './audit-store.ts';
import { SqlBatchStore } from './batch-store.ts';
import { SqlConfigurationStore } from './configuration-store.ts';
import { connectionConfig } from './connection.ts';
import type { Database, DatabaseOptions } from './database.ts';
import { SqlIdentityStore } from './identity-store.ts';
import { SqlJobStore } from './jobs/sql-job-store.ts';
import { Leases } from './leases.ts';
import { checkSchemaVersion, schemaVersion } from './migrate.ts';
import { roles } from './roles.ts';
import { statements } from './schema.ts';
import { PatientPool, TenantReader } from './tenant-reader.ts';
import { TenantWriter, type WriteKind } from './tenant-writer.ts';
import { WorkListener } from './work-listener.ts';

/** The oldest major version that has all we use. */
const oldestServer = 15;

/**
 * Connects to a migrated database.
 *
 * @throws SignetError `storage.unavailable`, `storage.server-too-old`, `storage.schema-older`, `storage.schema-newer`,
 *   `storage.role-too-mighty`, `storage.url-invalid`, `storage.plain-connection`
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const parts = connect(options);
  try {
    await parts.application.use(check);
    await parts.queue.use((client) => client.query('select from signet.work limit 1'));
  } catch (error) {
    await Promise.all([parts.application.close(), parts.queue.close()]);
    throw error;
  }
  return assemble(parts);
}

type Parts = ReturnType<typeof connect>;

function connect(options: DatabaseOptions) {
  const { address, patienceSeconds = 10, onError = () => undefined } = options;
  const writerName = options.writer ?? `${hostname()}/${process.pid}/${uuidv7()}`;
  const tls = { caPem: address.caPem, applicationName: 'signet' };
  const application = connectionConfig(address.application, tls);
  const queue = connectionConfig(address.queue, tls);
  const leaseSeconds = options.leaseSeconds ?? 10;
  const common = { patienceSeconds, onError };
  return {
    writer: new TenantWriter({
      ...common,
      connection: application,
      name: writerName,
      leaseSeconds,
      keepPersonalDays: options.keepPersonalDays ?? 365,
    }),
    application: new PatientPool({ ...common, connection: application, size: options.readers ?? 4 }),
    queue: new PatientPool({ ...common, connection: queue, size: 2 }),
    listener: new WorkListener(queue, onError),
    writerName,
    leaseSeconds,
  };
}

function assemble({ writer, application, queue, listener, writerName, leaseSeconds }: Parts): Database {
  const reader = new TenantReader(application);
  const leases = new Leases(queue, writerName, leaseSeconds);
  const audit = new SqlAuditStore(writer, reader);
  const tenants = () => leases.tenants();
  let closing: Promise<void> | undefined;
  return {
    writer: writerName,
    jobs: new SqlJobStore(writer, reader, leases),
    batches: new SqlBatchStore(writer, reader),
    configurations: new SqlConfigurationStore(writer, reader),
    identities: new SqlIdentityStore(writer, reader),
    audit,
    queue: { onWork: (callback) => listener.onWork(callback), depth: () => leases.depth() },
    tenants,
    async metrics() {
      const figures = await application.use(readFigures);
      return {
        ...figures,
        schemaVersion,
        commits: writer.counts.commits,
        committedCalls: writer.counts.calls,
      };
    },
    knownBlobs: (tenant, ids) => knownBlobs(reader, tenant, ids),
    async housekeeping() {
      for (const { id } of await tenants()) {
        await writer.submit(id, dropExpired, undefined, []);
        await audit.erasePersonal(id, 'expired');
      }
    },
    ping: () =>
      application
        .use((client) => client.query('select'))
        .then(
          () => true,
          () => false,
        ),
    close: () => {
      closing ??= writer.close().then(async () => {
        await Promise.all([listener.close(), application.close(), queue.close()]);
      });
      return closing;
    },
  };
}

/** Makes sure that server and schema are ones we know, and that row-level security binds us. */
async function check(client: ClientBase): Promise<void> {
  const { rows } = await client.query<{ version: number; text: string; mighty: boolean; role: string }>(`
    select current_setting('server_version_num')::integer as version, current_setting('server_version') as text,
      rolsuper or rolbypassrls or coalesce(pg_has_role(r.oid, n.nspowner, 'member'), false) as mighty,
      rolname as role
    from pg_roles r left join pg_namespace n on n.nspname = 'signet' where rolname = current_user`);
  const { version, text, mighty, role } = rows[0]!;
  if (version < oldestServer * 10_000) {
    throw new SignetError('storage.server-too-old', { version: text, wanted: oldestServer });
  }
  await checkSchemaVersion(client);
  if (mighty) throw new SignetError('storage.role-too-mighty', { role, wanted: roles.application });
}

async function readFigures(client: ClientBase) {
  const { rows } = await client.query<{ serverVersion: string; databaseBytes: number }>(
    `select current_setting('server_version') as "serverVersion", pg_database_size(current_database()) as "databaseBytes"`,
  );
  return rows[0]!;
}

async function knownBlobs(
  reader: TenantReader,
  tenant: TenantId,
  ids: readonly Uuid[],
): Promise<ReadonlySet<Uuid>> {
  const query = statements
    .selectFrom('blob')
    .select('id')
    .where('tenant_id', '=', tenant)
    .where('id', '=', sql<Uuid>`any(${ids}::uuid[])`);
  return new Set((await reader.query(tenant, query)).map((row) => row.id));
}

const dropExpired: WriteKind<undefined, undefined> = {
  async apply(transaction, calls) {
    const now = sql<Date>`now()`;
    for (const table of ['idempotency_key', 'enrolment_code'] as const) {
      const gone = statements
        .deleteFrom(table)
        .where('tenant_id', '=', transaction.tenant)
        .where('expires_at', '<=', now);
      await transaction.query(gone);
    }
    return calls.map(() => undefined);
  },
};
