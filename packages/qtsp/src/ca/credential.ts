// SPDX-License-Identifier: Apache-2.0
import type { KeyObject } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from '@signet/base';
import {
  type Certificate,
  encodePem,
  parseCertificate,
  readCertificateBytes,
  readPrivateKey,
} from '@signet/pkix';

/** A certificate of the demo PKI, with its key and where both lie. */
export interface DemoCredential {
  readonly name: string;
  readonly certificate: Certificate;
  /** The certificates above it, the trust anchor not among them. */
  readonly issuers: readonly Certificate[];
  readonly key: KeyObject;
  /** PEM: the certificate, then its issuers. */
  readonly certificateFile: string;
  /** PEM, PKCS#8, not encrypted; mode 0600. */
  readonly keyFile: string;
}

/** The files of a credential in a directory. */
export function credentialFiles(directory: string, name: string) {
  return {
    certificateFile: join(directory, `${name}.pem`),
    keyFile: join(directory, `${name}.key.pem`),
    pkcs12File: join(directory, `${name}.p12`),
  };
}

/** Reads a credential from its files. @throws SignetError `general.io`, `x509.*`, `pkcs8.*` */
export function readCredential(directory: string, name: string): DemoCredential {
  const { certificateFile, keyFile } = credentialFiles(directory, name);
  const [certificate, ...issuers] = readCertificateBytes(readFile(certificateFile)).map((bytes) =>
    parseCertificate(bytes),
  );
  return {
    name,
    certificate: certificate!,
    issuers,
    key: readPrivateKey(readFile(keyFile)),
    certificateFile,
    keyFile,
  };
}

/** Writes the two PEM files of a credential. @throws SignetError `general.io` if one exists already */
export function writeCredential(
  directory: string,
  credential: Pick<DemoCredential, 'name' | 'certificate' | 'issuers' | 'key'>,
): void {
  const { certificateFile, keyFile } = credentialFiles(directory, credential.name);
  const chain = [credential.certificate, ...credential.issuers];
  writePublic(certificateFile, chain.map(({ bytes }) => encodePem('CERTIFICATE', bytes)).join(''));
  writeSecret(keyFile, credential.key.export({ type: 'pkcs8', format: 'pem' }));
}

/** Writes a new file that anybody may read. @throws SignetError `general.io` if it exists already */
function writePublic(path: string, content: string | Uint8Array): void {
  writeNew(path, content, 0o644);
}

/** Writes a new file that only its owner may read. @throws SignetError `general.io` if it exists already */
export function writeSecret(path: string, content: string | Uint8Array): void {
  writeNew(path, content, 0o600);
}

function writeNew(path: string, content: string | Uint8Array, mode: number): void {
  try {
    writeFileSync(path, content, { mode, flag: 'wx' });
  } catch (error) {
    throw ioError(path, error);
  }
}

/** The bytes of a file. @throws SignetError `general.io` */
export function readFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    throw ioError(path, error);
  }
}
