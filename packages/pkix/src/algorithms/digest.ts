// SPDX-License-Identifier: Apache-2.0
import { createHash, type Hash, hash } from 'node:crypto';
import { SignetError } from '@signet/base';
import { encodeDer, type Oid } from '../der/index.ts';
import { type AlgorithmIdentifier, algorithmIdentifier, withoutParameters } from './algorithm-identifier.ts';

/** The digest algorithms of this program. `sha1` and `sha224` are for reading what exists, never for creation. */
export type DigestAlgorithmId =
  | 'sha256'
  | 'sha384'
  | 'sha512'
  | 'sha3-256'
  | 'sha3-384'
  | 'sha3-512'
  | 'shake256'
  | 'sha224'
  | 'sha1';

/** One row of the table of digest algorithms. */
export interface DigestAlgorithm {
  readonly id: DigestAlgorithmId;
  /** The name that node:crypto knows it by. */
  readonly nodeName: string;
  /** Digest in bytes; SHAKE256 is used with 512 bits (RFC 8702 §3.1, as Ed448 asks by RFC 8419 §2.3). */
  readonly length: number;
  readonly oid: Oid;
  /** DER of the AlgorithmIdentifier as it is written: parameters absent (RFC 5754 §2, RFC 9688 §2). */
  readonly identifier: Uint8Array;
  /** Algorithm URI of XML Signature (RFC 9231 §2.1). */
  readonly xmlUri: string | undefined;
  /** Whether new signatures may be made with it. */
  readonly creation: boolean;
}

const more2001 = 'http://www.w3.org/2001/04/xmldsig-more#';
const more2007 = 'http://www.w3.org/2007/05/xmldsig-more#';
const enc = 'http://www.w3.org/2001/04/xmlenc#';
const nist = '2.16.840.1.101.3.4.2';

const rows: readonly DigestAlgorithm[] = [
  row('sha256', 32, `${nist}.1`, `${enc}sha256`),
  row('sha384', 48, `${nist}.2`, `${more2001}sha384`),
  row('sha512', 64, `${nist}.3`, `${enc}sha512`),
  row('sha3-256', 32, `${nist}.8`, `${more2007}sha3-256`),
  row('sha3-384', 48, `${nist}.9`, `${more2007}sha3-384`),
  row('sha3-512', 64, `${nist}.10`, `${more2007}sha3-512`),
  row('shake256', 64, `${nist}.12`, undefined),
  { ...row('sha224', 28, `${nist}.4`, `${more2001}sha224`), creation: false },
  { ...row('sha1', 20, '1.3.14.3.2.26', 'http://www.w3.org/2000/09/xmldsig#sha1'), creation: false },
];

const byId = new Map<string, DigestAlgorithm>(rows.map((each) => [each.id, each]));
const byOid = new Map<Oid, DigestAlgorithm>(rows.map((each) => [each.oid, each]));
const byXmlUri = new Map<string | undefined, DigestAlgorithm>(rows.map((each) => [each.xmlUri, each]));

/** All rows, the usual ones first. */
export const digestAlgorithms: readonly DigestAlgorithm[] = rows;

/** The row of a digest algorithm. */
export function digestAlgorithm(id: DigestAlgorithmId): DigestAlgorithm {
  const found = byId.get(id);
  if (found === undefined) throw new SignetError('algorithm.unknown', { algorithm: id });
  return found;
}

/** The digest algorithm of an object identifier. @throws SignetError `algorithm.unknown` */
export function digestAlgorithmByOid(oid: Oid): DigestAlgorithm {
  const found = byOid.get(oid);
  if (found === undefined) throw new SignetError('algorithm.unknown', { algorithm: oid });
  return found;
}

/**
 * The digest algorithm that an AlgorithmIdentifier names, with absent or NULL parameters; undefined if it is none of the
 * table.
 */
export function digestAlgorithmOf(identifier: AlgorithmIdentifier): DigestAlgorithmId | undefined {
  return withoutParameters(identifier) ? byOid.get(identifier.oid)?.id : undefined;
}

/** The digest algorithm of an XML Signature URI. @throws SignetError `algorithm.unknown` */
export function digestAlgorithmByXmlUri(uri: string): DigestAlgorithm {
  const found = byXmlUri.get(uri);
  if (found === undefined) throw new SignetError('algorithm.unknown', { algorithm: uri });
  return found;
}

/** Whether a string from outside names a digest algorithm. */
export function isDigestAlgorithmId(id: string): id is DigestAlgorithmId {
  return byId.has(id);
}

/** The digest of bytes in memory. */
export function digest(algorithm: DigestAlgorithmId, bytes: Uint8Array): Uint8Array {
  if (algorithm === 'shake256')
    return hash('shake256', bytes, { outputEncoding: 'buffer', outputLength: 64 });
  return hash(algorithm, bytes, 'buffer');
}

/** Starts a digest over bytes that come piece by piece. */
export function startDigest(algorithm: DigestAlgorithmId): Hash {
  if (algorithm === 'shake256') return createHash('shake256', { outputLength: 64 });
  return createHash(algorithm);
}

function row(id: DigestAlgorithmId, length: number, oid: Oid, xmlUri: string | undefined): DigestAlgorithm {
  return {
    id,
    nodeName: id,
    length,
    oid,
    identifier: encodeDer(algorithmIdentifier(oid)),
    xmlUri,
    creation: true,
  };
}
