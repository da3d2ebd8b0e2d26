// SPDX-License-Identifier: Apache-2.0
// PAdES on one core, check included: generated documents of 10 kB, 100 kB and 1 MB, both kinds of cross-reference.
import { hash, sign, verify } from 'node:crypto';
import { nodeSignatureOptions } from '@signet/pkix';
import { type Effort, effortOf, measure } from '../measure.ts';
import { print, printHead } from '../print.ts';
import { benchInputs } from './inputs.ts';
import { type BenchKey, benchKeys } from './keys.ts';
import { baselineProcess, closeLibraryPath, sealing } from './library-path.ts';

const json = process.argv.includes('--json');
const smoke = process.argv.includes('--smoke');
const effort: Effort = effortOf(process.argv);

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

if (!json) printHead();
for (const key of benchKeys()) {
  const process = await baselineProcess(key);
  for (const { name, bytes } of smoke ? benchInputs().slice(0, 1) : benchInputs()) {
    const work = sealing(bytes, process);
    print(await measure({ name: `${name} ${key.name} B-B`, work, limit: limit(bytes, key) }, effort), json);
  }
}
await closeLibraryPath();
