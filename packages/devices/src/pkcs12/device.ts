// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, type SignKeyObjectInput, sign as signData } from 'node:crypto';
import { promisify } from 'node:util';
import { SignetError } from '@signet/base';
import {
  algorithmsOfKey,
  nodeSignatureOptions,
  readPkcs12,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '@signet/pkix';
import type { SignatureCreationDevice, SigningCredential } from '../device.ts';

const signInPool = promisify(
  (
    digest: string | null,
    data: Uint8Array,
    key: SignKeyObjectInput,
    done: (error: Error | null, value: Buffer) => void,
  ) => signData(digest, data, key, done),
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
      if (signal?.aborted) throw new SignetError('device.deadline', { credential: name });
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
  const { digest, options } = nodeSignatureOptions(id);
  const input = { key, ...options };
  return signatureAlgorithm(id).keyType === 'rsa'
    ? signInPool(digest, dtbs, input)
    : signData(digest, dtbs, input);
}
