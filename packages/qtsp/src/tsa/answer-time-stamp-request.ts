// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { type Clock, isSignetError } from '@signet/base';
import {
  type Accuracy,
  buildTimeStampToken,
  type DigestAlgorithmId,
  digestAlgorithm,
  digestAlgorithmOf,
  encodeTimeStampResponse,
  type Oid,
  parseTimeStampRequest,
  type SynchronousSigner,
  type TimeStampFailure,
  type TimeStampRequest,
} from '@signet/pkix';

/** A time-stamping authority: certificate, key and what it promises. */
export interface TimeStampingAuthority {
  /** DER of its certificate (RFC 3161 §2.3: for time-stamping alone). */
  readonly certificate: Uint8Array;
  /** DER of the certificates between it and the trust anchor, for requests that ask for certificates. */
  readonly issuers: readonly Uint8Array[];
  readonly signer: SynchronousSigner;
  readonly policy: TimeStampPolicy;
}

/** The policy under which tokens are issued. */
export interface TimeStampPolicy {
  readonly oid: Oid;
  /** Digests that may be time-stamped; default SHA-2 and SHA-3 with at least 256 bits. */
  readonly digestAlgorithms?: readonly DigestAlgorithmId[];
  readonly accuracy?: Accuracy;
}

/** An answer, and what the authority records of it. */
export interface TimeStampAnswer {
  /** DER of the TimeStampResp, to be sent as `application/timestamp-reply`. */
  readonly response: Uint8Array;
  /** Serial number of the token, if one was issued. */
  readonly serialNumber: bigint | undefined;
  /** Why none was issued. */
  readonly failure: TimeStampFailure | undefined;
}

const usualDigests: readonly DigestAlgorithmId[] = [
  'sha256',
  'sha384',
  'sha512',
  'sha3-256',
  'sha3-384',
  'sha3-512',
];

/**
 * Answers a time-stamp request (RFC 3161 §2.4). Every request gets an answer: one that cannot be served is rejected with the
 * failure that the standard has for it, so nothing is thrown for what a client sent.
 *
 * @param request DER of the TimeStampReq
 */
export function answerTimeStampRequest(
  request: Uint8Array,
  authority: TimeStampingAuthority,
  clock: Clock,
): TimeStampAnswer {
  const read = readRequest(request);
  if (read === undefined) return rejection('badDataFormat', 'The request cannot be read.');
  const { policy } = authority;
  const algorithm = digestAlgorithmOf(read.imprint.algorithm);
  if (read.version !== 1) return rejection('badRequest', 'Only version 1 is known.');
  if (algorithm === undefined || !(policy.digestAlgorithms ?? usualDigests).includes(algorithm)) {
    return rejection('badAlg', 'The digest algorithm is not accepted.');
  }
  if (read.imprint.digest.length !== digestAlgorithm(algorithm).length) {
    return rejection('badDataFormat', 'The digest does not have the length of its algorithm.');
  }
  if (read.policy !== undefined && read.policy !== policy.oid) {
    return rejection('unacceptedPolicy', 'The policy is not offered.');
  }
  if (read.extensions.length > 0) return rejection('unacceptedExtension', 'Extensions are not offered.');
  return issued(read, algorithm, authority, clock.now());
}

function readRequest(bytes: Uint8Array): TimeStampRequest | undefined {
  try {
    return parseTimeStampRequest(bytes);
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}

function issued(
  request: TimeStampRequest,
  algorithm: DigestAlgorithmId,
  { certificate, issuers, signer, policy }: TimeStampingAuthority,
  genTime: Date,
): TimeStampAnswer {
  const serialNumber = newSerialNumber();
  const { nonce } = request;
  const token = buildTimeStampToken({
    info: {
      policy: policy.oid,
      imprint: { digestAlgorithm: algorithm, digest: request.imprint.digest },
      serialNumber,
      genTime,
      ...(policy.accuracy === undefined ? {} : { accuracy: policy.accuracy }),
      ...(nonce === undefined ? {} : { nonce }),
    },
    certificate,
    certificates: request.certReq ? [certificate, ...issuers] : [],
    signer,
  });
  return {
    response: encodeTimeStampResponse({ status: 'granted', token }),
    serialNumber,
    failure: undefined,
  };
}

/** 128 random bits: unique without a counter that would have to survive every crash (§2.4.2). */
function newSerialNumber(): bigint {
  return BigInt(`0x${randomBytes(16).toString('hex')}`);
}

function rejection(failure: TimeStampFailure, text: string): TimeStampAnswer {
  return {
    response: encodeTimeStampResponse({ status: 'rejection', failure, text }),
    serialNumber: undefined,
    failure,
  };
}
