// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SignetError } from '@signet/base';
import { connectSealingApi, type SealingApi } from '@signet/exchange/rest/client';
import { readNamedText } from './named-file.ts';

/** Where a server is and who asks. */
export interface Access {
  readonly url: string;
  /** PEM of the CA that the server's certificate comes from; absent: the machine's own roots. */
  readonly ca?: string;
  readonly token: string;
}

/**
 * Reads the access file; variables of the environment win over it.
 *
 * @throws SignetError `config.no-access` naming what is missing, `general.io`
 */
function readAccess(file: string): Access {
  const path = resolve(file);
  const fromFile = existsSync(path) ? parseEnv(readNamedText(path)) : {};
  const { SIGNET_URL, SIGNET_CA, SIGNET_TOKEN } = { ...fromFile, ...process.env };
  if (!SIGNET_URL || !SIGNET_TOKEN) {
    throw new SignetError('config.no-access', { missing: SIGNET_URL ? 'SIGNET_TOKEN' : 'SIGNET_URL', path });
  }
  return {
    url: SIGNET_URL,
    token: SIGNET_TOKEN,
    ...(SIGNET_CA && { ca: readNamedText(SIGNET_CA) }),
  };
}

/** Connects to the server that the access file names. */
export function connect(file: string): SealingApi {
  const { url, ca, token } = readAccess(file);
  return connectSealingApi({ baseUrl: url, token, ...(ca && { ca }) });
}

/** Runs one call with a connection that is closed afterwards. */
export async function withServer<T>(accessFile: string, call: (api: SealingApi) => Promise<T>): Promise<T> {
  const api = connect(accessFile);
  try {
    return await call(api);
  } finally {
    await api.close();
  }
}
