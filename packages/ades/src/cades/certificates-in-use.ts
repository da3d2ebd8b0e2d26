// SPDX-License-Identifier: Apache-2.0
import {
  parseReceivedSignature,
  type ReceivedSignature,
  type ReceivedTimeStamp,
  signatureTimeStamps,
} from './received-signature.ts';

/** A certificate that a signature or time-stamp relies on: its validity when it was used has to be provable later. */
export interface CertificateInUse {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER of the certificates that came with it. */
  readonly candidates: readonly Uint8Array[];
  /** The earliest time at which the use is proven. */
  readonly usedAt: Date;
}

/**
 * The certificates of a signature with a signature time-stamp: its signer's, and those of its authorities.
 *
 * @param cms DER of a SignedData with one signer
 * @throws SignetError `cms.*`, `ades.signed-data-unsuitable`
 */
export function certificatesInUse(cms: Uint8Array): readonly CertificateInUse[] {
  const received = parseReceivedSignature(cms);
  const stamps = signatureTimeStamps(received);
  const proofs = stamps.flatMap(genTimeOf);
  const authorities = stamps.flatMap(authorityInUse);
  return [...signerInUse(received, proofs), ...authorities];
}

/** The signer of a signature, which existed at the earliest of the times that prove it; empty without any. */
export function signerInUse(
  { certificate, signedData }: ReceivedSignature,
  proofs: readonly Date[],
): readonly CertificateInUse[] {
  if (certificate === undefined || proofs.length === 0) return [];
  const usedAt = new Date(Math.min(...proofs.map((time) => time.getTime())));
  return [{ certificate: certificate.bytes, candidates: signedData.certificates, usedAt }];
}

/** The authority of a time-stamp; empty if that is not good. */
export function authorityInUse(stamp: ReceivedTimeStamp): readonly CertificateInUse[] {
  if (!stamp.good) return [];
  const { certificate, token } = stamp;
  return [
    {
      certificate: certificate.bytes,
      candidates: token.signedData.certificates,
      usedAt: token.info.genTime,
    },
  ];
}

/** The time that a time-stamp tells; empty if it is not good. */
export function genTimeOf(stamp: ReceivedTimeStamp): readonly Date[] {
  return stamp.good ? [stamp.token.info.genTime] : [];
}
