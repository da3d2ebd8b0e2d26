// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SignetError } from '@signet/base';
import { bootSecrets } from '@signet/program';
import type { Settings } from '../settings/index.ts';

/** PEM of the certificate with its issuers, and of its key. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Reads certificate and key and tries whether they belong together.
 *
 * @throws SignetError `config.tls-unusable`, `config.secret-unavailable`
 */
export function readTls({ tls, directory }: Pick<Settings, 'tls' | 'directory'>): TlsMaterial {
  const key = bootSecrets(directory).read(tls.key);
  try {
    const certificate = readFileSync(tls.certificate, 'utf8');
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new SignetError('config.tls-unusable', { path: tls.certificate, reason }, error);
  }
}
