// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type DocumentInput, documentWork, seal } from '@signet/sealing';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { holding, partsOf, processOf } from './parts.ts';

const directory = mkdtempSync(join(tmpdir(), 'signet-work-'));
after(() => rmSync(directory, { recursive: true }));

const pdf = makePdf({ bytes: 200_000, objects: 300, kind: 'stream' });
const request = {
  digestAlgorithm: 'sha256',
  reservedBytes: 6000,
  signingTime: new Date('2026-01-01T00:00:00Z'),
} as const;

function input(bytes: Uint8Array, as: 'memory' | 'file'): DocumentInput {
  const facts = { size: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  if (as === 'memory') return { ...facts, bytes };
  const path = join(directory, `${facts.sha256}.pdf`);
  writeFileSync(path, bytes);
  return { ...facts, path };
}

test('inline, from a path and from shared memory the same preparation comes out', async () => {
  const inline = documentWork();
  const threads = documentWork({ inlineObjects: 0, threads: 1 });
  const wanted = await inline.prepare(input(pdf, 'memory'), request);
  for (const document of [input(pdf, 'file'), input(pdf, 'memory')]) {
    const { preparation } = await threads.prepare(document, request);
    assert.deepEqual(Buffer.from(preparation.docHash), Buffer.from(wanted.preparation.docHash));
    assert.deepEqual(Buffer.from(preparation.appended), Buffer.from(wanted.preparation.appended));
  }
  await inline.close();
  await threads.close();
});

test('the whole path runs in the pool', async () => {
  const { parts } = partsOf(processOf());
  const work = documentWork({ inlineBytes: 0, threads: 1 });
  const held = { ...holding(pdf), document: input(pdf, 'file') };
  const { record } = await seal(held, { ...parts, work });
  assert.equal(record.levelReached, 'B-B');
  await work.close();
});

test('a coded error keeps its code across the thread border', async () => {
  const work = documentWork({ inlineBytes: 0, threads: 1 });
  await assert.rejects(work.prepare(input(Buffer.from('no PDF at all'), 'file'), request), {
    code: 'pdf.not-a-pdf',
  });
  await work.close();
});

test('a step that overruns its deadline is ended with a code, and the pool serves on', async () => {
  const hurried = documentWork({ inlineBytes: 0, threads: 1, deadlineSeconds: 0.001 });
  await assert.rejects(hurried.prepare(input(pdf, 'file'), request), { code: 'general.deadline' });
  await hurried.close();
  const patient = documentWork({ inlineBytes: 0, threads: 1 });
  await patient.prepare(input(pdf, 'file'), request);
  await patient.close();
});

test('an output that was written to a file is checked there, in the pool too', async () => {
  const path = join(directory, 'written.pdf');
  const { parts } = partsOf(processOf());
  const work = documentWork({ inlineBytes: 0, threads: 1 });
  const held = { ...holding(pdf), document: input(pdf, 'file') };
  const keep = async (_: unknown, appended: Uint8Array) => {
    writeFileSync(path, Buffer.concat([pdf, appended]));
    return { path, blob: null, discard: async () => undefined };
  };
  const { record } = await seal(held, { ...parts, work, keep });
  assert.equal(record.sha256Out, createHash('sha256').update(readFileSync(path)).digest('hex'));
  await work.close();
});
