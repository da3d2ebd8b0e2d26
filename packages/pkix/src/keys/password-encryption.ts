// SPDX-License-Identifier: Apache-2.0
import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from 'node:crypto';
import { SignetError } from '@signet/base';
import {
  type AlgorithmIdentifier,
  algorithmIdentifier,
  type DigestAlgorithmId,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import {
  type DerNode,
  type DerReader,
  der,
  type Oid,
  readDer,
  readOnlySequence,
  tags,
} from '../der/index.ts';
import { derivePkcs12, pkcs12Password } from './pkcs12-derivation.ts';
import { decryptRc2Cbc } from './rc2.ts';
import { decryptRc4 } from './rc4.ts';

/** Counts the iterations of key derivations, so that a hostile file cannot ask for hours of work. */
export interface IterationBudget {
  left: number;
}

/** Takes a derivation's iterations from the budget. @throws SignetError `pkcs12.iterations` */
export function spendIterations(budget: IterationBudget, iterations: number): number {
  if (iterations < 1 || iterations > budget.left) {
    throw new SignetError('pkcs12.iterations', { iterations, limit: budget.left });
  }
  budget.left -= iterations;
  return iterations;
}

interface OldScheme {
  readonly cipher: 'des-ede3-cbc' | 'des-ede-cbc' | 'rc2' | 'rc4';
  readonly keyBytes: number;
}

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2 = '1.2.840.113549.1.5.12';
const hmacWithSha256 = '1.2.840.113549.2.9';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';

/** pbeWithSHAAnd… (RFC 7292 appendix C). */
const oldSchemes: ReadonlyMap<Oid, OldScheme> = new Map([
  ['1.2.840.113549.1.12.1.1', { cipher: 'rc4', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.2', { cipher: 'rc4', keyBytes: 5 }],
  ['1.2.840.113549.1.12.1.3', { cipher: 'des-ede3-cbc', keyBytes: 24 }],
  ['1.2.840.113549.1.12.1.4', { cipher: 'des-ede-cbc', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.5', { cipher: 'rc2', keyBytes: 16 }],
  ['1.2.840.113549.1.12.1.6', { cipher: 'rc2', keyBytes: 5 }],
]);

const blockCiphers: ReadonlyMap<Oid, { readonly nodeName: string; readonly keyBytes: number }> = new Map([
  ['2.16.840.1.101.3.4.1.2', { nodeName: 'aes-128-cbc', keyBytes: 16 }],
  ['2.16.840.1.101.3.4.1.22', { nodeName: 'aes-192-cbc', keyBytes: 24 }],
  [aes256Cbc, { nodeName: 'aes-256-cbc', keyBytes: 32 }],
  ['1.2.840.113549.3.7', { nodeName: 'des-ede3-cbc', keyBytes: 24 }],
]);

/** HMAC as pseudo-random function of PBKDF2 and as MAC of PBMAC1 (RFC 8018 appendix B.1). */
const hmacs: ReadonlyMap<Oid, DigestAlgorithmId> = new Map([
  ['1.2.840.113549.2.7', 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  [hmacWithSha256, 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
]);

/** What something encrypted is opened with. */
export interface PasswordDecryption {
  readonly algorithm: AlgorithmIdentifier;
  readonly password: string;
  readonly budget: IterationBudget;
}

/**
 * Decrypts by password: PBES2 with PBKDF2 (RFC 8018 §6.2), or the old schemes of PKCS#12.
 *
 * @returns undefined if the padding shows that the password is not the one
 * @throws SignetError `pkcs12.unsupported`, `pkcs12.iterations`, `der.*`
 */
export function decryptByPassword(data: Uint8Array, by: PasswordDecryption): Uint8Array | undefined {
  const old = oldSchemes.get(by.algorithm.oid);
  if (old !== undefined) return decryptOld(data, old, by);
  if (by.algorithm.oid !== pbes2)
    throw new SignetError('pkcs12.unsupported', { algorithm: by.algorithm.oid });
  const parameters = readOnlySequence(required(by.algorithm), 'ber');
  const derivation = readAlgorithmIdentifier(parameters);
  const encryption = readAlgorithmIdentifier(parameters);
  const cipher = blockCiphers.get(encryption.oid);
  if (cipher === undefined) throw new SignetError('pkcs12.unsupported', { algorithm: encryption.oid });
  const iv = readDer(required(encryption), 'ber').octetString();
  const key = derivePbkdf2(derivation, by, cipher.keyBytes);
  return decipher(cipher.nodeName, key, iv, data);
}

/** PBES2 with AES-256-CBC and PBKDF2 over HMAC-SHA-256: gives the AlgorithmIdentifier and what it encrypts. */
export function encryptByPassword(
  data: Uint8Array,
  { password, iterations }: { readonly password: string; readonly iterations: number },
): { readonly algorithm: DerNode; readonly encrypted: Uint8Array } {
  const salt = randomBytes(16);
  const iv = randomBytes(16);
  const key = pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const prf = algorithmIdentifier(hmacWithSha256, der.nothing());
  const derivation = der.sequence(der.octetString(salt), der.integer(iterations), prf);
  const encryption = algorithmIdentifier(aes256Cbc, der.octetString(iv));
  return {
    algorithm: algorithmIdentifier(pbes2, der.sequence(algorithmIdentifier(pbkdf2, derivation), encryption)),
    encrypted: Buffer.concat([cipher.update(data), cipher.final()]),
  };
}

/**
 * A key by PBKDF2 as its AlgorithmIdentifier says (RFC 8018 appendix A.2).
 *
 * @throws SignetError `pkcs12.unsupported`, `pkcs12.iterations`, `der.*`
 */
export function derivePbkdf2(
  derivation: AlgorithmIdentifier,
  { password, budget }: Pick<PasswordDecryption, 'password' | 'budget'>,
  keyBytes?: number,
): Uint8Array {
  if (derivation.oid !== pbkdf2) throw new SignetError('pkcs12.unsupported', { algorithm: derivation.oid });
  const fields = readOnlySequence(required(derivation), 'ber');
  const salt = fields.octetString();
  const iterations = spendIterations(budget, fields.number());
  const length = fields.optional(tags.integer)?.number() ?? keyBytes;
  const prf = fields.atEnd ? 'sha1' : hmacDigest(readAlgorithmIdentifier(fields));
  if (length === undefined || length < 1 || length > 512 || length !== (keyBytes ?? length)) {
    throw new SignetError('pkcs12.malformed', { reason: 'the length of a derived key does not fit' });
  }
  return pbkdf2Sync(Buffer.from(password, 'utf8'), salt, iterations, length, prf);
}

/** The digest of an HMAC. @throws SignetError `pkcs12.unsupported` */
export function hmacDigest({ oid }: AlgorithmIdentifier): DigestAlgorithmId {
  const digest = hmacs.get(oid);
  if (digest === undefined) throw new SignetError('pkcs12.unsupported', { algorithm: oid });
  return digest;
}

function decryptOld(
  data: Uint8Array,
  { cipher, keyBytes }: OldScheme,
  by: PasswordDecryption,
): Uint8Array | undefined {
  const parameters: DerReader = readOnlySequence(required(by.algorithm), 'ber');
  const salt = parameters.octetString();
  const iterations = spendIterations(by.budget, parameters.number());
  const from = { hash: 'sha1', password: pkcs12Password(by.password), salt, iterations } as const;
  const key = derivePkcs12(from, 'key', keyBytes);
  if (cipher === 'rc4') return decryptRc4(key, data);
  const iv = derivePkcs12({ ...from, iterations: spendIterations(by.budget, iterations) }, 'iv', 8);
  if (cipher !== 'rc2') return decipher(cipher, key, iv, data);
  if (data.length === 0 || data.length % 8 !== 0) return undefined;
  return withoutPadding(decryptRc2Cbc(key, iv, data));
}

function decipher(
  nodeName: string,
  key: Uint8Array,
  iv: Uint8Array,
  data: Uint8Array,
): Uint8Array | undefined {
  if (iv.length !== (nodeName.startsWith('aes') ? 16 : 8)) {
    throw new SignetError('pkcs12.malformed', { reason: 'an initialization vector has the wrong length' });
  }
  // Node knows two-key triple DES only as des-ede-cbc without the third key; three keys K1 K2 K1 are the same cipher.
  const [name, fullKey] =
    nodeName === 'des-ede-cbc' ? ['des-ede3-cbc', Buffer.concat([key, key.subarray(0, 8)])] : [nodeName, key];
  try {
    const cipher = createDecipheriv(name, fullKey, iv);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  } catch {
    return undefined;
  }
}

function withoutPadding(plain: Uint8Array): Uint8Array | undefined {
  const count = plain.at(-1)!;
  if (count < 1 || count > 8 || !plain.subarray(-count).every((octet) => octet === count)) return undefined;
  return plain.subarray(0, -count);
}

function required({ oid, parameters }: AlgorithmIdentifier): Uint8Array {
  if (parameters === undefined)
    throw new SignetError('pkcs12.malformed', { reason: `${oid} lacks its parameters` });
  return parameters;
}
