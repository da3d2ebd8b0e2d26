// SPDX-License-Identifier: Apache-2.0
import { type BitString, type DerReader, der, encodeDer, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';

const statusNames = [
  'granted',
  'grantedWithMods',
  'rejection',
  'waiting',
  'revocationWarning',
  'revocationNotification',
] as const;

/** `PKIStatus` by name (RFC 3161 §2.4.2). */
export type TimeStampStatus = (typeof statusNames)[number];

const failureBits = {
  badAlg: 0,
  badRequest: 2,
  badDataFormat: 5,
  timeNotAvailable: 14,
  unacceptedPolicy: 15,
  unacceptedExtension: 16,
  addInfoNotAvailable: 17,
  systemFailure: 25,
} as const;

/** `PKIFailureInfo` by name (RFC 3161 §2.4.2). */
export type TimeStampFailure = keyof typeof failureBits;

/** A TimeStampResp as received (RFC 3161 §2.4.2). */
export interface TimeStampResponse {
  /** undefined for a number that the standard does not define. */
  readonly status: TimeStampStatus | undefined;
  readonly statusCode: number;
  /** What the authority says in words; from outside, not to be trusted as markup. */
  readonly statusText: readonly string[];
  /** The failure bits that are set and that the standard defines. */
  readonly failures: readonly TimeStampFailure[];
  /** DER of the time-stamp token as received. Not parsed. */
  readonly token: Uint8Array | undefined;
}

/**
 * Reads the answer of a time-stamping authority; nothing is judged.
 *
 * ```asn1
 * TimeStampResp ::= SEQUENCE { status PKIStatusInfo, timeStampToken ContentInfo OPTIONAL }
 * PKIStatusInfo ::= SEQUENCE {
 *   status PKIStatus, statusString PKIFreeText OPTIONAL, failInfo PKIFailureInfo OPTIONAL }
 * ```
 *
 * @throws SignetError `tsp.malformed`
 */
export function parseTimeStampResponse(bytes: Uint8Array): TimeStampResponse {
  return readAs('tsp.malformed', () => {
    // The token inside is CMS, which may be BER.
    const response = readOnlySequence(bytes, 'ber');
    const info = response.sequence();
    const statusCode = info.number();
    const statusText = readFreeText(info.enterOptional(tags.sequence));
    const failures = info.is(tags.bitString) ? failuresOf(info.bitString()) : [];
    info.end();
    const token = response.atEnd ? undefined : response.element(tags.sequence).bytes;
    response.end();
    return { status: statusNames[statusCode], statusCode, statusText, failures, token };
  });
}

/** What a response says when it carries a token, or why it does not. */
export type TimeStampResponseInput =
  | {
      readonly status: 'granted' | 'grantedWithMods';
      /** DER of the time-stamp token. */
      readonly token: Uint8Array;
    }
  | {
      readonly status: 'rejection' | 'waiting' | 'revocationWarning' | 'revocationNotification';
      readonly failure?: TimeStampFailure;
      readonly text?: string;
    };

/** Encodes a TimeStampResp (RFC 3161 §2.4.2). */
export function encodeTimeStampResponse(input: TimeStampResponseInput): Uint8Array {
  const status = der.integer(statusNames.indexOf(input.status));
  if ('token' in input) return encodeDer(der.sequence(der.sequence(status), input.token));
  const text = input.text === undefined ? undefined : der.sequence(der.utf8String(input.text));
  const failure = input.failure === undefined ? undefined : der.namedBits([failureBits[input.failure]]);
  return encodeDer(der.sequence(der.sequence(status, text, failure)));
}

// PKIFreeText ::= SEQUENCE SIZE (1..MAX) OF UTF8String (RFC 4210 §5.1.1)
function readFreeText(reader: DerReader | undefined): string[] {
  const texts: string[] = [];
  while (reader !== undefined && !reader.atEnd) texts.push(reader.text());
  return texts;
}

function failuresOf({ bytes }: BitString): TimeStampFailure[] {
  return Object.entries(failureBits)
    .filter(([, bit]) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0)
    .map(([name]) => name as TimeStampFailure);
}
