// SPDX-License-Identifier: Apache-2.0
import { hash, randomBytes } from 'node:crypto';
import { SignetError } from '@signet/base';
import type { AuditEvent, Identity, IdentityRequest, IdentityStore, TenantId } from '@signet/sealing';
import { sql } from 'kysely';
import { statements } from './schema.ts';
import type { TenantReader } from './tenant-reader.ts';
import type { TenantTransaction } from './tenant-transaction.ts';
import type { TenantWriter, WriteKind } from './tenant-writer.ts';

/** API tokens, client certificates and enrolment codes in SQL, each known by the SHA-256 of what is presented. */
export class SqlIdentityStore implements IdentityStore {
  readonly #writer: TenantWriter;
  readonly #reader: TenantReader;

  constructor(writer: TenantWriter, reader: TenantReader) {
    this.#writer = writer;
    this.#reader = reader;
  }

  async createToken(
    tenant: TenantId,
    request: IdentityRequest,
    by: string,
  ): Promise<{ identity: Identity; secret: string }> {
    const secret = `sgt_${randomBytes(32).toString('base64url')}`;
    const presented = hash('sha256', secret);
    const identity = await this.#create(tenant, { kind: 'token', presented, request, by });
    return { identity, secret };
  }

  registerCertificate(
    tenant: TenantId,
    request: IdentityRequest,
    fingerprint: string,
    by: string,
  ): Promise<Identity> {
    return this.#create(tenant, { kind: 'certificate', presented: fingerprint, request, by });
  }

  findByToken(secret: string): Promise<Identity | undefined> {
    return this.#find('token', hash('sha256', secret));
  }

  async findByCertificate(fingerprint: string): Promise<Identity | undefined> {
    return isSha256(fingerprint) ? this.#find('certificate', fingerprint) : undefined;
  }

  list(tenant: TenantId): Promise<readonly Identity[]> {
    return this.#reader
      .query(tenant, selectIdentities().where('tenant_id', '=', tenant).orderBy('name'))
      .then((rows) => rows.map(identityOf));
  }

  revoke(tenant: TenantId, name: string, by: string): Promise<void> {
    return this.#writer.submit(tenant, revokeIdentities, { name, by }, [`identity ${name}`]);
  }

  async createEnrolmentCode(
    tenant: TenantId,
    request: IdentityRequest,
    codeExpiresAt: Date,
    by: string,
  ): Promise<{ code: string }> {
    const code = `sge_${randomBytes(32).toString('base64url')}`;
    const input = { presented: hash('sha256', code), request, codeExpiresAt, by };
    await this.#writer.submit(tenant, createCodes, input, [`identity ${request.name}`]);
    return { code };
  }

  async findEnrolmentCode(code: string): Promise<{ tenant: TenantId; request: IdentityRequest } | undefined> {
    const presented = hash('sha256', code);
    const [row] = await this.#reader.queryPresented(presented, selectOpenCodes(presented));
    return row && { tenant: row.tenant_id, request: requestOf(row) };
  }

  async redeemEnrolmentCode(code: string, fingerprint: string): Promise<Identity> {
    const found = await this.findEnrolmentCode(code);
    if (found === undefined || !isSha256(fingerprint)) throw new SignetError('access.enrolment-code');
    const input = { presented: hash('sha256', code), fingerprint };
    return this.#writer.submit(found.tenant, redeemCodes, input, [`identity ${found.request.name}`]);
  }

  #create(tenant: TenantId, input: NewIdentity): Promise<Identity> {
    return this.#writer.submit(tenant, createIdentities, input, [`identity ${input.request.name}`]);
  }

  async #find(kind: Identity['kind'], presented: string): Promise<Identity | undefined> {
    const query = selectIdentities()
      .where('presented_sha256', '=', Buffer.from(presented, 'hex'))
      .where('kind', '=', kind)
      .where('revoked_at', 'is', null);
    const [row] = await this.#reader.queryPresented(presented, query);
    return row && identityOf(row);
  }
}

interface NewIdentity {
  readonly kind: Identity['kind'];
  readonly presented: string;
  readonly request: IdentityRequest;
  readonly by: string;
}

const createIdentities: WriteKind<NewIdentity, Identity> = {
  async apply(transaction, calls) {
    const results: (Identity | SignetError)[] = [];
    for (const { input } of calls) results.push(await create(transaction, input));
    return results;
  },
};

async function create(
  transaction: TenantTransaction,
  { kind, presented, request, by }: NewIdentity,
): Promise<Identity | SignetError> {
  const { tenant } = transaction;
  const [row] = await transaction.query(
    statements
      .insertInto('identity')
      .values({
        tenant_id: tenant,
        name: request.name,
        kind,
        presented_sha256: Buffer.from(presented, 'hex'),
        ...columnsOf(request),
        expires_at: request.expiresAt,
        created_by: by,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning(identityColumns),
  );
  if (row === undefined) {
    return new SignetError('storage.name-taken', { kind: 'identity or certificate', name: request.name });
  }
  transaction.audit(created(request.name, kind, by));
  return identityOf(row);
}

const revokeIdentities: WriteKind<{ name: string; by: string }, undefined> = {
  async apply(transaction, calls) {
    const results: (undefined | SignetError)[] = [];
    for (const { input } of calls) {
      const rows = await transaction.query(
        statements
          .updateTable('identity')
          .set({ revoked_at: sql<Date>`coalesce(revoked_at, now())` })
          .where('tenant_id', '=', transaction.tenant)
          .where('name', '=', input.name)
          .returning('id'),
      );
      const known = rows.length > 0;
      if (known) transaction.audit({ kind: 'identity.revoked', facts: { name: input.name, by: input.by } });
      results.push(
        known ? undefined : new SignetError('storage.unknown-name', { kind: 'identity', name: input.name }),
      );
    }
    return results;
  },
};

interface NewCode {
  readonly presented: string;
  readonly request: IdentityRequest;
  readonly codeExpiresAt: Date;
  readonly by: string;
}

const createCodes: WriteKind<NewCode, undefined> = {
  async apply(transaction, calls) {
    for (const { input } of calls) {
      await transaction.query(
        statements.insertInto('enrolment_code').values({
          tenant_id: transaction.tenant,
          presented_sha256: Buffer.from(input.presented, 'hex'),
          name: input.request.name,
          ...columnsOf(input.request),
          identity_expires_at: input.request.expiresAt,
          expires_at: input.codeExpiresAt,
          created_by: input.by,
        }),
      );
      transaction.audit(created(input.request.name, 'enrolment-code', input.by));
    }
    return calls.map(() => undefined);
  },
};

interface Redemption {
  readonly presented: string;
  readonly fingerprint: string;
}

const redeemCodes: WriteKind<Redemption, Identity> = {
  async apply(transaction, calls) {
    const results: (Identity | SignetError)[] = [];
    for (const { input } of calls) results.push(await redeem(transaction, input));
    return results;
  },
};

/** Uses a code up and makes its identity. A name that is taken fails the transaction, so that the code stays good. */
async function redeem(
  transaction: TenantTransaction,
  { presented, fingerprint }: Redemption,
): Promise<Identity | SignetError> {
  const [row] = await transaction.query(
    statements
      .updateTable('enrolment_code')
      .set({ redeemed_at: sql<Date>`now()` })
      .where('tenant_id', '=', transaction.tenant)
      .where('presented_sha256', '=', Buffer.from(presented, 'hex'))
      .where('redeemed_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['name', 'scopes', 'processes', 'identity_expires_at', 'created_by']),
  );
  if (row === undefined) return new SignetError('access.enrolment-code');
  const made = await create(transaction, {
    kind: 'certificate',
    presented: fingerprint,
    request: requestOf(row),
    by: row.created_by,
  });
  if (made instanceof SignetError) throw made;
  return made;
}

const identityColumns = [
  'tenant_id',
  'name',
  'kind',
  'scopes',
  'processes',
  'created_at',
  'expires_at',
  'revoked_at',
] as const;

function selectIdentities() {
  return statements.selectFrom('identity').select(identityColumns);
}

function selectOpenCodes(presented: string) {
  return statements
    .selectFrom('enrolment_code')
    .select(['tenant_id', 'name', 'scopes', 'processes', 'identity_expires_at'])
    .where('presented_sha256', '=', Buffer.from(presented, 'hex'))
    .where('redeemed_at', 'is', null)
    .where('expires_at', '>', sql<Date>`now()`);
}

type IdentityRow = {
  readonly tenant_id: TenantId;
  readonly name: string;
  readonly kind: Identity['kind'];
  readonly scopes: Identity['scopes'];
  readonly processes: readonly string[] | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly revoked_at: Date | null;
};

function identityOf(row: IdentityRow): Identity {
  return {
    tenant: row.tenant_id,
    name: row.name,
    kind: row.kind,
    scopes: row.scopes,
    processes: row.processes ?? '*',
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
  };
}

function requestOf(
  row: Pick<IdentityRow, 'name' | 'scopes' | 'processes'> & { identity_expires_at: Date | null },
): IdentityRequest {
  const { name, scopes, processes, identity_expires_at: expiresAt } = row;
  return { name, scopes, processes: processes ?? '*', expiresAt };
}

function columnsOf({ scopes, processes }: IdentityRequest) {
  return { scopes: [...scopes], processes: processes === '*' ? null : [...processes] };
}

function isSha256(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}

function created(name: string, kind: string, by: string): AuditEvent {
  return { kind: 'identity.created', facts: { name, identity: kind, by } };
}
