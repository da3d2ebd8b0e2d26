// SPDX-License-Identifier: Apache-2.0
import { readFile, stat } from 'node:fs/promises';
import { ioError, SignetError } from '@signet/base';
import type { SignatureCreationDevice, SigningCredential } from '@signet/devices';
import { openPkcs12 } from '@signet/devices/pkcs12';
import { allowedPath, type SecretReader } from '@signet/program';
import type { ConfigurationStore, CredentialConfiguration, TenantId } from '@signet/sealing';
import { freshCache } from '../engine/fresh-cache.ts';

/** Where credentials come from. */
export interface CredentialSources {
  readonly configurations: Pick<ConfigurationStore, 'credential'>;
  readonly secrets: SecretReader;
  /** Directories in which key files may lie. */
  readonly directories: readonly string[];
}

/** Credentials, each opened once and again when its row or its file changed. */
export interface CredentialCache {
  /** @throws SignetError `config.credential-unknown`, `config.secret-…`, `pkcs12.…` */
  credential(tenant: TenantId, name: string): Promise<SigningCredential>;
  /** Opens what a row says without keeping it: what a change is tried with. @throws as `credential` */
  tryOut(row: CredentialConfiguration): Promise<SigningCredential>;
  clear(): void;
}

interface Opened {
  /** What it was opened from: row, size and time of the file. */
  readonly source: string;
  readonly credential: SigningCredential;
}

/** For how long an opened credential is used before row and file are looked at again. */
const staleMilliseconds = 1000;

/** Builds the cache. */
export function credentialCache({
  configurations,
  secrets,
  directories,
}: CredentialSources): CredentialCache {
  const opened = new Map<string, Opened>();
  const fresh = freshCache<SigningCredential>(staleMilliseconds);

  const open = async (row: CredentialConfiguration): Promise<SigningCredential> => {
    const path = allowedPath(row.location, directories);
    const file = await readFile(path).catch((error) => {
      throw ioError(row.location, error);
    });
    return onlyCredential(openPkcs12(row.name, file, secrets.read(row.secret)), row.name);
  };
  const current = async (tenant: TenantId, name: string): Promise<SigningCredential> => {
    const row = await configurations.credential(tenant, name);
    if (row === undefined) throw new SignetError('config.credential-unknown', { credential: name });
    const { size, mtimeMs } = await stat(allowedPath(row.location, directories));
    const source = JSON.stringify([row, size, mtimeMs]);
    const known = opened.get(`${tenant} ${name}`);
    if (known?.source === source) return known.credential;
    const credential = await open(row);
    opened.set(`${tenant} ${name}`, { source, credential });
    return credential;
  };
  return {
    credential: (tenant, name) => fresh.get(`${tenant} ${name}`, () => current(tenant, name)),
    tryOut: open,
    clear: () => fresh.clear(),
  };
}

async function onlyCredential(device: SignatureCreationDevice, name: string): Promise<SigningCredential> {
  const [credential] = await device.credentials();
  if (credential === undefined) throw new SignetError('config.credential-unknown', { credential: name });
  return credential;
}
