// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { SignetError } from '@signet/base';
import { bootSecrets } from './settings/secret.ts';

/** PEM of a certificate with its issuers, and of its key. */
export interface TlsMaterial {
  readonly certificate: string;
  readonly key: string;
}

/**
 * Reads certificate and key and tries whether they belong together.
 *
 * @param files path of the certificate (absolute) and reference to the key
 * @param directory what `file:` references are meant from
 * @throws SignetError `config.tls-unusable`, `config.secret-unavailable`
 */
export function readTlsFiles(
  files: { readonly certificate: string; readonly key: string },
  directory: string,
): TlsMaterial {
  const key = bootSecrets(directory).read(files.key);
  try {
    const certificate = readFileSync(files.certificate, 'utf8');
    createSecureContext({ cert: certificate, key });
    return { certificate, key };
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new SignetError('config.tls-unusable', { path: files.certificate, reason }, error);
  }
}
