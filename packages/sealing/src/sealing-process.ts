// SPDX-License-Identifier: Apache-2.0

import { reachesLevel } from '@signet/ades';
import { type CertificateInUse, estimateCmsBytes } from '@signet/ades/cades';
import type { SecurityStore } from '@signet/ades/pades';
import { SignetError } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import {
  type Certificate,
  parseCertificate,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '@signet/pkix';
import type { ProcessVersion } from './process-configuration.ts';

/** Time-stamp tokens from the pool that a process names. */
export interface TimeStamping {
  /**
   * A token over the imprint (SHA-256 of a signature value), checked: imprint, nonce, policy, EKU, signature.
   *
   * @throws SignetError `tsa.unavailable` if no authority of the pool gave a good one
   */
  stamp(
    imprint: Uint8Array,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly token: Uint8Array; readonly genTime: Date }>;
  /** Size in bytes of the last token seen from the authority that will be asked, or a cautious guess. */
  expectedTokenBytes(): number;
}

/** Validation data from the services that certificates name, as far as the hosts are configured. */
export interface ValidationDataCollecting {
  /**
   * What proves that certificates were valid when they were used: paths to a trust anchor, and a revocation value for each
   * certificate below it.
   *
   * @param held values that the document carries already
   * @throws SignetError `trust.no-path`, `trust.certificate-revoked`, `trust.revocation-…`
   */
  collect(
    inUse: readonly CertificateInUse[],
    held: SecurityStore | undefined,
    signal: AbortSignal | undefined,
  ): Promise<SecurityStore>;
}

/** A process version with its parts found: all that one seal needs, frozen. */
export interface SealingProcess extends ProcessVersion {
  readonly credential: SigningCredential;
  /** The credential's signing certificate, parsed once. */
  readonly certificate: Certificate;
  readonly algorithm: SignatureAlgorithmId;
  /** Size in bytes of its signatures at B-B, at most; taken once, since it depends on nothing else. */
  readonly baselineBytes: number;
  /** Present at B-T and above. */
  readonly timeStamping: TimeStamping | undefined;
  /** Present at B-LT and above. */
  readonly validationData: ValidationDataCollecting | undefined;
}

/** Room left in every hole for tokens and certificates that grow from one day to the next. */
const margin = 512;

/** What the unsigned attribute around a token adds: object identifier, SET, and longer lengths further out. */
const attributeBytes = 48;

/**
 * Joins a stored version with the parts it names.
 *
 * @throws SignetError `seal.credential-unfit` if the credential cannot make the algorithm that the process asks for,
 *   `seal.level-unprovided` if B-LT or B-LTA is wanted without what it takes
 */
export function joinProcess(
  version: ProcessVersion,
  credential: SigningCredential,
  timeStamping: TimeStamping | undefined,
  validationData?: ValidationDataCollecting,
): SealingProcess {
  const { signatureAlgorithm: wanted, digestAlgorithm, level } = version.configuration;
  if (reachesLevel(level, 'B-LT') && (timeStamping === undefined || validationData === undefined)) {
    throw new SignetError('seal.level-unprovided', { level });
  }
  // A CMS signature has one digest for content and attributes (RFC 5754 §2): the document's decides.
  const algorithm = credential.algorithms.find(
    (id) => (wanted === undefined || id === wanted) && signatureAlgorithm(id).hash === digestAlgorithm,
  );
  const [signer] = credential.certificates;
  if (algorithm === undefined || signer === undefined) {
    throw new SignetError('seal.credential-unfit', {
      credential: credential.name,
      algorithm: wanted ?? 'any',
    });
  }
  return Object.freeze({
    ...version,
    credential,
    certificate: parseCertificate(signer),
    algorithm,
    baselineBytes: estimateCmsBytes({ certificates: credential.certificates, algorithm, tokenBytes: 0 }),
    timeStamping,
    validationData,
  });
}

/** Bytes of CMS that a seal of this process needs: the real chain, and the last seen token of its authority. */
export function neededBytes(process: SealingProcess): number {
  return withTimeStamp(process.baselineBytes, process);
}

/** Size in bytes that a B-B signature will have with the time-stamp that this process adds. */
export function bytesWithTimeStamp(signed: Uint8Array, process: SealingProcess): number {
  return withTimeStamp(signed.length, process);
}

function withTimeStamp(bytes: number, { timeStamping }: SealingProcess): number {
  const token = timeStamping?.expectedTokenBytes() ?? 0;
  return token === 0 ? bytes : bytes + token + attributeBytes;
}

/** Bytes of CMS to reserve in /Contents. */
export function reservedBytes(process: SealingProcess): number {
  return neededBytes(process) + margin;
}
