// SPDX-License-Identifier: Apache-2.0
import {
  type AlgorithmIdentifier,
  type DigestAlgorithmId,
  digestAlgorithm,
  digestAlgorithmOf,
  readAlgorithmIdentifier,
} from '../algorithms/index.ts';
import { type DerNode, type DerReader, der } from '../der/index.ts';

/** What is time-stamped: the digest of the data and the name of the digest algorithm (RFC 3161 §2.4.1). */
export interface MessageImprint {
  readonly digestAlgorithm: DigestAlgorithmId;
  readonly digest: Uint8Array;
}

/** A message imprint as it came: its algorithm may be one that is not supported. */
export interface ReceivedMessageImprint {
  readonly algorithm: AlgorithmIdentifier;
  readonly digest: Uint8Array;
}

// MessageImprint ::= SEQUENCE { hashAlgorithm AlgorithmIdentifier, hashedMessage OCTET STRING }

/** Reads a MessageImprint. @throws SignetError `der.*` */
export function readMessageImprint(reader: DerReader): ReceivedMessageImprint {
  const imprint = reader.sequence();
  const algorithm = readAlgorithmIdentifier(imprint);
  const digest = imprint.octetString();
  imprint.end();
  return { algorithm, digest };
}

/** A MessageImprint, to be encoded. */
export function encodeMessageImprint(imprint: MessageImprint): DerNode {
  return der.sequence(digestAlgorithm(imprint.digestAlgorithm).identifier, der.octetString(imprint.digest));
}

/** Whether a received message imprint is of the same digest by the same algorithm. */
export function sameImprint(received: ReceivedMessageImprint, expected: MessageImprint): boolean {
  return (
    digestAlgorithmOf(received.algorithm) === expected.digestAlgorithm &&
    Buffer.compare(received.digest, expected.digest) === 0
  );
}
