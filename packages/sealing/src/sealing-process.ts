// SPDX-License-Identifier: Apache-2.0

import { cmsBytes } from '@signet/ades/cades';
import { SignetError } from '@signet/base';
import type { SigningCredential } from '@signet/devices';
import { type Certificate, parseCertificate, type SignatureAlgorithmId } from '@signet/pkix';
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

/** A process version with its parts found: all that one seal needs, frozen. */
export interface SealingProcess extends ProcessVersion {
  readonly credential: SigningCredential;
  /** The credential's signing certificate, parsed once. */
  readonly certificate: Certificate;
  readonly algorithm: SignatureAlgorithmId;
  /** Present at B-T and above. */
  readonly timeStamping: TimeStamping | undefined;
}

/** Room left in every hole for tokens and certificates that grow from one day to the next. */
const margin = 512;

/**
 * Joins a stored version with the parts it names.
 *
 * @throws SignetError `seal.credential-unfit` if the credential cannot make the algorithm that the process asks for
 */
export function joinProcess(
  version: ProcessVersion,
  credential: SigningCredential,
  timeStamping: TimeStamping | undefined,
): SealingProcess {
  const wanted = version.configuration.signatureAlgorithm;
  const algorithm =
    wanted === undefined ? credential.algorithms[0] : credential.algorithms.find((id) => id === wanted);
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
    timeStamping,
  });
}

/** Bytes of CMS to reserve in /Contents: the real chain, the last seen token of the authority, and some room. */
export function reservedBytes(process: SealingProcess): number {
  const token = process.timeStamping?.expectedTokenBytes() ?? 0;
  const { certificates } = process.credential;
  return cmsBytes({ certificates, algorithm: process.algorithm }) + token + margin;
}
