// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { SignetError } from '@signet/base';
import { connectSealingApi, type SealingApi } from '@signet/exchange/rest';
import type { Command } from 'commander';

/** Where a server is and who asks. */
export interface Access {
  readonly url: string;
  /** PEM of the CA that the server's certificate comes from; absent: the machine's own roots. */
  readonly ca?: string;
  readonly token: string;
}

/** Adds the options by which every command that asks a server learns which one. */
export function withAccess(command: Command): Command {
  return command.option(
    '--access <file>',
    'file with SIGNET_URL, SIGNET_CA (path of a PEM file) and SIGNET_TOKEN, as the demo and server init write it',
    'access.env',
  );
}

/**
 * Reads the access file; variables of the environment win over it.
 *
 * @throws SignetError `config.no-access` naming what is missing
 */
export function readAccess(file: string): Access {
  const path = resolve(file);
  const fromFile = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {};
  const { SIGNET_URL, SIGNET_CA, SIGNET_TOKEN } = { ...fromFile, ...process.env };
  if (!SIGNET_URL || !SIGNET_TOKEN) {
    throw new SignetError('config.no-access', { missing: SIGNET_URL ? 'SIGNET_TOKEN' : 'SIGNET_URL', path });
  }
  return {
    url: SIGNET_URL,
    token: SIGNET_TOKEN,
    ...(SIGNET_CA && { ca: readFileSync(resolve(SIGNET_CA), 'utf8') }),
  };
}

/** Connects to the server that the access file names. */
export function connect(file: string): SealingApi {
  const { url, ca, token } = readAccess(file);
  return connectSealingApi({ baseUrl: url, token, ...(ca && { ca }) });
}
