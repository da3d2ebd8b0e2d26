// SPDX-License-Identifier: Apache-2.0
// Documents made by others, sealed B-T, are accepted by pyHanko and EU DSS, and qpdf finds nothing new to complain of.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isSignetError } from '@signet/base';
import type { DemoPki } from '@signet/qtsp';
import { type DemoSealer, demoPkiIn, demoSealer } from '../testkit/demo-seal.ts';
import {
  dss,
  type Oracle,
  type OracleAnswer,
  popplerAccepts,
  pyhanko,
  qpdfComplaints,
} from '../testkit/oracle.ts';
import { type HandlingRow, handlingRows, sharedPath, withoutShared } from '../testkit/shared.ts';

/** Sets of which every row must come out as its table says; of the others the figures are told. */
const required = ['pdf-zugferd-pdf', 'pdf-verapdf', 'pdf-pdf20examples', 'pdf-openpdf', 'pdf-pdf-lib'];
const sets = withoutShared
  ? []
  : readdirSync(sharedPath('corpora'))
      .filter((name) => name.startsWith('pdf-'))
      .sort((a, b) => Number(required.includes(b)) - Number(required.includes(a)));

const scratch = mkdtempSync(join(tmpdir(), 'signet-interop-'));
let pki: DemoPki;
let sealer: DemoSealer;
let validators: { readonly pyhanko: Oracle; readonly dss: Oracle };

before(async () => {
  if (withoutShared) return;
  pki = await demoPkiIn(join(scratch, 'pki'));
  sealer = await demoSealer(pki);
  const crls = (['root', 'issuing'] as const).map((name) => pki.revocationListFile(name));
  validators = { pyhanko: pyhanko(pki.rootFile), dss: dss(pki.rootFile, crls) };
});
after(async () => {
  await sealer?.close();
  validators?.pyhanko.close();
  validators?.dss.close();
  rmSync(scratch, { recursive: true, force: true });
});

/** Complaints without their numbers: offsets differ between the document and the sealed one. */
const kinds = (file: string) =>
  new Set(qpdfComplaints(file).map((complaint) => complaint.replace(/\d+/g, '#')));

/** What is wrong with a sealed document, by others; empty when all accept it. */
async function objections(row: HandlingRow, output: Buffer): Promise<string[]> {
  const path = join(scratch, 'sealed.pdf');
  writeFileSync(path, output);
  const [python, java] = await Promise.all([validators.pyhanko.ask(path), validators.dss.ask(path)]);
  const found: string[] = [];
  if (!accepted(python.signatures?.at(-1)) && !(await cannotJudge(validators.pyhanko, row, python))) {
    found.push(`pyHanko: ${JSON.stringify(python).slice(0, 400)}`);
  }
  if (!passed(newestOf(java)) && !(await cannotJudge(validators.dss, row, java))) {
    found.push(`DSS: ${JSON.stringify(java).slice(0, 400)}`);
  }
  if (java.signatures?.length === 1 && (java.doubts?.length ?? 0) > 0)
    found.push(`DSS doubts: ${JSON.stringify(java.doubts)}`);
  if (!popplerAccepts(path)) found.push('poppler does not accept it');
  const known = kinds(row.path);
  for (const complaint of kinds(path)) if (!known.has(complaint)) found.push(`qpdf: ${complaint}`);
  return found;
}

const accepted = (signature: Record<string, unknown> | undefined) => signature?.ok === true;
const passed = (signature: Record<string, unknown> | undefined) =>
  signature?.indication === 'TOTAL_PASSED' && signature.format === 'PAdES-BASELINE-T';

/** DSS lists the signatures in no order that can be relied on. */
function newestOf({ signatures = [] }: OracleAnswer): Record<string, unknown> | undefined {
  return signatures.toSorted((a, b) => String(a.signingTime).localeCompare(String(b.signingTime))).at(-1);
}

/** A validator that cannot read the document as it came, or judges no hybrid files at all, says nothing of the seal. */
async function cannotJudge(oracle: Oracle, row: HandlingRow, answer: OracleAnswer): Promise<boolean> {
  if (JSON.stringify(answer).includes('hybrid-reference files')) return true;
  return (await oracle.ask(row.path)).error !== undefined;
}

if (withoutShared) test('seals over corpora, judged by others', { skip: withoutShared }, () => {});

for (const set of sets) {
  test(`${set}: sealed B-T and accepted by pyHanko, EU DSS and qpdf, or refused as its table says`, async (context) => {
    const counts = new Map<string, number>();
    const wrong: string[] = [];
    for (const row of handlingRows(set)) {
      const base = readFileSync(row.path);
      let outcome = 'sealed';
      try {
        const output = await sealer.seal(base);
        assert.ok(output.subarray(0, base.length).equals(base));
        wrong.push(...(await objections(row, output)).map((objection) => `${row.name}: ${objection}`));
        if (row.handling === 'REFUSE') wrong.push(`${row.name}: was sealed`);
      } catch (error) {
        if (!isSignetError(error)) throw error;
        outcome = 'refused';
        if (row.handling === 'SEAL') wrong.push(`${row.name}: refused: ${error.code}`);
        assert.notEqual(error.code, 'general.internal', String(error.cause));
        assert.ok(!error.code.startsWith('ades.check-'), `${row.name}: ${error.message}`);
      }
      const key = `${row.handling} ${outcome}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    context.diagnostic(
      `figure: ${set}: ${[...counts].map(([key, count]) => `${key} ${count}`).join(', ')}; objections ${wrong.length}`,
    );
    for (const line of wrong) context.diagnostic(line);
    if (required.includes(set)) assert.deepEqual(wrong, []);
  });
}
