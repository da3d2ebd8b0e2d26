// SPDX-License-Identifier: Apache-2.0
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ioError, SignetError } from '@signet/base';
import type { RevocationReason } from '@signet/pkix';
import type { DemoPkiUrls } from './certificate-profiles.ts';

/** What the CA knows of one certificate that it issued. */
export interface RegisteredCertificate {
  /** Its name in the demo, and of its files. */
  readonly name: string;
  readonly issuer: 'root' | 'issuing';
  /** Lower-case hexadecimal. */
  readonly serialNumber: string;
  readonly revoked?: { readonly at: string; readonly reason: RevocationReason };
}

/** Everything a CA must remember beside its keys. */
export interface Register {
  readonly format: 1;
  readonly urls: DemoPkiUrls;
  readonly certificates: readonly RegisteredCertificate[];
  /** Number of the last revocation lists (RFC 5280 §5.2.3). */
  readonly crlNumber: number;
}

const fileName = 'register.json';

/** Reads the register. @throws SignetError `config.unreadable` */
export function readRegister(directory: string): Register {
  const file = join(directory, fileName);
  try {
    const register = JSON.parse(readFileSync(file, 'utf8'));
    if (register.format === 1) return register;
    throw new SignetError('config.unreadable', { file, reason: `its format is ${register.format}, not 1` });
  } catch (error) {
    if (error instanceof SignetError) throw error;
    const reason = existsSync(file) ? 'it is no register of a demo PKI' : 'it does not exist';
    throw new SignetError('config.unreadable', { file, reason }, error);
  }
}

/** Writes the register whole or not at all. @throws SignetError `general.io` */
export function writeRegister(directory: string, register: Register): void {
  replaceFile(join(directory, fileName), JSON.stringify(register, null, 2));
}

/** Puts a new version of a file that the CA publishes again and again in place of the old one. @throws SignetError `general.io` */
export function replaceFile(path: string, content: string | Uint8Array): void {
  const next = `${path}.new`;
  try {
    writeFileSync(next, content);
    renameSync(next, path);
  } catch (error) {
    throw ioError(path, error);
  }
}
