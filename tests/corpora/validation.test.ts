// SPDX-License-Identifier: Apache-2.0
// Signed and attacked PDFs made by others: what must never pass does not, what must not fail does not.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { checkEarlierSignatures } from '@signet/ades/pades';
import { isSignetError, openFileSource } from '@signet/base';
import { openPdf } from '@signet/documents/pdf';
import { type ValidationInput, type ValidationReport, validatePdf } from '@signet/validation';
import { sharedPath, withoutShared } from '../testkit/shared.ts';

interface ExpectedRow {
  readonly name: string;
  readonly path: string;
  readonly indication: string;
  readonly subIndication: string;
  readonly mustNot: string;
}

/** The PDF rows of a set's expected.tsv. */
function pdfRows(set: string): readonly ExpectedRow[] {
  const lines = readFileSync(sharedPath('corpora', set, 'expected.tsv'), 'utf8')
    .trimEnd()
    .split('\n');
  const columns = lines[0]!.split('\t');
  return lines.slice(1).flatMap((line) => {
    const cells = line.split('\t');
    const cell = (column: string) => cells[columns.indexOf(column)] ?? '';
    const path = sharedPath('corpora', set, 'files', cell('path'));
    if (!cell('path').endsWith('.pdf') || !existsSync(path)) return [];
    return [
      {
        name: cell('path'),
        path,
        indication: cell('expected_indication'),
        subIndication: cell('expected_subindication'),
        mustNot: cell('must_not'),
      },
    ];
  });
}

/** What became of a file: its report, or the code with which it was refused. */
function outcomeOf(row: ExpectedRow, input: ValidationInput): ValidationReport | string {
  const source = openFileSource(row.path);
  try {
    return validatePdf(source, input);
  } catch (error) {
    if (isSignetError(error)) return error.code;
    throw error;
  } finally {
    source.close();
  }
}

function sealable(row: ExpectedRow): boolean {
  const source = openFileSource(row.path);
  try {
    checkEarlierSignatures(openPdf(source));
    return true;
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  } finally {
    source.close();
  }
}

const indicationsOf = (outcome: ValidationReport | string) =>
  typeof outcome === 'string' ? [outcome] : outcome.signatures.map(({ indication }) => indication);

if (withoutShared) {
  test('signed PDF corpora', { skip: withoutShared }, () => {});
} else {
  const trust = (file: string) =>
    readFileSync(sharedPath('corpora', 'attack-generated', 'files', 'trust', file));

  test('attack-generated: PDF rows', (context) => {
    const input = {
      trustAnchors: [trust('root.cer')],
      at: new Date('2026-11-24T00:00:00Z'),
      revocation: { crls: [trust('sub.crl'), trust('root.crl')] },
    };
    let exact = 0;
    const rows = pdfRows('attack-generated');
    for (const row of rows) {
      const outcome = outcomeOf(row, input);
      const indications = indicationsOf(outcome);
      const all = `${row.name}: ${indications}`;
      if (row.mustNot === 'TOTAL_PASSED') {
        // Of several signatures the attacked one must not pass.
        assert.ok(!indications.every((each) => each === 'TOTAL_PASSED') || indications.length === 0, all);
        // What is no failure by itself may be sealed over: it is told in the record.
        if (row.indication === 'TOTAL_FAILED') assert.ok(!sealable(row), `${row.name} may be sealed`);
      }
      if (row.mustNot === 'TOTAL_FAILED') {
        assert.ok(indications.length > 0 && indications.every((each) => each === 'TOTAL_PASSED'), all);
        assert.ok(sealable(row) || row.name.includes('certified-p1'), `${row.name} cannot be sealed`);
      }
      if (row.indication.split(/[|+]/).some((each) => indications.includes(each as never))) exact++;
    }
    context.diagnostic(`${exact} of ${rows.length} exactly as in the table, none passes that must not`);
  });

  test('signed-pyhanko: integrity and changes', (context) => {
    const rows = pdfRows('signed-pyhanko');
    for (const row of rows) {
      const outcome = outcomeOf(row, { trustAnchors: [], at: new Date('2026-11-24T00:00:00Z') });
      const intact =
        typeof outcome !== 'string' &&
        outcome.signatures.every(({ indication }) => indication !== 'TOTAL_FAILED');
      assert.equal(
        intact,
        row.mustNot === 'TOTAL_FAILED',
        `${row.name}: ${JSON.stringify(indicationsOf(outcome))}`,
      );
      assert.equal(sealable(row) || row.name.startsWith('certified'), intact, row.name);
    }
    context.diagnostic(`${rows.length} of ${rows.length} as in the table`);
  });

  for (const set of ['signed-dss', 'signed-siva', 'signed-openpdf', 'signed-digidoc4j']) {
    test(`${set}: nothing passes without a trust anchor, what is intact is not called broken`, (context) => {
      const rows = pdfRows(set);
      const figures = new Map<string, number>();
      const unlike: string[] = [];
      for (const row of rows) {
        const outcome = outcomeOf(row, { trustAnchors: [], at: new Date('2026-11-24T00:00:00Z') });
        const indications = indicationsOf(outcome);
        assert.ok(!indications.includes('TOTAL_PASSED'), row.name);
        const worst = typeof outcome === 'string' ? 'refused' : (outcome.indication ?? 'none');
        const key = `${row.indication || 'no expectation'} → ${worst}`;
        figures.set(key, (figures.get(key) ?? 0) + 1);
        if (row.mustNot === 'TOTAL_FAILED' && worst === 'TOTAL_FAILED') unlike.push(row.name);
      }
      context.diagnostic([...figures].map(([key, count]) => `${key}: ${count}`).join('; '));
      if (unlike.length > 0) context.diagnostic(`called broken against the table: ${unlike.join(', ')}`);
    });
  }
}
