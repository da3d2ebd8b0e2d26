// SPDX-License-Identifier: Apache-2.0
import { context, type DerReader, der, encodeDer, type Oid, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import {
  encodeMessageImprint,
  type MessageImprint,
  type ReceivedMessageImprint,
  readMessageImprint,
} from './message-imprint.ts';

/** What a time-stamp is asked for. */
export interface TimeStampRequestInput {
  readonly imprint: MessageImprint;
  /** A number never used before, so that an old answer cannot be played again; 64 random bits are usual. */
  readonly nonce?: bigint;
  /** Policy under which the token is to be issued; default: the authority's own. */
  readonly policy?: Oid;
  /** Whether the token is to hold the certificate of the authority; default true. */
  readonly certReq?: boolean;
}

/** A TimeStampReq as received (RFC 3161 §2.4.1). */
export interface TimeStampRequest {
  readonly version: number;
  readonly imprint: ReceivedMessageImprint;
  readonly policy: Oid | undefined;
  readonly nonce: bigint | undefined;
  readonly certReq: boolean;
  /** OIDs of the request's extensions; none is defined by RFC 3161. */
  readonly extensions: readonly Oid[];
}

/**
 * Encodes a request for a time-stamp.
 *
 * ```asn1
 * TimeStampReq ::= SEQUENCE { version INTEGER { v1(1) }, messageImprint MessageImprint, reqPolicy TSAPolicyId OPTIONAL,
 *   nonce INTEGER OPTIONAL, certReq BOOLEAN DEFAULT FALSE, extensions [0] IMPLICIT Extensions OPTIONAL }
 * ```
 *
 * @returns DER, to be sent as `application/timestamp-query` (RFC 3161 §3.4)
 */
export function encodeTimeStampRequest(input: TimeStampRequestInput): Uint8Array {
  return encodeDer(
    der.sequence(
      der.integer(1),
      encodeMessageImprint(input.imprint),
      input.policy === undefined ? undefined : der.oid(input.policy),
      input.nonce === undefined ? undefined : der.integer(input.nonce),
      der.booleanOrAbsent(input.certReq ?? true),
    ),
  );
}

/**
 * Reads a request for a time-stamp, as the authority gets it; nothing is judged.
 *
 * @throws SignetError `tsp.request-malformed`
 */
export function parseTimeStampRequest(bytes: Uint8Array): TimeStampRequest {
  return readAs('tsp.request-malformed', () => {
    const request = readOnlySequence(bytes);
    const version = request.number();
    const imprint = readMessageImprint(request);
    const policy = request.is(tags.oid) ? request.oid() : undefined;
    const nonce = request.is(tags.integer) ? request.bigint() : undefined;
    // Some clients encode the default FALSE; nothing is signed here, so that does no harm.
    const certReq = request.booleanOrFalse();
    const extensions = readExtensionTypes(request.enterOptional(context(0)));
    request.end();
    return { version, imprint, policy, nonce, certReq, extensions };
  });
}

/** The types of the extensions that a reader at the inside of an Extensions value holds. @throws SignetError `der.*` */
export function readExtensionTypes(reader: DerReader | undefined): Oid[] {
  const types: Oid[] = [];
  while (reader !== undefined && !reader.atEnd) types.push(reader.sequence().oid());
  return types;
}
