// SPDX-License-Identifier: Apache-2.0
import { type DigestAlgorithmId, digest, digestAlgorithm } from '../algorithms/index.ts';

/** What derived bytes are for (RFC 7292 appendix B.3). */
export type DerivationPurpose = 'key' | 'iv' | 'mac';

/** What bytes are derived from. */
export interface Derivation {
  readonly hash: DigestAlgorithmId;
  /** The password as `pkcs12Password` writes it. */
  readonly password: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

const purposes = { key: 1, iv: 2, mac: 3 } as const;

/** A password as PKCS#12 wants it: UTF-16 big-endian with two zero octets at the end (RFC 7292 appendix B.1). */
export function pkcs12Password(password: string): Uint8Array {
  return Buffer.from(`${password}\0`, 'utf16le').swap16();
}

/** Derives `length` bytes of key material (RFC 7292 appendix B.2). */
export function derivePkcs12(from: Derivation, purpose: DerivationPurpose, length: number): Uint8Array {
  const { hash, password, salt, iterations } = from;
  const block = hash === 'sha384' || hash === 'sha512' ? 128 : 64;
  const diversifier = new Uint8Array(block).fill(purposes[purpose]);
  let mixed = Buffer.concat([repeated(salt, block), repeated(password, block)]);
  const result = new Uint8Array(length);
  for (let done = 0; done < length; done += digestAlgorithm(hash).length) {
    let key = digest(hash, Buffer.concat([diversifier, mixed]));
    for (let i = 1; i < iterations; i++) key = digest(hash, key);
    result.set(key.subarray(0, length - done), done);
    mixed = added(mixed, key, block);
  }
  return result;
}

/** Copies of `bytes` up to the next multiple of a block; nothing gives nothing. */
function repeated(bytes: Uint8Array, block: number): Uint8Array {
  const result = new Uint8Array(Math.ceil(bytes.length / block) * block);
  for (let i = 0; i < result.length; i++) result[i] = bytes[i % bytes.length]!;
  return result;
}

/** Each block of `mixed`, as a number, plus `key` repeated, plus one, modulo the block's size. */
function added(mixed: Buffer, key: Uint8Array, block: number): Buffer<ArrayBuffer> {
  const sum = Buffer.from(mixed);
  for (let start = 0; start < sum.length; start += block) {
    let carry = 1;
    for (let i = block - 1; i >= 0; i--) {
      carry += sum[start + i]! + key[i % key.length]!;
      sum[start + i] = carry & 0xff;
      carry >>= 8;
    }
  }
  return sum;
}
