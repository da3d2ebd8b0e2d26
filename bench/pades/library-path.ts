// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import type { Clock } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import {
  documentWork,
  holdUnrecorded,
  joinProcess,
  type SealedDocument,
  type SealingParts,
  type SealingProcess,
  seal,
  unrecordedJobs,
} from '@signet/sealing';
import type { BenchKey } from './keys.ts';

/**
 * A clock that goes on by a second at each look: no two documents have the same signed attributes, so that nothing that was
 * remembered of one (RSA PKCS#1 v1.5 gives equal values for equal data) makes the next cheaper than it is in life.
 */
const steppingClock: Clock = (() => {
  let seconds = Math.floor(Date.now() / 1000);
  return {
    now() {
      seconds += 1;
      return new Date(seconds * 1000);
    },
  };
})();

/** The sealing path over a library's parts: nothing is stored, everything else is as in the programs. */
const parts: Omit<SealingParts, 'configure'> = {
  jobs: unrecordedJobs,
  work: documentWork({ inlineBytes: 2 ** 24 }),
  clock: steppingClock,
  keep: async () => null,
};

/** A process that makes invisible PAdES B-B seals with a key. */
export async function baselineProcess(key: BenchKey): Promise<SealingProcess> {
  const [credential] = await openPkcs12('bench', key.p12, key.password).credentials();
  if (credential === undefined) throw new TypeError('a PKCS#12 device has one credential');
  const configuration = {
    format: 1,
    process: 'bench',
    documentFormat: 'pades',
    level: 'B-B',
    credential: 'bench',
    digestAlgorithm: 'sha256',
    signatureAlgorithm: key.algorithm,
    pades: {},
    transfer: { document: true, hash: false },
    limits: { maxBytes: 2 ** 30, deadlineHours: 1 },
  } as const;
  return joinProcess({ version: 1, createdAt: new Date(), configuration }, credential, undefined);
}

/**
 * Sealing one document: hashed as it arrives, then the whole path to the checked output, which is the document followed by
 * what was appended to it.
 */
export function sealing(bytes: Uint8Array, process: SealingProcess): () => Promise<SealedDocument> {
  const configure = async () => process;
  return () => {
    const hash = createHash('sha256').update(bytes);
    const sha256 = hash.copy().digest('hex');
    const document = { bytes, size: bytes.length, sha256, hash };
    return seal(holdUnrecorded(document, process, 'bench', parts.clock), { ...parts, configure });
  };
}

/** Ends the threads of the path, if a document was large enough to need some. */
export function closeLibraryPath(): Promise<void> {
  return parts.work.close();
}
