// SPDX-License-Identifier: Apache-2.0
import { constants, type KeyObject, type SignKeyObjectInput, sign as signData } from 'node:crypto';
import { promisify } from 'node:util';
import { SignetError } from '@signet/base';
import { algorithmsOfKey, readPkcs12, type SignatureAlgorithmId, signatureAlgorithm } from '@signet/pkix';
import type { SignatureCreationDevice, SigningCredential } from '../device.ts';

const signInPool = promisify(
  (
    algorithm: string | null,
    data: Uint8Array,
    key: SignKeyObjectInput,
    done: (error: Error | null, value: Buffer) => void,
  ) => signData(algorithm, data, key, done),
);

/**
 * Opens a PKCS#12 file as a device with one credential. The key lies in this process's memory: for tests, demo and
 * advanced seals only, never for a qualified one.
 *
 * @param name name of the credential
 * @param file contents of the file (RFC 7292)
 * @throws SignetError `pkcs12.*` if the file or its password is wrong
 */
export function openPkcs12(name: string, file: Uint8Array, password: string): SignatureCreationDevice {
  const { key, certificates } = readPkcs12(file, password);
  const algorithms = algorithmsOfKey(key);
  const credential: SigningCredential = {
    name,
    certificates,
    algorithms,
    async sign({ algorithm, dtbs, signal }) {
      signal?.throwIfAborted();
      if (!algorithms.includes(algorithm)) {
        throw new SignetError('device.algorithm-not-offered', { credential: name, algorithm });
      }
      return signWith(key, algorithm, dtbs);
    },
  };
  return { kind: 'pkcs12', credentials: async () => [credential], close: async () => undefined };
}

/**
 * Elliptic curves are done at once, since the thread pool would cost more than the 20 µs of the signature; RSA takes a
 * millisecond and more and goes to the pool.
 */
function signWith(
  key: KeyObject,
  id: SignatureAlgorithmId,
  dtbs: Uint8Array,
): Promise<Uint8Array> | Uint8Array {
  const { keyType, hash, padding } = signatureAlgorithm(id);
  if (keyType === 'ed25519' || keyType === 'ed448') return signData(null, dtbs, key);
  if (keyType === 'ec') return signData(hash, dtbs, { key, dsaEncoding: 'der' });
  const options =
    padding === 'pss'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
      : { padding: constants.RSA_PKCS1_PADDING };
  return signInPool(hash, dtbs, { key, ...options });
}
