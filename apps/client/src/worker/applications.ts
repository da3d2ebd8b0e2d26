// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { FoundIdentity, IdentityFinder } from '@signet/exchange/rest';
import type { Settings } from '../settings/index.ts';

type Application = NonNullable<Settings['rest']>['applications'][number];

/** The client has no tenants of its own: which one the server sees is its own identity's. */
const ownTenant = 1;

/** Finds the applications of the settings by token or client certificate; only digests of both are known here. */
export function applicationFinder(applications: readonly Application[]): IdentityFinder {
  const byToken = index(applications, ({ tokenSha256 }) => tokenSha256);
  const byCertificate = index(applications, ({ certificateSha256 }) => certificateSha256);
  return {
    findByToken: async (secret) => byToken.get(createHash('sha256').update(secret).digest('hex')),
    findByCertificate: async (sha256) => byCertificate.get(sha256),
  };
}

function index(
  applications: readonly Application[],
  digest: (application: Application) => string | undefined,
): Map<string, FoundIdentity> {
  const found = new Map<string, FoundIdentity>();
  for (const application of applications) {
    const key = digest(application);
    const { name: identity, processes, scopes } = application;
    if (key !== undefined) found.set(key, { caller: { tenant: ownTenant, identity, processes, scopes } });
  }
  return found;
}
