// SPDX-License-Identifier: Apache-2.0
import { type DerNode, type DerReader, der, type Oid, tags } from '../der/index.ts';

/**
 * `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY DEFINED BY algorithm OPTIONAL }`
 * (RFC 5280 §4.1.1.2), as received.
 */
export interface AlgorithmIdentifier {
  readonly oid: Oid;
  /** The whole element of the parameters; undefined if they are absent. */
  readonly parameters: Uint8Array | undefined;
  /** The whole SEQUENCE. */
  readonly bytes: Uint8Array;
}

/** Reads the next element as AlgorithmIdentifier; `tag` stands for an IMPLICIT tag. @throws SignetError `der.*` */
export function readAlgorithmIdentifier(reader: DerReader, tag: number = tags.sequence): AlgorithmIdentifier {
  const start = reader.offset;
  const rest = reader.rest;
  const inside = reader.sequence(tag);
  const oid = inside.oid();
  const parameters = inside.atEnd ? undefined : inside.next().bytes;
  inside.end();
  return { oid, parameters, bytes: rest.subarray(0, reader.offset - start) };
}

/** An AlgorithmIdentifier to be written. */
export function algorithmIdentifier(oid: Oid, parameters?: DerNode | Uint8Array): DerNode {
  return der.sequence(der.oid(oid), parameters);
}

/** Whether parameters are absent or NULL: readers must take both for hashes and RSA (RFC 5754 §2, RFC 4055 §5). */
export function withoutParameters({ parameters }: AlgorithmIdentifier): boolean {
  return (
    parameters === undefined ||
    (parameters.length === 2 && parameters[0] === tags.null && parameters[1] === 0)
  );
}
