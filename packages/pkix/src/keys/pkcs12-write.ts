// SPDX-License-Identifier: Apache-2.0
import { createHmac, type KeyObject, randomBytes } from 'node:crypto';
import { algorithmIdentifier, digest, digestAlgorithm } from '../algorithms/index.ts';
import { type DerNode, der, encodeDer } from '../der/index.ts';
import { encryptByPassword } from './password-encryption.ts';
import { derivePkcs12, pkcs12Password } from './pkcs12-derivation.ts';

/** What a PKCS#12 file is made of. */
export interface Pkcs12Input {
  readonly key: KeyObject;
  /** DER: the certificate of the key first, then its issuers. */
  readonly certificates: readonly Uint8Array[];
  readonly password: string;
  /** Shown by programs that import the file. */
  readonly friendlyName?: string;
  /** Iterations of each key derivation; 100,000 by default. */
  readonly iterations?: number;
}

const data = '1.2.840.113549.1.7.1';
const encryptedData = '1.2.840.113549.1.7.6';
const bagTypes = '1.2.840.113549.1.12.10.1';

/**
 * Writes a PKCS#12 file (RFC 7292): key and certificates by PBES2 (AES-256-CBC, PBKDF2 with HMAC-SHA-256), integrity by
 * HMAC-SHA-256.
 */
export function writePkcs12({
  key,
  certificates,
  password,
  friendlyName,
  iterations = 100_000,
}: Pkcs12Input): Uint8Array {
  const by = { password, iterations };
  const localKeyId = digest('sha1', certificates[0] ?? new Uint8Array(0));
  const attributes = bagAttributes(localKeyId, friendlyName);
  const keyInfo = encryptByPassword(key.export({ format: 'der', type: 'pkcs8' }), by);
  const keyBag = bag(2, der.sequence(keyInfo.algorithm, der.octetString(keyInfo.encrypted)), attributes);
  const certificateBags = certificates.map((bytes, index) =>
    bag(3, certificateValue(bytes), index === 0 ? attributes : undefined),
  );
  const authSafe = encodeDer(
    der.sequence(encryptedSafe(der.sequenceOf(certificateBags), by), safe(der.sequence(keyBag))),
  );
  return encodeDer(
    der.sequence(
      der.integer(3),
      der.sequence(der.oid(data), der.context(0, der.octetString(authSafe))),
      macData(authSafe, by),
    ),
  );
}

interface Protection {
  readonly password: string;
  readonly iterations: number;
}

function safe(bags: DerNode): DerNode {
  return der.sequence(der.oid(data), der.context(0, der.octetString(bags)));
}

function encryptedSafe(bags: DerNode, by: Protection): DerNode {
  const { algorithm, encrypted } = encryptByPassword(encodeDer(bags), by);
  const info = der.sequence(der.oid(data), algorithm, der.implicit(0, der.octetString(encrypted)));
  return der.sequence(der.oid(encryptedData), der.context(0, der.sequence(der.integer(0), info)));
}

function bag(type: number, value: DerNode, attributes: DerNode | undefined): DerNode {
  return der.sequence(der.oid(`${bagTypes}.${type}`), der.context(0, value), attributes);
}

function certificateValue(bytes: Uint8Array): DerNode {
  return der.sequence(der.oid('1.2.840.113549.1.9.22.1'), der.context(0, der.octetString(bytes)));
}

function bagAttributes(localKeyId: Uint8Array, friendlyName: string | undefined): DerNode {
  const attribute = (type: string, value: DerNode) => der.sequence(der.oid(type), der.setOf([value]));
  const attributes = [attribute('1.2.840.113549.1.9.21', der.octetString(localKeyId))];
  if (friendlyName !== undefined)
    attributes.push(attribute('1.2.840.113549.1.9.20', der.bmpString(friendlyName)));
  return der.setOf(attributes);
}

function macData(authSafe: Uint8Array, { password, iterations }: Protection): DerNode {
  const salt = randomBytes(16);
  const key = derivePkcs12(
    { hash: 'sha256', password: pkcs12Password(password), salt, iterations },
    'mac',
    32,
  );
  const mac = createHmac('sha256', key).update(authSafe).digest();
  const algorithm = algorithmIdentifier(digestAlgorithm('sha256').oid, der.nothing());
  return der.sequence(
    der.sequence(algorithm, der.octetString(mac)),
    der.octetString(salt),
    der.integer(iterations),
  );
}
