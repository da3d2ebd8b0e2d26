// SPDX-License-Identifier: Apache-2.0
import { createHmac, timingSafeEqual } from 'node:crypto';
import { SignetError } from '@signet/base';
import { digestAlgorithmByOid, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { type DerReader, readOnlySequence, tags } from '../der/index.ts';
import { derivePbkdf2, hmacDigest, type IterationBudget, spendIterations } from './password-encryption.ts';
import { derivePkcs12, pkcs12Password } from './pkcs12-derivation.ts';

const pbmac1 = '1.2.840.113549.1.5.14';

/**
 * Whether the MAC of a PKCS#12 file shows the password to be the right one: MacData (RFC 7292 §4) with SHA-1 or SHA-2, or
 * PBMAC1 inside it (RFC 9579).
 *
 *     MacData ::= SEQUENCE { mac DigestInfo, macSalt OCTET STRING, iterations INTEGER DEFAULT 1 }
 *
 * @param fields a reader inside MacData
 * @throws SignetError `pkcs12.unsupported`, `pkcs12.iterations`, `der.*`
 */
export function verifyPkcs12Mac(
  fields: DerReader,
  authSafe: Uint8Array,
  { password, budget }: { readonly password: string; readonly budget: IterationBudget },
): boolean {
  const digestInfo = fields.sequence();
  const algorithm = readAlgorithmIdentifier(digestInfo);
  const expected = digestInfo.octetString();
  const salt = fields.octetString();
  const iterations = fields.optional(tags.integer)?.number() ?? 1;
  if (algorithm.oid === pbmac1) {
    if (algorithm.parameters === undefined)
      throw new SignetError('pkcs12.malformed', { reason: 'PBMAC1 lacks its parameters' });
    const parameters = readOnlySequence(algorithm.parameters, 'ber');
    const derivation = readAlgorithmIdentifier(parameters);
    const hash = hmacDigest(readAlgorithmIdentifier(parameters));
    const key = derivePbkdf2(derivation, { password, budget });
    return sameMac(createHmac(hash, key).update(authSafe).digest(), expected);
  }
  const { id: hash, length } = digestAlgorithmByOid(algorithm.oid);
  // An empty password is written as two zero octets by most and as nothing by some.
  const encodings = password === '' ? [pkcs12Password(''), new Uint8Array(0)] : [pkcs12Password(password)];
  return encodings.some((encoded) => {
    const from = { hash, password: encoded, salt, iterations: spendIterations(budget, iterations) };
    const key = derivePkcs12(from, 'mac', length);
    return sameMac(createHmac(hash, key).update(authSafe).digest(), expected);
  });
}

function sameMac(actual: Uint8Array, expected: Uint8Array): boolean {
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
