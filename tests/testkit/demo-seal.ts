// SPDX-License-Identifier: Apache-2.0
// The library path with the demo's PKI: what the command line does, in one process, for suites that seal by the hundred.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Clock, systemClock } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import { DemoPki, demoPkiUrls, type KeyFamily } from '@signet/qtsp';
import {
  type AugmentedPdf,
  augmentPdf,
  type DocumentInput,
  documentWork,
  holdUnrecorded,
  joinProcess,
  type ProcessConfiguration,
  type SealLevel,
  seal,
  type TimeStamping,
  unrecordedJobs,
  type ValidationDataCollecting,
} from '@signet/sealing';
import { inProcessTimeStamps, inProcessValidationData } from './demo-services.ts';

/** Makes a demo PKI for a suite. */
export function demoPkiIn(
  directory: string,
  families: readonly KeyFamily[] = ['p256'],
  base = 'http://127.0.0.1:18999',
  clock: Clock = systemClock,
): Promise<DemoPki> {
  return DemoPki.create({ directory, families, urls: demoPkiUrls(base), clock });
}

/** What a suite seals with. */
export interface DemoSealer {
  /** The sealed document. @throws SignetError why it was refused */
  seal(bytes: Uint8Array): Promise<Buffer>;
  /** The augmented document. @throws SignetError why it was refused */
  augment(
    bytes: Uint8Array,
    level: Exclude<SealLevel, 'B-B'>,
    vri?: boolean,
  ): Promise<AugmentedPdf & { output: Buffer }>;
  close(): Promise<void>;
}

/** How a suite seals. */
export interface DemoSealerOptions {
  readonly credential?: string;
  readonly level?: SealLevel;
  readonly algorithm?: string;
  readonly vri?: boolean;
  readonly timeStamping?: TimeStamping;
  readonly validationData?: ValidationDataCollecting;
}

/** A sealer with a credential of the demo PKI. */
export async function demoSealer(pki: DemoPki, options: DemoSealerOptions = {}): Promise<DemoSealer> {
  const { credential: name = 'seal-p256', level = 'B-T', algorithm } = options;
  const { timeStamping = inProcessTimeStamps(pki), validationData = inProcessValidationData(pki) } = options;
  const [credential] = await openPkcs12(
    name,
    readFileSync(pki.pkcs12File(name)),
    readFileSync(pki.pkcs12PasswordFile, 'utf8'),
  ).credentials();
  const configuration: ProcessConfiguration = {
    format: 1,
    process: 'suite',
    documentFormat: 'pades',
    level,
    credential: name,
    digestAlgorithm: 'sha256',
    pades: { reason: 'Sealed by a test' },
    transfer: { document: true, hash: false },
    limits: { maxBytes: 2 ** 30, deadlineHours: 1 },
    ...(algorithm && { signatureAlgorithm: algorithm }),
    ...(options.vri && { validationData: { vri: true } }),
  };
  const version = { configuration, version: 1, createdAt: systemClock.now() };
  const process = joinProcess(
    version,
    credential!,
    level === 'B-B' ? undefined : timeStamping,
    level === 'B-LT' || level === 'B-LTA' ? validationData : undefined,
  );
  const work = documentWork({ inlineBytes: 2 ** 30, inlineObjects: 2 ** 30 });
  return {
    async seal(bytes) {
      const held = holdUnrecorded(inputOf(bytes), process, 'suite', systemClock);
      const parts = {
        jobs: unrecordedJobs,
        work,
        clock: systemClock,
        keep: async () => null,
        configure: async () => process,
      };
      const { appended } = await seal(held, parts);
      return Buffer.concat([bytes, appended]);
    },
    async augment(bytes, wanted, vri = false) {
      const parts = { work, timeStamping, validationData, keep: async () => null };
      const augmented = await augmentPdf(inputOf(bytes), { level: wanted, vri }, parts);
      return { ...augmented, output: Buffer.concat([bytes, augmented.appended]) };
    },
    close: () => work.close(),
  };
}

function inputOf(bytes: Uint8Array): DocumentInput {
  return { bytes, size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
