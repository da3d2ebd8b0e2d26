// SPDX-License-Identifier: Apache-2.0
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignetError } from '@signet/base';
import { readAlgorithmIdentifier } from '../algorithms/index.ts';
import { readOnlySequence } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { decryptByPassword } from './password-encryption.ts';
import { decodePem } from './pem.ts';

/** Iterations that an encrypted key may ask for; about two seconds. */
const maxIterations = 4_000_000;

/**
 * Reads a private key: PKCS#8 as DER or PEM, plain or encrypted (PBES2 or the old PKCS#12 schemes), or a PEM of the older
 * forms `RSA PRIVATE KEY` and `EC PRIVATE KEY`, plain.
 *
 * @throws SignetError `pkcs8.malformed`, `pkcs8.wrong-password` (also where one is needed and none given), `x509.pem`,
 *   `pkcs12.unsupported`, `pkcs12.iterations`
 */
export function readPrivateKey(file: Uint8Array, password?: string): KeyObject {
  if (file[0] === 0x30) return readDerKey(file, password);
  const text = Buffer.from(file).toString('latin1');
  const block = decodePem(text).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw new SignetError('pkcs8.malformed', { reason: 'it holds no private key' });
  if (block.label === 'ENCRYPTED PRIVATE KEY') return readDerKey(block.bytes, password ?? '');
  return imported(() => createPrivateKey(text));
}

function readDerKey(bytes: Uint8Array, password: string | undefined): KeyObject {
  const encrypted = readAs('pkcs8.malformed', () => readEncrypted(bytes));
  if (encrypted === undefined) return importInfo(bytes);
  const budget = { left: maxIterations };
  const by = { algorithm: encrypted.algorithm, password: password ?? '', budget };
  const plain = decryptByPassword(encrypted.data, by);
  if (plain === undefined || plain[0] !== 0x30) throw new SignetError('pkcs8.wrong-password');
  try {
    return importInfo(plain);
  } catch (error) {
    // Padding comes out right once in 256 times by chance.
    throw new SignetError('pkcs8.wrong-password', {}, error);
  }
}

/** EncryptedPrivateKeyInfo (RFC 5958 §3) begins with a SEQUENCE, PrivateKeyInfo with its version. */
function readEncrypted(bytes: Uint8Array) {
  const fields = readOnlySequence(bytes, 'ber');
  if (!fields.is(0x30)) return undefined;
  const algorithm = readAlgorithmIdentifier(fields);
  return { algorithm, data: fields.octetString() };
}

function importInfo(bytes: Uint8Array): KeyObject {
  return imported(() => createPrivateKey({ key: Buffer.from(bytes), format: 'der', type: 'pkcs8' }));
}

function imported(create: () => KeyObject): KeyObject {
  try {
    return create();
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new SignetError('pkcs8.malformed', { reason }, error);
  }
}
