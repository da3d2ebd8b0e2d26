// SPDX-License-Identifier: Apache-2.0
// Mutated seals: a report or a coded error, and never TOTAL_PASSED for a document whose covered bytes are others.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignetError, memorySource } from '@signet/base';
import { validatePdf } from '@signet/validation';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import { sealPdf } from '../../../tests/testkit/seal.ts';

const mutations = 4_000 * Number(process.env.SIGNET_FUZZ_MULTIPLIER ?? 1);
const pki = new TestPki();
const input = { trustAnchors: [pki.root.certificate.bytes], at: pkiTime, revocation: { crls: pki.crls() } };

for (const kind of ['table', 'stream', 'hybrid'] as const) {
  test(`${kind}: ${mutations} mutations of a sealed document`, () => {
    const sealed = sealPdf(makePdf({ kind }), pki, { level: 'B-T' });
    const hole = sealed.lastIndexOf('/Contents');
    const covered = (file: Uint8Array) =>
      Buffer.compare(file.subarray(0, hole), sealed.subarray(0, hole)) === 0;
    const random = new Random(0xda7a);
    let reports = 0;
    for (let i = 0; i < mutations; i++) {
      const file = mutate(sealed, random);
      try {
        const { indication } = validatePdf(memorySource(file), input);
        reports++;
        assert.ok(indication !== 'TOTAL_PASSED' || covered(file), `mutation ${i} passed`);
      } catch (error) {
        if (!isSignetError(error)) throw error;
      }
    }
    assert.ok(reports > mutations / 10);
  });
}
