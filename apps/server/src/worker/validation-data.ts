// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';
import type { ConfigurationStore, TenantId, ValidationDataCollecting } from '@signet/sealing';
import { namedHost, openEgress } from '@signet/trust/egress';
import {
  memoryRevocationCache,
  openRevocationClient,
  validationDataCollector,
} from '@signet/trust/revocation';
import { freshCache } from '../engine/fresh-cache.ts';
import type { OutgoingProxy } from './outgoing-proxy.ts';
import type { PrivateHosts } from './private-hosts.ts';

/** What validation data are asked for with. */
export interface ValidationDataSources {
  readonly configurations: Pick<ConfigurationStore, 'trustAnchors'>;
  /** Hosts (name or name:port) that the operator named. */
  readonly hosts: readonly string[];
  readonly privateHosts: PrivateHosts;
  readonly proxy: OutgoingProxy | undefined;
  readonly clock: Clock;
}

/** Validation data by the anchors of each tenant; values are shared, since they are public. */
export interface ValidationData {
  /** undefined where the operator named no host, or the tenant has no anchor: then B-LT cannot be reached. */
  collecting(tenant: TenantId): Promise<ValidationDataCollecting | undefined>;
  clear(): void;
  close(): Promise<void>;
}

/** For how long a tenant's anchors are used before they are looked at again. */
const staleMilliseconds = 1000;

/** Opens the one client of this process. @throws SignetError `egress.url` if a host is none */
export function validationData(sources: ValidationDataSources): ValidationData {
  const { configurations, privateHosts, proxy, clock } = sources;
  const hosts = sources.hosts.map((named) => ({
    ...namedHost(named),
    // The values are signed, and authorities publish them by plain HTTP (RFC 5280 §8).
    allowPlain: true,
    allowPrivate: privateHosts(`http://${named}`),
  }));
  const egress = openEgress({ kind: 'configured', hosts, ...(proxy && { proxy }) });
  const client = openRevocationClient({ egress, clock, cache: memoryRevocationCache(clock) });
  const fresh = freshCache<ValidationDataCollecting | undefined>(staleMilliseconds);
  const known = new Map<
    TenantId,
    { readonly anchors: string; readonly collecting: ValidationDataCollecting }
  >();

  const current = async (tenant: TenantId): Promise<ValidationDataCollecting | undefined> => {
    const found = await configurations.trustAnchors(tenant);
    if (found.length === 0) return undefined;
    const anchors = found.map((bytes) => Buffer.from(bytes).toString('base64')).join();
    const before = known.get(tenant);
    if (before?.anchors === anchors) return before.collecting;
    const collecting = validationDataCollector(found, client);
    known.set(tenant, { anchors, collecting });
    return collecting;
  };
  return {
    collecting: async (tenant) =>
      hosts.length === 0 ? undefined : fresh.get(String(tenant), () => current(tenant)),
    clear: () => fresh.clear(),
    close: () => egress.close(),
  };
}
