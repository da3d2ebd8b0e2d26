// SPDX-License-Identifier: Apache-2.0
// PAdES on one core, check included: generated documents of 10 kB, 100 kB and 1 MB, both kinds of cross-reference.
import { createHash, hash, sign, verify } from 'node:crypto';
import { openPkcs12 } from '@signet/devices/pkcs12';
import { nodeSignatureOptions } from '@signet/pkix';
import { documentWork, joinProcess, type SealingParts, type SealingProcess, seal } from '@signet/sealing';
import { print } from '../main.ts';
import { type Case, measure } from '../measure.ts';
import { benchInputs } from './inputs.ts';
import { type BenchKey, benchKeys } from './keys.ts';

const json = process.argv.includes('--json');
const quick = process.argv.includes('--quick');
const effort = quick ? { rounds: 3, seconds: 0.3 } : { rounds: 9, seconds: 0.6 };

const parts: Omit<SealingParts, 'configure'> = {
  jobs: {
    recordIntention: async (lease) => ({ lease, number: 1 }),
    lose: async () => undefined,
    release: async () => undefined,
  },
  work: documentWork({ inlineBytes: 2 ** 24 }),
  clock: { now: () => new Date() },
  keep: async () => null,
};

/** What sealing one document costs, from its bytes to the bytes of the sealed one, checked. */
function sealing(bytes: Uint8Array, process: SealingProcess): () => Promise<Uint8Array> {
  return async () => {
    const state = createHash('sha256').update(bytes);
    const sha256 = state.copy().digest('hex');
    const id = '00000000-0000-7000-8000-000000000000';
    const { appended } = await seal(
      {
        document: { bytes, size: bytes.length, sha256, hash: state },
        lease: { tenant: 1, job: id, owner: 'bench', epoch: 1 },
        job: {
          format: 1,
          id,
          tenant: 1,
          process: 'bench',
          version: 1,
          channel: 'rest',
          transfer: 'document',
          identity: 'bench',
          sha256In: sha256,
          size: bytes.length,
          deadline: new Date(),
        },
      },
      { ...parts, configure: async () => process },
    );
    return Buffer.concat([bytes, appended]);
  };
}

/** What no program can avoid: the document hashed to sign and to check, one signature, one verification. */
function limit(bytes: Uint8Array, key: BenchKey): () => void {
  const attributes = Buffer.alloc(220, 7);
  const { digest, options } = nodeSignatureOptions(key.algorithm);
  return () => {
    hash('sha256', bytes, 'buffer');
    const value = sign(digest, attributes, { key: key.privateKey, ...options });
    hash('sha256', bytes, 'buffer');
    verify(digest, attributes, { key: key.publicKey, ...options }, value);
  };
}

if (!json)
  process.stdout.write(
    `${'case'.padEnd(34)}${['docs/s', 'limit/s', 'ratio', 'p50 ms', 'p99 ms', 'RSS MB'].map((head) => head.padStart(10)).join('')}\n`,
  );
for (const key of await benchKeys()) {
  const [credential] = await openPkcs12('bench', key.p12, key.password).credentials();
  const process = joinProcess(
    {
      version: 1,
      createdAt: new Date(),
      configuration: {
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
      },
    },
    credential!,
    undefined,
  );
  for (const { name, bytes } of benchInputs()) {
    const one: Case = {
      name: `${name} ${key.name} B-B`,
      work: sealing(bytes, process),
      limit: limit(bytes, key),
    };
    print(await measure(one, effort), json);
  }
}
await parts.work.close();
