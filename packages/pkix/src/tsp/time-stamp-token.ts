// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { contentTypes, parseSignedData, type SignedData } from '../cms/index.ts';
import { context, contextPrimitive, type DerReader, type Oid, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type ReceivedMessageImprint, readMessageImprint } from './message-imprint.ts';
import { readExtensionTypes } from './time-stamp-request.ts';

/** How far the time of a token may be from UTC (RFC 3161 §2.4.2). */
export interface Accuracy {
  readonly seconds: number;
  /** 0 to 999 */
  readonly milliseconds: number;
  /** 0 to 999 */
  readonly microseconds: number;
}

/** The signed content of a time-stamp token (RFC 3161 §2.4.2). */
export interface TimeStampInfo {
  readonly version: number;
  readonly policy: Oid;
  readonly imprint: ReceivedMessageImprint;
  readonly serialNumber: bigint;
  /** When the authority made the token, to the millisecond. */
  readonly genTime: Date;
  /** The same as received, with all digits of its fraction. */
  readonly genTimeText: string;
  readonly accuracy: Accuracy | undefined;
  /** Whether tokens of this authority can be ordered by genTime alone, whatever the accuracy. */
  readonly ordering: boolean;
  readonly nonce: bigint | undefined;
  /** DER of the GeneralName that the authority calls itself by. */
  readonly tsa: Uint8Array | undefined;
  readonly extensions: readonly Oid[];
}

/** An RFC 3161 time-stamp token: a CMS SignedData over a TSTInfo. */
export interface TimeStampToken {
  /** DER of the token as received: what goes into a signature-time-stamp attribute or a document time-stamp. */
  readonly encoded: Uint8Array;
  readonly info: TimeStampInfo;
  readonly signedData: SignedData;
}

/**
 * Reads a time-stamp token; nothing is judged.
 *
 * @param bytes one ContentInfo
 * @param options.padding whether zero octets may follow it, as in the hole of a PDF document time-stamp
 * @throws SignetError `tsp.token-malformed`
 */
export function parseTimeStampToken(
  bytes: Uint8Array,
  options: { readonly padding?: boolean } = {},
): TimeStampToken {
  return readAs('tsp.token-malformed', () => {
    const signedData = parseSignedData(bytes, options);
    if (signedData.contentType !== contentTypes.timeStampInfo || signedData.content === undefined) {
      throw new SignetError('tsp.token-malformed', { reason: 'it is no CMS signature over a TSTInfo' });
    }
    return { encoded: signedData.encoded, info: parseTimeStampInfo(signedData.content), signedData };
  });
}

/**
 * Reads the signed content of a time-stamp token.
 *
 * ```asn1
 * TSTInfo ::= SEQUENCE { version INTEGER { v1(1) }, policy TSAPolicyId, messageImprint MessageImprint,
 *   serialNumber INTEGER, genTime GeneralizedTime, accuracy Accuracy OPTIONAL, ordering BOOLEAN DEFAULT FALSE,
 *   nonce INTEGER OPTIONAL, tsa [0] GeneralName OPTIONAL, extensions [1] IMPLICIT Extensions OPTIONAL }
 * ```
 *
 * @throws SignetError `tsp.token-malformed`
 */
export function parseTimeStampInfo(bytes: Uint8Array): TimeStampInfo {
  return readAs('tsp.token-malformed', () => {
    // DER is required (§2.4.2), but its signature is over these very octets, so BER as some authorities write it is harmless.
    const info = readOnlySequence(bytes, 'ber');
    const version = info.number();
    const policy = info.oid();
    const imprint = readMessageImprint(info);
    const serialNumber = info.bigint();
    const time = info.element(tags.generalizedTime);
    const accuracy = readAccuracy(info.enterOptional(tags.sequence));
    const ordering = info.booleanOrFalse();
    const nonce = info.is(tags.integer) ? info.bigint() : undefined;
    const tsa = info.explicit(0)?.next().bytes;
    const extensions = readExtensionTypes(info.enterOptional(context(1)));
    info.end();
    const genTimeText = Buffer.from(time.content).toString('latin1');
    return {
      version,
      policy,
      imprint,
      serialNumber,
      genTime: time.time(),
      genTimeText,
      accuracy,
      ordering,
      nonce,
      tsa,
      extensions,
    };
  });
}

// Accuracy ::= SEQUENCE { seconds INTEGER OPTIONAL, millis [0] INTEGER (1..999) OPTIONAL, micros [1] INTEGER (1..999) OPTIONAL }
function readAccuracy(reader: DerReader | undefined): Accuracy | undefined {
  if (reader === undefined) return undefined;
  const seconds = reader.is(tags.integer) ? reader.number() : 0;
  const milliseconds = reader.is(contextPrimitive(0)) ? reader.number(contextPrimitive(0)) : 0;
  const microseconds = reader.is(contextPrimitive(1)) ? reader.number(contextPrimitive(1)) : 0;
  reader.end();
  return { seconds, milliseconds, microseconds };
}
