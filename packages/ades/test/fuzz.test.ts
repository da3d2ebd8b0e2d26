// SPDX-License-Identifier: Apache-2.0
// Mutated seals: reading and judging them ends in a value or a coded error, and none is sound that was covered and changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  checkEarlierSignatures,
  differences,
  isCovered,
  pdfSignatures,
  preparePdf,
  removedSignatures,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { isSignetError, memorySource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import { sealPdf } from '../../../tests/testkit/seal.ts';

const mutations = 6_000 * Number(process.env.SIGNET_FUZZ_MULTIPLIER ?? 1);
const pki = new TestPki();

function look(file: Uint8Array): void {
  const pdf = openPdf(memorySource(file));
  for (const signature of pdfSignatures(pdf)) {
    verifyPdfSignature(pdf, signature);
    if (isCovered(signature)) differences(pdf, signature.coverage.revision, signature.permissions);
  }
  removedSignatures(pdf);
  checkEarlierSignatures(pdf);
  preparePdf(pdf, { digestAlgorithm: 'sha256', reservedBytes: 100, signingTime: pkiTime });
}

for (const kind of ['table', 'stream', 'hybrid'] as const) {
  test(`${kind}: ${mutations} mutations of a document with two seals`, () => {
    const twice = sealPdf(sealPdf(makePdf({ kind, acroForm: true }), pki, { level: 'B-T' }), pki);
    const random = new Random(0x5ea1);
    const outcomes = new Map<string, number>();
    for (let i = 0; i < mutations; i++) {
      let outcome = 'a value';
      try {
        look(mutate(twice, random));
      } catch (error) {
        if (!isSignetError(error)) throw error;
        outcome = error.code;
      }
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    assert.ok(
      (outcomes.get('ades.earlier-signature-broken') ?? 0) > mutations / 10,
      JSON.stringify([...outcomes]),
    );
  });
}
