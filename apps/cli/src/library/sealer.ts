// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { ioError, isSignetError, SignetError, systemClock } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import {
  type DocumentInput,
  documentWork,
  holdUnrecorded,
  joinProcess,
  type ProcessConfiguration,
  type ResultRecord,
  type SealingParts,
  seal,
  unrecordedJobs,
} from '@signet/sealing';
import { type AuthorityOptions, timeStampingBy } from './time-stamping.ts';
import { writeSealed } from './write-sealed.ts';

/** What `signet seal` is told. */
export interface LibrarySealerOptions {
  /** Contents of the PKCS#12 file. */
  readonly p12: Uint8Array;
  readonly password: string;
  readonly level: 'B-B' | 'B-T';
  /** Needed above B-B. */
  readonly tsa?: AuthorityOptions;
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
 * @throws SignetError `pkcs12.*`, `config.level-needs-tsa`
 */
export async function librarySealer(options: LibrarySealerOptions): Promise<LibrarySealer> {
  const [credential] = await openPkcs12('command-line', options.p12, options.password).credentials();
  if (credential === undefined) throw new TypeError('a PKCS#12 device has one credential');
  const { level, tsa } = options;
  if (level === 'B-T' && tsa === undefined) throw new SignetError('config.level-needs-tsa', { level });
  const timeStamping = level === 'B-T' && tsa !== undefined ? timeStampingBy(tsa) : undefined;
  const process = joinProcess(
    { configuration: configurationOf(options), version: 1, createdAt: systemClock.now() },
    credential,
    timeStamping,
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
      const held = holdUnrecorded(await digestFile(resolve(document)), process, 'command-line', systemClock);
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
      await timeStamping?.close();
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
    ...(options.signatureAlgorithm && { signatureAlgorithm: options.signatureAlgorithm }),
  };
}

/** Takes a file in: its digest is what the output's earlier bytes are compared with. */
async function digestFile(path: string): Promise<DocumentInput> {
  try {
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
    return { path, size: statSync(path).size, sha256: hash.digest('hex') };
  } catch (error) {
    throw isSignetError(error) ? error : ioError(path, error);
  }
}
