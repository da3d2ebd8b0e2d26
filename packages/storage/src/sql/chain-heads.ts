// SPDX-License-Identifier: Apache-2.0
import { hostname } from 'node:os';
import type { TenantId } from '@signet/sealing';
import type { ClientBase } from 'pg';
import { type ChainHead, emptyChain } from '../audit-chain.ts';

/** Where this process's audit chain of a tenant stands. */
export interface TenantChain {
  readonly writerId: number;
  readonly head: ChainHead;
}

/** The chains' ends as last committed, remembered by tenant. */
export interface ChainHeads {
  /** Reads the end from the database where it is not remembered; registers the writer with the tenant the first time. */
  find(client: ClientBase, tenant: TenantId, writer: string): Promise<TenantChain>;
  remember(tenant: TenantId, chain: TenantChain): void;
  forget(tenant: TenantId): void;
}

/** Remembers where chains end, so that a commit needs no reading. */
export function chainHeads(): ChainHeads {
  const known = new Map<TenantId, TenantChain>();
  return {
    async find(client, tenant, writer) {
      return known.get(tenant) ?? (await readChain(client, tenant, writer));
    },
    remember: (tenant, chain) => void known.set(tenant, chain),
    forget: (tenant) => void known.delete(tenant),
  };
}

async function readChain(client: ClientBase, tenant: TenantId, writer: string): Promise<TenantChain> {
  await client.query(
    `insert into signet.writer (tenant_id, name, host, process_id) values ($1, $2, $3, $4)
     on conflict (tenant_id, name) do nothing`,
    [tenant, writer, hostname(), process.pid],
  );
  const { rows } = await client.query<{ id: number; sequence: number | null; hash: string | null }>(
    `select w.id, a.sequence, encode(a.hash, 'hex') as hash
     from signet.writer w
     left join lateral (
       select sequence, hash from signet.audit
       where tenant_id = w.tenant_id and writer_id = w.id order by sequence desc limit 1
     ) a on true
     where w.tenant_id = $1 and w.name = $2`,
    [tenant, writer],
  );
  const { id, sequence, hash } = rows[0]!;
  return { writerId: id, head: sequence === null || hash === null ? emptyChain : { sequence, hash } };
}
