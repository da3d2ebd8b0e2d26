// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { ioError } from '@signet/base';
import { connectSealingApi, type SealingApi, type SealingApiConnection } from '@signet/exchange/rest';
import { bootSecrets, readTlsFiles } from '@signet/program';
import type { Settings } from '../settings/index.ts';

/**
 * The connection to this client's server, as the settings say it. Nothing is connected until the first call.
 *
 * @throws SignetError `config.tls-unusable`, `config.secret-unavailable`, `general.io`
 */
export function connectServer({ server, directory, inFlight }: Settings): SealingApi {
  const secrets = bootSecrets(directory);
  const { ca, certificate, key, token, proxy, connectSeconds, answerSeconds } = server;
  return connectSealingApi({
    baseUrl: server.url,
    ...(ca && { ca: readPem(ca) }),
    ...(token && { token: secrets.read(token) }),
    ...(certificate && key && { clientCertificate: readTlsFiles({ certificate, key }, directory) }),
    ...(proxy && { proxy: proxyOf(proxy, secrets.read) }),
    timeouts: { connectSeconds, answerSeconds },
    connections: inFlight + 8,
  });
}

function proxyOf(
  proxy: NonNullable<Settings['server']['proxy']>,
  read: (reference: string) => string,
): NonNullable<SealingApiConnection['proxy']> {
  const { url, login, ca } = proxy;
  const [user = '', ...password] = login === undefined ? [] : read(login).split(':');
  return {
    url,
    ...(login && { user, password: password.join(':') }),
    ...(ca && { ca: readPem(ca) }),
  };
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw ioError(path, error);
  }
}
