// SPDX-License-Identifier: Apache-2.0
// Documents made by others are sealed B-T: each that can be is valid by our own check and validation and opens in qpdf
// without a new complaint; each that cannot ends in a code.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkEarlierSignatures } from '@signet/ades/pades';
import { isSignetError, memorySource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { checkSeal, validatePdf } from '@signet/validation';
import { hasProgram, qpdfComplaints } from '../testkit/oracle.ts';
import { pkiTime, sha256Hex, TestPki } from '../testkit/pki.ts';
import { sealPdf } from '../testkit/seal.ts';
import { type HandlingRow, handlingRows, sharedPath, withoutShared } from '../testkit/shared.ts';

const pki = new TestPki();
const validation = {
  trustAnchors: [pki.root.certificate.bytes],
  at: pkiTime,
  revocation: { crls: pki.crls() },
};

/** Judges, seals, checks and validates. Gives the sealed file. */
function seal(row: HandlingRow): Buffer {
  const base = readFileSync(row.path);
  const earlier = validatePdf(memorySource(base), validation).signatures;
  checkEarlierSignatures(openPdf(memorySource(base)));
  const output = sealPdf(base, pki, { level: 'B-T' });
  const { sha256Out } = checkSeal({
    output: memorySource(output),
    baseLength: base.length,
    baseSha256: sha256Hex(base),
    certificate: pki.seal().certificate.fingerprint,
    level: 'B-T',
  });
  assert.equal(sha256Out, sha256Hex(output));
  const { signatures } = validatePdf(memorySource(output), validation);
  assert.deepEqual(
    [signatures.at(-1)?.indication, signatures.at(-1)?.level, signatures.at(-1)?.changes.kind],
    ['TOTAL_PASSED', 'B-T', 'none'],
    row.name,
  );
  const outcome = (each: (typeof signatures)[number]) =>
    `${each.fieldName} ${each.indication} ${each.subIndication}`;
  assert.deepEqual(
    signatures.slice(0, -1).map(outcome),
    earlier.map(outcome),
    `${row.name}: earlier signatures`,
  );
  return output;
}

function assertNoNewComplaint(row: HandlingRow, output: Buffer, scratch: string): void {
  const path = join(scratch, 'sealed.pdf');
  writeFileSync(path, output);
  const kinds = (file: string) =>
    new Set(qpdfComplaints(file).map((complaint) => complaint.replace(/\d+/g, '#')));
  const before = kinds(row.path);
  for (const complaint of kinds(path)) assert.ok(before.has(complaint), `${row.name}: ${complaint}`);
}

if (withoutShared) {
  test('sealing PDF corpora', { skip: withoutShared }, () => {});
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'signet-pades-'));
  after(() => rmSync(scratch, { recursive: true }));
  for (const set of [
    ...readdirSync(sharedPath('corpora')).filter((name) => name.startsWith('pdf-')),
    'attack-generated',
  ]) {
    test(`sealing ${set}`, (context) => {
      const figures: Record<string, number> = {};
      const wrong: string[] = [];
      for (const row of handlingRows(set)) {
        let outcome: string;
        try {
          const output = seal(row);
          if (hasProgram('qpdf')) assertNoNewComplaint(row, output, scratch);
          outcome = 'sealed';
        } catch (error) {
          if (!isSignetError(error)) throw error;
          outcome = 'refused';
          if (row.handling === 'SEAL') wrong.push(`${row.name}: ${error.code}: ${error.message}`);
          assert.ok(!error.code.startsWith('ades.check-'), `${row.name}: ${error.message}`);
        }
        if (row.handling === 'REFUSE' && outcome === 'sealed') wrong.push(`${row.name} was sealed`);
        figures[`${row.handling} ${outcome}`] = (figures[`${row.handling} ${outcome}`] ?? 0) + 1;
      }
      const told = Object.entries(figures).map(([key, count]) => `${key} ${count}`);
      context.diagnostic(`${set}: ${told.join(', ')}`);
      assert.deepEqual(wrong, []);
    });
  }
}
