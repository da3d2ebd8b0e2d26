// SPDX-License-Identifier: Apache-2.0
import { type DigestAlgorithmId, digest, signatureAlgorithm } from '../algorithms/index.ts';
import { contentTypes, encodeSignedAttributes, encodeSignedData } from '../cms/index.ts';
import { contextPrimitive, type DerNode, der, encodeDer, type Oid } from '../der/index.ts';
import type { SynchronousSigner } from '../signer.ts';
import { encodeMessageImprint, type MessageImprint } from './message-imprint.ts';
import type { Accuracy } from './time-stamp-token.ts';

/** What an authority states in a token. */
export interface TimeStampInfoInput {
  readonly policy: Oid;
  readonly imprint: MessageImprint;
  /** Unique for each token of the authority (RFC 3161 §2.4.2). */
  readonly serialNumber: bigint;
  readonly genTime: Date;
  readonly accuracy?: Accuracy;
  readonly ordering?: boolean;
  /** The nonce of the request, if it had one. */
  readonly nonce?: bigint;
}

/** What a token is made of. */
export interface TimeStampTokenInput {
  readonly info: TimeStampInfoInput;
  /** DER of the authority's certificate. */
  readonly certificate: Uint8Array;
  /** DER of certificates to be carried, the authority's own among them; empty if the request did not ask for any. */
  readonly certificates: readonly Uint8Array[];
  readonly signer: SynchronousSigner;
  /** Digest over the TSTInfo; default the one of the signature algorithm. */
  readonly digestAlgorithm?: DigestAlgorithmId;
}

/**
 * Makes a time-stamp token (RFC 3161 §2.4.2): TSTInfo signed with content-type, message-digest and signing-certificate-v2
 * (RFC 5816).
 *
 * @returns DER of the ContentInfo
 */
export function buildTimeStampToken(input: TimeStampTokenInput): Uint8Array {
  const { certificate, certificates, signer } = input;
  const digestAlgorithm = input.digestAlgorithm ?? signatureAlgorithm(signer.algorithm).hash;
  const content = encodeDer(timeStampInfo(input.info));
  const signedAttributes = encodeSignedAttributes({
    contentType: contentTypes.timeStampInfo,
    messageDigest: digest(digestAlgorithm, content),
    signingCertificate: { certificate },
  });
  const signature = signer.sign(signedAttributes);
  return encodeSignedData({
    contentType: contentTypes.timeStampInfo,
    content,
    certificates,
    signer: {
      certificate,
      digestAlgorithm,
      signatureAlgorithm: signer.algorithm,
      signedAttributes,
      signature,
    },
  });
}

function timeStampInfo(info: TimeStampInfoInput): DerNode {
  return der.sequence(
    der.integer(1),
    der.oid(info.policy),
    encodeMessageImprint(info.imprint),
    der.integer(info.serialNumber),
    der.generalizedTime(info.genTime, true),
    info.accuracy === undefined ? undefined : accuracy(info.accuracy),
    der.booleanOrAbsent(info.ordering ?? false),
    info.nonce === undefined ? undefined : der.integer(info.nonce),
  );
}

function accuracy({ seconds, milliseconds, microseconds }: Accuracy): DerNode {
  return der.sequence(
    seconds === 0 ? undefined : der.integer(seconds),
    milliseconds === 0 ? undefined : der.integer(milliseconds, contextPrimitive(0)),
    microseconds === 0 ? undefined : der.integer(microseconds, contextPrimitive(1)),
  );
}
