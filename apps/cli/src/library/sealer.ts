// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import {
  documentWork,
  holdUnrecorded,
  joinProcess,
  type ProcessConfiguration,
  type ResultRecord,
  type SealingParts,
  type SealLevel,
  seal,
  unrecordedJobs,
} from '@signet/sealing';
import { digestFile } from './document-file.ts';
import type { Services } from './services.ts';
import { writeSealed } from './write-sealed.ts';

/** What `signet seal` is told. */
export interface LibrarySealerOptions {
  /** Contents of the PKCS#12 file. */
  readonly p12: Uint8Array;
  readonly password: string;
  readonly level: SealLevel;
  /** What the level takes. The sealer closes them. */
  readonly services: Services;
  readonly vri: boolean;
  readonly pades: ProcessConfiguration['pades'];
  readonly signatureAlgorithm?: string;
}

/** Seals files one after the other with one key. */
export interface LibrarySealer {
  /**
   * Seals `document` into the new file `out`.
   *
   * @throws SignetError why it was not sealed; then there is no `out`
   */
  sealFile(document: string, out: string): Promise<ResultRecord>;
  close(): Promise<void>;
}

/**
 * The sealing path without any server: the same `seal` that a server runs, with stores that remember nothing.
 *
 * @throws SignetError `pkcs12.*`
 */
export async function librarySealer(options: LibrarySealerOptions): Promise<LibrarySealer> {
  const [credential] = await openPkcs12('command-line', options.p12, options.password).credentials();
  if (credential === undefined) throw new TypeError('a PKCS#12 device has one credential');
  const { timeStamping, validationData } = options.services;
  const process = joinProcess(
    { configuration: configurationOf(options), version: 1, createdAt: systemClock.now() },
    credential,
    timeStamping,
    validationData,
  );
  const work = documentWork();
  const parts: Omit<SealingParts, 'keep'> = {
    configure: async () => process,
    work,
    clock: systemClock,
    jobs: unrecordedJobs,
  };
  return {
    async sealFile(document, out) {
      const held = holdUnrecorded(await digestFile(document), process, 'command-line', systemClock);
      const written = await writeSealed(document, out);
      try {
        const { record } = await seal(held, { ...parts, keep: (_, appended) => written.append(appended) });
        await written.release();
        return record;
      } finally {
        await written.discard();
      }
    },
    async close() {
      await options.services.close();
      await work.close();
    },
  };
}

function configurationOf(options: LibrarySealerOptions): ProcessConfiguration {
  return {
    format: 1,
    process: 'command-line',
    documentFormat: 'pades',
    level: options.level,
    credential: 'command-line',
    digestAlgorithm: 'sha256',
    pades: options.pades,
    transfer: { document: true, hash: false },
    limits: { maxBytes: 2 ** 40, deadlineHours: 1 },
    ...(options.vri && { validationData: { vri: true } }),
    ...(options.signatureAlgorithm && { signatureAlgorithm: options.signatureAlgorithm }),
  };
}
