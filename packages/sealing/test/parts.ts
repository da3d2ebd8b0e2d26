// SPDX-License-Identifier: Apache-2.0
// The parts of the sealing path for its tests: a real key, a real PDF, real work; stores and time-stamping that remember
// what they were asked and fail when they are told to.
import { createHash, generateKeyPairSync } from 'node:crypto';
import { SignetError, uuidv7 } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import { buildCertificate, buildName, randomSerialNumber, writePkcs12 } from '@signet/pkix';
import {
  documentWork,
  type HeldDocument,
  joinProcess,
  type ProcessConfiguration,
  type ResultRecord,
  type SealingParts,
  type TimeStamping,
} from '@signet/sealing';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const certificate = buildCertificate({
  subject: buildName([
    ['C', 'PL'],
    ['O', 'Signet test'],
    ['CN', 'Path test'],
  ]),
  subjectPublicKeyInfo: publicKey.export({ format: 'der', type: 'spki' }),
  serialNumber: randomSerialNumber(),
  notBefore: new Date(Date.now() - 60_000),
  notAfter: new Date(Date.now() + 3_600_000),
  issuer: { key: privateKey },
  extensions: { keyUsage: ['nonRepudiation'] },
});
const p12 = writePkcs12({ key: privateKey, certificates: [certificate.bytes], password: 'test' });

/** The credential that every test seals with. */
export const [credential] = await openPkcs12('seal', p12, 'test').credentials();

/** A process version around that credential. */
export function processOf(
  changes: Partial<ProcessConfiguration> = {},
  timeStamping?: TimeStamping,
  key = credential!,
) {
  const configuration: ProcessConfiguration = {
    format: 1,
    process: 'invoices',
    documentFormat: 'pades',
    level: 'B-B',
    credential: 'seal',
    digestAlgorithm: 'sha256',
    pades: {},
    transfer: { document: true, hash: true },
    limits: { maxBytes: 2 ** 30, deadlineHours: 1 },
    ...changes,
  };
  return joinProcess({ configuration, version: 3, createdAt: new Date() }, key, timeStamping);
}

/** A document held in memory under a fresh job. */
export function holding(bytes: Uint8Array): HeldDocument {
  const hash = createHash('sha256').update(bytes);
  const sha256 = hash.copy().digest('hex');
  const id = uuidv7();
  return {
    document: { bytes, size: bytes.length, sha256, hash },
    lease: { tenant: 1, job: id, owner: 'test', epoch: 1 },
    job: {
      format: 1,
      id,
      tenant: 1,
      process: 'invoices',
      version: 3,
      channel: 'rest',
      transfer: 'document',
      identity: 'test',
      sha256In: sha256,
      size: bytes.length,
      deadline: new Date(Date.now() + 3_600_000),
    },
  };
}

/** What the stores were asked, in order. */
export type Told = readonly string[];

/** Parts whose stores write a log of their calls. */
export function partsOf(
  process: ReturnType<typeof processOf>,
  faults: { readonly release?: SignetError; readonly record?: SignetError } = {},
): { readonly parts: SealingParts; readonly told: string[]; readonly released: ResultRecord[] } {
  const told: string[] = [];
  const released: ResultRecord[] = [];
  let attempts = 0;
  const parts: SealingParts = {
    configure: async () => process,
    work: documentWork(),
    clock: { now: () => new Date() },
    keep: async () => null,
    jobs: {
      async recordIntention(lease, intention) {
        if (faults.record) throw faults.record;
        attempts += 1;
        told.push(`intended ${attempts} ${intention.credential}`);
        return { lease, number: attempts };
      },
      async lose(attempt, why) {
        told.push(`lost ${attempt.number} ${why.code}`);
      },
      async release(attempt, record) {
        if (faults.release) throw faults.release;
        told.push(`released ${attempt.number}`);
        released.push(record);
      },
    },
  };
  return { parts, told, released };
}

/** Time-stamping that is down. */
export const noTimeStamping: TimeStamping = {
  stamp: async () => {
    throw new SignetError('tsa.unavailable', { pool: 'standard', reasons: 'none answered' });
  },
  expectedTokenBytes: () => 4000,
};
