// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { SignetError } from '@signet/base';
import type { SecretReader } from '@signet/program';

/** Encrypts secrets that came by REST, so that the database never holds them in clear. */
export interface SecretBox {
  /** Gives a reference `wrapped:…` that holds the secret, encrypted. */
  wrap(secret: string): string;
  /** Reads `wrapped:` references itself and leaves all others to `others`. */
  reader(others: SecretReader): SecretReader;
}

const prefix = 'wrapped:';
/** Format, nonce and tag of AES-256-GCM (NIST SP 800-38D). */
const format = 1;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * A box under the master key. The key of the box is derived from it for this one purpose (HKDF, RFC 5869).
 *
 * @param masterKey 32 bytes, hexadecimal
 * @throws SignetError `config.master-key-size`
 */
export function secretBox(masterKey: string, reference: string): SecretBox {
  const master = Buffer.from(masterKey, 'hex');
  if (master.length !== 32) throw new SignetError('config.master-key-size', { reference });
  const key = Buffer.from(hkdfSync('sha256', master, '', 'signet secret box 1', 32));
  return {
    wrap(secret) {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const encrypted = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      const packed = Buffer.concat([Buffer.of(format), nonce, encrypted, cipher.getAuthTag()]);
      return prefix + packed.toString('base64url');
    },
    reader: (others) => ({
      read: (wanted) => (wanted.startsWith(prefix) ? unwrap(key, wanted) : others.read(wanted)),
    }),
  };
}

function unwrap(key: Buffer, reference: string): string {
  const packed = Buffer.from(reference.slice(prefix.length), 'base64url');
  const [start, end] = [1 + nonceBytes, packed.length - tagBytes];
  try {
    if (packed[0] !== format || end < start) throw new TypeError('not a wrapped secret');
    const decipher = createDecipheriv('aes-256-gcm', key, packed.subarray(1, start), {
      authTagLength: tagBytes,
    });
    decipher.setAuthTag(packed.subarray(end));
    return Buffer.concat([decipher.update(packed.subarray(start, end)), decipher.final()]).toString('utf8');
  } catch (error) {
    const reason = 'it was encrypted under another master key, or changed';
    throw new SignetError('config.secret-unavailable', { reference: 'wrapped', reason }, error);
  }
}
