// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { der, encodeDer, type Oid } from '../der/index.ts';
import { algorithmIdentifier } from './algorithm-identifier.ts';
import type { DigestAlgorithmId } from './digest.ts';
import { pssParameters } from './pss.ts';

/** What kind of key an algorithm signs with. */
export type KeyType = 'rsa' | 'ec' | 'ed25519' | 'ed448';

type Sha2 = 'sha256' | 'sha384' | 'sha512';
type Sha3 = 'sha3-256' | 'sha3-384' | 'sha3-512';
type Legacy = 'sha1' | 'sha224';

/** The signature algorithms of this program. The ones with `sha1` and `sha224` are for verifying what exists. */
export type SignatureAlgorithmId =
  | `${'rsa-pkcs1' | 'rsa-pss' | 'ecdsa'}-${Sha2 | Sha3 | Legacy}`
  | 'ed25519'
  | 'ed448';

/** One row of the algorithm table: everything that any format, device or protocol must know of an algorithm. */
export interface SignatureAlgorithm {
  readonly id: SignatureAlgorithmId;
  readonly keyType: KeyType;
  /** RSA only. */
  readonly padding: 'pkcs1' | 'pss' | undefined;
  /** Digest over the DTBS; for EdDSA, which digests by itself, the one CMS uses for messageDigest (RFC 8419 §3). */
  readonly hash: DigestAlgorithmId;
  /** `signatureAlgorithm` of certificates and CMS. */
  readonly oid: Oid;
  /** DER of the AlgorithmIdentifier as it is written. */
  readonly identifier: Uint8Array;
  /** Algorithm URI of XML Signature (RFC 9231 §2.3); undefined where none is registered. */
  readonly xmlUri: string | undefined;
  /** PKCS#11 v3.1 mechanism that digests and signs. */
  readonly pkcs11Mechanism: string;
  /** `signAlgo` of CSC API v2 §11.11. */
  readonly cscSignAlgo: Oid;
  /** Smallest key in bits with which it is used for creation: RSA modulus, or size of the curve. */
  readonly minimumKeyBits: number;
  /** Whether new signatures may be made with it. */
  readonly creation: boolean;
}

interface Suite {
  readonly hash: Sha2 | Sha3 | Legacy;
  readonly pkcs11: string;
  readonly rsaOid: Oid;
  readonly ecdsaOid: Oid;
  readonly rsaXml: string | undefined;
  readonly pssXml: string;
  readonly ecdsaXml: string;
}

const more2001 = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const more2021 = 'http://www.w3.org/2021/04/xmldsig-more#';
const pkcs1 = '1.2.840.113549.1.1';
const ansi = '1.2.840.10045.4';
const nist = '2.16.840.1.101.3.4.3';
const pssOid = `${pkcs1}.10`;

const suites: readonly Suite[] = [
  sha2('sha256', 'SHA256', '11', '3.2'),
  sha2('sha384', 'SHA384', '12', '3.3'),
  sha2('sha512', 'SHA512', '13', '3.4'),
  sha3('sha3-256', 'SHA3_256', '14', '10'),
  sha3('sha3-384', 'SHA3_384', '15', '11'),
  sha3('sha3-512', 'SHA3_512', '16', '12'),
  sha2('sha224', 'SHA224', '14', '3.1'),
  { ...sha2('sha1', 'SHA1', '5', '1'), rsaXml: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1' },
];

const rows: readonly SignatureAlgorithm[] = [...suites.flatMap(rowsOf), ...edwardsRows()];
const byId = new Map<string, SignatureAlgorithm>(rows.map((row) => [row.id, row]));

/** The whole table. */
export const signatureAlgorithms: readonly SignatureAlgorithm[] = rows;

/** The row of a signature algorithm. @throws SignetError `algorithm.unknown` for a string that is none */
export function signatureAlgorithm(id: SignatureAlgorithmId): SignatureAlgorithm {
  const found = byId.get(id);
  if (found === undefined) throw new SignetError('algorithm.unknown', { algorithm: id });
  return found;
}

/** The row of a key type, padding and digest. @throws SignetError `algorithm.unknown` */
export function signatureAlgorithmOf(
  family: 'rsa-pkcs1' | 'rsa-pss' | 'ecdsa',
  hash: DigestAlgorithmId,
): SignatureAlgorithm {
  const found = byId.get(`${family}-${hash}`);
  if (found === undefined) throw new SignetError('algorithm.unknown', { algorithm: `${family}-${hash}` });
  return found;
}

/** Whether a string from outside names a signature algorithm. */
export function isSignatureAlgorithmId(id: string): id is SignatureAlgorithmId {
  return byId.has(id);
}

function sha2(hash: Sha2 | Legacy, pkcs11: string, rsaArc: string, ecdsaArc: string): Suite {
  return {
    hash,
    pkcs11,
    rsaOid: `${pkcs1}.${rsaArc}`,
    ecdsaOid: `${ansi}.${ecdsaArc}`,
    rsaXml: `${more2001}rsa-${hash}`,
    pssXml: `${more2007}${hash}-rsa-MGF1`,
    ecdsaXml: `${more2001}ecdsa-${hash}`,
  };
}

function sha3(hash: Sha3, pkcs11: string, rsaArc: string, ecdsaArc: string): Suite {
  return {
    hash,
    pkcs11,
    rsaOid: `${nist}.${rsaArc}`,
    ecdsaOid: `${nist}.${ecdsaArc}`,
    // RFC 9231 registers none for PKCS#1 v1.5 with SHA-3.
    rsaXml: undefined,
    pssXml: `${more2007}${hash}-rsa-MGF1`,
    ecdsaXml: `${more2021}ecdsa-${hash}`,
  };
}

function rowsOf(suite: Suite): readonly SignatureAlgorithm[] {
  const creation = suite.hash !== 'sha1' && suite.hash !== 'sha224';
  const common = { hash: suite.hash, creation };
  return [
    {
      ...common,
      id: `rsa-pkcs1-${suite.hash}`,
      keyType: 'rsa',
      padding: 'pkcs1',
      oid: suite.rsaOid,
      // NULL must be there (RFC 4055 §5).
      identifier: encodeDer(algorithmIdentifier(suite.rsaOid, der.nothing())),
      xmlUri: suite.rsaXml,
      pkcs11Mechanism: `CKM_${suite.pkcs11}_RSA_PKCS`,
      cscSignAlgo: suite.rsaOid,
      minimumKeyBits: 2048,
    },
    {
      ...common,
      id: `rsa-pss-${suite.hash}`,
      keyType: 'rsa',
      padding: 'pss',
      oid: pssOid,
      identifier: encodeDer(algorithmIdentifier(pssOid, pssParameters(suite.hash))),
      xmlUri: suite.pssXml,
      pkcs11Mechanism: `CKM_${suite.pkcs11}_RSA_PKCS_PSS`,
      cscSignAlgo: pssOid,
      minimumKeyBits: 2048,
    },
    {
      ...common,
      id: `ecdsa-${suite.hash}`,
      keyType: 'ec',
      padding: undefined,
      oid: suite.ecdsaOid,
      identifier: encodeDer(algorithmIdentifier(suite.ecdsaOid)),
      xmlUri: suite.ecdsaXml,
      pkcs11Mechanism: `CKM_ECDSA_${suite.pkcs11}`,
      cscSignAlgo: suite.ecdsaOid,
      minimumKeyBits: 256,
    },
  ];
}

function edwardsRows(): readonly SignatureAlgorithm[] {
  const common = { padding: undefined, pkcs11Mechanism: 'CKM_EDDSA', creation: true } as const;
  const edwards = (id: 'ed25519' | 'ed448', hash: DigestAlgorithmId, oid: Oid, minimumKeyBits: number) => ({
    ...common,
    id,
    keyType: id,
    hash,
    oid,
    // Parameters must be absent (RFC 8410 §3).
    identifier: encodeDer(algorithmIdentifier(oid)),
    xmlUri: `${more2021}eddsa-${id}`,
    cscSignAlgo: oid,
    minimumKeyBits,
  });
  return [edwards('ed25519', 'sha512', '1.3.101.112', 255), edwards('ed448', 'shake256', '1.3.101.113', 448)];
}
