// SPDX-License-Identifier: Apache-2.0
// The library path with the demo's PKI: what the command line does, in one process, for suites that seal by the hundred.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemClock, uuidv7 } from '@signet/base';
import { openPkcs12 } from '@signet/devices/pkcs12';
import { encodeTimeStampRequest, judgeTimeStampResponse } from '@signet/pkix';
import {
  answerTimeStampRequest,
  DemoPki,
  demoPkiUrls,
  demoTimeStampingAuthority,
  type KeyFamily,
} from '@signet/qtsp';
import {
  documentWork,
  holdUnrecorded,
  joinProcess,
  type ProcessConfiguration,
  seal,
  type TimeStamping,
  unrecordedJobs,
} from '@signet/sealing';

/** Makes a demo PKI for a suite. */
export function demoPkiIn(directory: string, families: readonly KeyFamily[] = ['p256']): Promise<DemoPki> {
  return DemoPki.create({
    directory,
    families,
    urls: demoPkiUrls('http://127.0.0.1:18999'),
    clock: systemClock,
  });
}

/** The demo's time-stamping authority without a network between. */
function inProcessTimeStamps(pki: DemoPki): TimeStamping {
  const authority = demoTimeStampingAuthority(pki);
  return {
    expectedTokenBytes: () => 4000,
    async stamp(digest) {
      const imprint = { digestAlgorithm: 'sha256', digest } as const;
      const nonce = BigInt(`0x${createHash('sha256').update(uuidv7()).digest('hex').slice(0, 16)}`);
      const request = encodeTimeStampRequest({ imprint, nonce, certReq: true });
      const { response } = answerTimeStampRequest(request, authority, systemClock);
      const { token } = judgeTimeStampResponse(response, { imprint, nonce, certReq: true });
      return { token: token.encoded, genTime: token.info.genTime };
    },
  };
}

/** What a suite seals with. */
export interface DemoSealer {
  /** The sealed document. @throws SignetError why it was refused */
  seal(bytes: Uint8Array): Promise<Buffer>;
  close(): Promise<void>;
}

/** A sealer with a credential of the demo PKI. */
export async function demoSealer(
  pki: DemoPki,
  options: { credential?: string; level?: 'B-B' | 'B-T'; algorithm?: string } = {},
): Promise<DemoSealer> {
  const { credential: name = 'seal-p256', level = 'B-T', algorithm } = options;
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
  };
  const version = { configuration, version: 1, createdAt: systemClock.now() };
  const process = joinProcess(version, credential!, level === 'B-T' ? inProcessTimeStamps(pki) : undefined);
  const work = documentWork({ inlineBytes: 2 ** 30, inlineObjects: 2 ** 30 });
  return {
    async seal(bytes) {
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const held = holdUnrecorded({ bytes, size: bytes.length, sha256 }, process, 'suite', systemClock);
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
    close: () => work.close(),
  };
}
