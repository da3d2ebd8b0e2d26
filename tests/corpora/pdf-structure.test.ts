// SPDX-License-Identifier: Apache-2.0
// PDFs made by others: each that can be sealed takes an update that other readers accept, each that cannot ends in a code.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isSignetError, memorySource, SignetError } from '@signet/base';
import { IncrementalUpdate, inspectStructure, name, openPdf, PdfDict } from '@signet/documents/pdf';
import { hasProgram } from '../testkit/oracle.ts';
import { type HandlingRow, handlingRows, sharedPath, withoutShared } from '../testkit/shared.ts';

const readers = [['qpdf', '--check'], ['pdfinfo']].filter(([program]) => hasProgram(program!));

/** The catalog unchanged, and a new object: the least that an update can be. Gives the updated file. */
function update(bytes: Uint8Array): Buffer {
  const pdf = openPdf(memorySource(bytes));
  pdf.pages.at(0);
  pdf.pages.at(-1);
  const damage = inspectStructure(pdf).find(({ severity }) => severity === 'refuse');
  if (damage !== undefined) throw new SignetError(damage.code, damage.details);
  const revision = new IncrementalUpdate(pdf);
  const ref = revision.add(PdfDict.of({ Type: name('Added') }));
  revision.put(pdf.catalogRef, pdf.catalog);
  const file = Buffer.concat([bytes, revision.serialize().bytes]);
  const again = openPdf(memorySource(file));
  assert.ok(again.object(ref.num) instanceof PdfDict);
  assert.equal(again.pages.count, pdf.pages.count);
  assert.equal(again.revisions.length, pdf.revisions.length + 1);
  return file;
}

/** What other readers say: exit codes and the kinds of their complaints, without places. */
function verdicts(path: string): { status: number; complaints: Set<string> }[] {
  return readers.map(([program, ...args]) => {
    const { status, stdout, stderr } = spawnSync(program!, [...args, path], { encoding: 'utf8' });
    const lines = `${stdout}\n${stderr}`
      .split('\n')
      .filter((line) => /warning|error/i.test(line) && !/No syntax|cannot detect/.test(line));
    return {
      status: status ?? -1,
      complaints: new Set(lines.map((line) => line.replaceAll(path, '').replace(/\d+/g, '#'))),
    };
  });
}

function assertNoNewComplaint(row: HandlingRow, file: Buffer, scratch: string): void {
  const path = join(scratch, 'updated.pdf');
  writeFileSync(path, file);
  const before = verdicts(row.path);
  verdicts(path).forEach(({ status, complaints }, i) => {
    const reader = readers[i]![0];
    assert.ok(
      status <= before[i]!.status,
      `${row.name}: ${reader} exits with ${status}, before with ${before[i]!.status}`,
    );
    for (const complaint of complaints)
      assert.ok(before[i]!.complaints.has(complaint), `${row.name}: ${reader}: ${complaint}`);
  });
}

if (withoutShared) {
  test('PDF corpora', { skip: withoutShared }, () => {});
} else {
  const scratch = mkdtempSync(join(tmpdir(), 'signet-pdf-structure-'));
  after(() => rmSync(scratch, { recursive: true }));
  for (const set of readdirSync(sharedPath('corpora')).filter((folder) => folder.startsWith('pdf-'))) {
    test(set, (context) => {
      const figures: Record<string, number> = {};
      for (const row of handlingRows(set)) {
        const bytes = readFileSync(row.path);
        let outcome = 'updated';
        try {
          const file = update(bytes);
          assert.notEqual(row.handling, 'REFUSE', `${row.name} was not refused`);
          assertNoNewComplaint(row, file, scratch);
        } catch (error) {
          if (!isSignetError(error)) throw error;
          assert.notEqual(row.handling, 'SEAL', `${row.name}: ${error.message}`);
          assert.match(error.code, /^pdf\./, row.name);
          outcome = 'refused';
        }
        const key = `${row.handling} ${outcome}`;
        figures[key] = (figures[key] ?? 0) + 1;
      }
      context.diagnostic(
        `${set}: ${Object.entries(figures)
          .map(([key, count]) => `${key} ${count}`)
          .join(', ')}`,
      );
    });
  }
}
