// SPDX-License-Identifier: Apache-2.0
import { generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

const generate = promisify(generateKeyPair);

/** Kinds of keys that the demo CA issues certificates for. RSA keys sign by PKCS#1 v1.5 and by PSS. */
export type KeyFamily = 'p256' | 'p384' | 'rsa3072' | 'rsa4096';

/** All of them. */
export const keyFamilies: readonly KeyFamily[] = ['p256', 'p384', 'rsa3072', 'rsa4096'];

/** A key pair, its public half ready for a certificate. */
export interface GeneratedKey {
  readonly privateKey: KeyObject;
  /** DER of SubjectPublicKeyInfo. */
  readonly subjectPublicKeyInfo: Uint8Array;
}

/** Makes a key. An RSA key takes up to some seconds, on a thread of its own. */
export async function generateKey(family: KeyFamily): Promise<GeneratedKey> {
  const { privateKey, publicKey } = await pairOf(family);
  return { privateKey, subjectPublicKeyInfo: publicKey.export({ type: 'spki', format: 'der' }) };
}

function pairOf(family: KeyFamily) {
  switch (family) {
    case 'p256':
      return generate('ec', { namedCurve: 'prime256v1' });
    case 'p384':
      return generate('ec', { namedCurve: 'secp384r1' });
    case 'rsa3072':
      return generate('rsa', { modulusLength: 3072 });
    case 'rsa4096':
      return generate('rsa', { modulusLength: 4096 });
  }
}
