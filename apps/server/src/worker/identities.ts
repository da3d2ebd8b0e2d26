// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { FoundIdentity, IdentityFinder } from '@signet/exchange/rest';
import type { Identity, IdentityStore } from '@signet/sealing';
import { freshCache } from '../engine/fresh-cache.ts';

/** How long a revocation may take to be noticed by another worker. */
const staleMilliseconds = 1000;

/** Looks identities up for the REST edge, each at most once a second. */
export function cachedIdentities(
  identities: Pick<IdentityStore, 'findByToken' | 'findByCertificate'>,
): IdentityFinder & { clear(): void } {
  const known = freshCache<FoundIdentity | undefined>(staleMilliseconds);
  return {
    // By the token's hash: no list of secrets lies in memory.
    findByToken: (secret) =>
      known.get(createHash('sha256').update(secret).digest('hex'), async () =>
        found(await identities.findByToken(secret)),
      ),
    findByCertificate: (sha256) =>
      known.get(`certificate ${sha256}`, async () => found(await identities.findByCertificate(sha256))),
    clear: () => known.clear(),
  };
}

function found(identity: Identity | undefined): FoundIdentity | undefined {
  if (identity === undefined) return undefined;
  const { tenant, name, processes, scopes, expiresAt } = identity;
  const caller = { tenant, identity: name, processes, scopes };
  return expiresAt === null ? { caller } : { caller, expiresAt };
}
