// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import type { Oid } from '../der/index.ts';
import { type AlgorithmIdentifier, withoutParameters } from './algorithm-identifier.ts';
import type { DigestAlgorithmId } from './digest.ts';
import { readPssParameters } from './pss.ts';
import { type SignatureAlgorithm, signatureAlgorithmOf, signatureAlgorithms } from './signature.ts';

const rsaEncryption = '1.2.840.113549.1.1.1';
const rsassaPss = '1.2.840.113549.1.1.10';
const ecPublicKey = '1.2.840.10045.2.1';

const byOid = new Map<Oid, SignatureAlgorithm>(
  signatureAlgorithms.filter((row) => row.padding !== 'pss').map((row) => [row.oid, row]),
);
const byXmlUri = new Map<string | undefined, SignatureAlgorithm>(
  signatureAlgorithms.map((row) => [row.xmlUri, row]),
);

/**
 * The row of the algorithm that an AlgorithmIdentifier names.
 *
 * @param digest the digest algorithm named beside it (CMS, CSC): then the identifier may be the one of the key alone, as
 *   RFC 3370 §3.2 asks of RSA, and one that names another digest is a mismatch
 * @throws SignetError `algorithm.unknown`, `algorithm.parameters`, `algorithm.mismatch`
 */
export function identifySignatureAlgorithm(
  identifier: AlgorithmIdentifier,
  digest?: DigestAlgorithmId,
): SignatureAlgorithm {
  const row = identified(identifier, digest);
  if (digest !== undefined && digest !== row.hash) {
    throw new SignetError('algorithm.mismatch', { algorithm: row.id, other: digest });
  }
  return row;
}

/** The salt's length in bytes that an identifier of RSASSA-PSS states; undefined for other algorithms. */
export function statedSaltLength({ oid, parameters }: AlgorithmIdentifier): number | undefined {
  return oid === rsassaPss ? readPssParameters(parameters).saltLength : undefined;
}

/** The row of an XML Signature URI. @throws SignetError `algorithm.unknown` */
export function signatureAlgorithmByXmlUri(uri: string): SignatureAlgorithm {
  const row = byXmlUri.get(uri);
  if (row === undefined) throw new SignetError('algorithm.unknown', { algorithm: uri });
  return row;
}

function identified(
  identifier: AlgorithmIdentifier,
  digest: DigestAlgorithmId | undefined,
): SignatureAlgorithm {
  const { oid } = identifier;
  if (oid === rsassaPss)
    return signatureAlgorithmOf('rsa-pss', readPssParameters(identifier.parameters).hash);
  if (digest !== undefined) {
    if (oid === rsaEncryption && withoutParameters(identifier))
      return signatureAlgorithmOf('rsa-pkcs1', digest);
    if (oid === ecPublicKey) return signatureAlgorithmOf('ecdsa', digest);
  }
  const row = byOid.get(oid);
  if (row === undefined) throw new SignetError('algorithm.unknown', { algorithm: oid });
  // ECDSA and EdDSA ask for absent parameters, but NULL there has been written for twenty years and means the same.
  if (!withoutParameters(identifier)) throw new SignetError('algorithm.parameters', { algorithm: row.id });
  return row;
}
