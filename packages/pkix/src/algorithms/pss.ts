// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { context, type DerNode, der, readDer, tags } from '../der/index.ts';
import { algorithmIdentifier, readAlgorithmIdentifier, withoutParameters } from './algorithm-identifier.ts';
import { type DigestAlgorithmId, digestAlgorithm, digestAlgorithmByOid } from './digest.ts';

const mgf1 = '1.2.840.113549.1.1.8';

/**
 * RSASSA-PSS-params (RFC 4055 §3.1) as written here: MGF1 with the same digest, a salt as long as the digest.
 *
 *     RSASSA-PSS-params ::= SEQUENCE {
 *       hashAlgorithm     [0] HashAlgorithm     DEFAULT sha1Identifier,
 *       maskGenAlgorithm  [1] MaskGenAlgorithm  DEFAULT mgf1SHA1Identifier,
 *       saltLength        [2] INTEGER           DEFAULT 20,
 *       trailerField      [3] INTEGER           DEFAULT 1 }
 */
export function pssParameters(hash: DigestAlgorithmId): DerNode {
  const { oid, length } = digestAlgorithm(hash);
  if (hash === 'sha1') return der.sequence();
  const hashIdentifier = algorithmIdentifier(oid, der.nothing());
  return der.sequence(
    der.context(0, hashIdentifier),
    der.context(1, algorithmIdentifier(mgf1, hashIdentifier)),
    der.context(2, der.integer(length)),
  );
}

/** What RSASSA-PSS-params say. */
export interface PssParameters {
  readonly hash: DigestAlgorithmId;
  /** Salt in bytes. */
  readonly saltLength: number;
}

/**
 * Reads RSASSA-PSS-params. MGF1 must use the same digest, as EN 319 312 and all profiles in use ask.
 *
 * @param bytes the parameters' element; undefined means absent, which leaves key parameters open and a signature malformed
 * @throws SignetError `algorithm.parameters`, `algorithm.unknown`
 */
export function readPssParameters(bytes: Uint8Array | undefined): PssParameters {
  if (bytes === undefined) throw new SignetError('algorithm.parameters', { algorithm: 'rsa-pss' });
  // A digest's identifier often carries BER habits (for instance the default values written out): they change nothing.
  const reader = readDer(bytes, 'ber');
  const fields = reader.sequence();
  reader.end();
  const hashField = fields.explicit(0);
  const hash = hashField === undefined ? 'sha1' : digestOf(readAlgorithmIdentifier(hashField));
  const maskField = fields.explicit(1);
  const maskHash = maskField === undefined ? 'sha1' : maskDigestOf(readAlgorithmIdentifier(maskField));
  const saltLength = fields.enterOptional(context(2))?.number() ?? 20;
  const trailer = fields.enterOptional(context(3))?.number(tags.integer) ?? 1;
  if (!fields.atEnd || hash !== maskHash || trailer !== 1 || saltLength < 0 || saltLength > 512) {
    throw new SignetError('algorithm.parameters', { algorithm: 'rsa-pss' });
  }
  return { hash, saltLength };
}

function digestOf(identifier: ReturnType<typeof readAlgorithmIdentifier>): DigestAlgorithmId {
  if (!withoutParameters(identifier))
    throw new SignetError('algorithm.parameters', { algorithm: identifier.oid });
  return digestAlgorithmByOid(identifier.oid).id;
}

function maskDigestOf({ oid, parameters }: ReturnType<typeof readAlgorithmIdentifier>): DigestAlgorithmId {
  if (oid !== mgf1 || parameters === undefined)
    throw new SignetError('algorithm.unknown', { algorithm: oid });
  return digestOf(readAlgorithmIdentifier(readDer(parameters, 'ber')));
}
