// SPDX-License-Identifier: Apache-2.0
import { type Clock, SignetError } from '@signet/base';
import type { SecretReader } from '@signet/program';
import type {
  ConfigurationStore,
  TenantId,
  TimeStampAuthority,
  TimeStamping,
  TimeStampPool,
} from '@signet/sealing';
import {
  openTimeStampPool,
  type TimeStampAuthoritySettings,
  type TimeStampPoolClient,
} from '@signet/trust/tsa';
import { freshCache } from '../engine/fresh-cache.ts';
import type { OutgoingProxy } from './outgoing-proxy.ts';
import { type PrivateHosts, refusePrivate } from './private-hosts.ts';

/** What pools are opened with. */
export interface PoolSources {
  readonly configurations: Pick<ConfigurationStore, 'timeStampPool'>;
  readonly secrets: SecretReader;
  readonly privateHosts: PrivateHosts;
  readonly proxy: OutgoingProxy | undefined;
  readonly clock: Clock;
}

/** Time-stamp pools, each open once (with the health of its authorities) and again when its row changed. */
export interface TimeStampPools {
  /** @throws SignetError `config.time-stamp-pool-unknown`, `config.secret-…` */
  timeStamping(tenant: TenantId, name: string): Promise<TimeStamping>;
  /** Refuses a pool that could never be asked. @throws SignetError `config.*`, `egress.*` */
  tryOut(pool: TimeStampPool): void;
  clear(): void;
  close(): Promise<void>;
}

interface OpenPool {
  readonly row: string;
  readonly client: TimeStampPoolClient;
}

/** For how long a pool is used before its row is looked at again. */
const staleMilliseconds = 1000;

/** Builds the cache of pools. */
export function timeStampPools(sources: PoolSources): TimeStampPools {
  const { configurations, secrets, proxy, clock } = sources;
  const open = new Map<string, OpenPool>();
  const fresh = freshCache<TimeStamping>(staleMilliseconds);

  const resolve = (authority: TimeStampAuthority): TimeStampAuthoritySettings => {
    const { authentication, ...rest } = authority;
    return {
      ...rest,
      allowPrivate: sources.privateHosts(authority.url),
      ...(authentication && {
        authentication: { ...authentication, secret: secrets.read(authentication.secret) },
      }),
    };
  };
  const openPool = ({ name, authorities }: TimeStampPool): TimeStampPoolClient =>
    openTimeStampPool({ name, authorities: authorities.map(resolve) }, { clock, ...(proxy && { proxy }) });

  const current = async (tenant: TenantId, name: string): Promise<TimeStamping> => {
    const pool = await configurations.timeStampPool(tenant, name);
    if (pool === undefined) throw new SignetError('config.time-stamp-pool-unknown', { pool: name });
    const key = `${tenant} ${name}`;
    const row = JSON.stringify(pool);
    const known = open.get(key);
    if (known?.row === row) return known.client;
    const client = openPool(pool);
    open.set(key, { row, client });
    // What is under way with the old one may end by itself.
    if (known) setTimeout(() => void known.client.close(), 120_000).unref();
    return client;
  };

  return {
    timeStamping: (tenant, name) => fresh.get(`${tenant} ${name}`, () => current(tenant, name)),
    tryOut(pool) {
      for (const authority of pool.authorities) refusePrivate(authority, sources.privateHosts);
      void openPool(pool).close();
    },
    clear: () => fresh.clear(),
    async close() {
      await Promise.all([...open.values()].map(({ client }) => client.close()));
    },
  };
}
