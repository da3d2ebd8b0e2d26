// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignetError, memorySource } from '@signet/base';
import { IncrementalUpdate, inspectBodies, inspectStructure, openPdf } from '@signet/documents/pdf';
import { mutate, Random } from '../../../../tests/testkit/mutate.ts';
import { makePdf } from '../../../../tests/testkit/pdf-files.ts';

const mutations = 20_000 * Number(process.env.SIGNET_FUZZ_MULTIPLIER ?? 1);

/** Opens, walks and updates a file, as sealing does. */
function use(bytes: Uint8Array): void {
  const pdf = openPdf(memorySource(bytes), { streamLimit: 1 << 20 });
  pdf.pages.at(-1).inherited('MediaBox');
  for (let num = 0; num < Math.min(pdf.size, 40); num++) pdf.object(num);
  inspectStructure(pdf);
  for (const _ of inspectBodies(pdf)) break;
  for (const { index } of pdf.revisions) pdf.at(index).object(pdf.catalogRef.num);
  const update = new IncrementalUpdate(pdf);
  const ref = update.add(1);
  update.put(pdf.catalogRef, pdf.catalog.with({ Mark: ref }));
  const { bytes: appended } = update.serialize();
  const again = openPdf(memorySource(Buffer.concat([bytes, appended])));
  assert.equal(again.object(ref.num), 1);
  assert.equal(again.pages.count, pdf.pages.count);
}

for (const kind of ['table', 'stream', 'hybrid'] as const) {
  test(`${mutations} mutations of a file of kind ${kind} end in a code, or open and can be updated`, () => {
    const base = makePdf({ kind, objects: 14, acroForm: true });
    const random = new Random(20_261_124);
    let opened = 0;
    for (let i = 0; i < mutations; i++) {
      const bytes = mutate(base, random);
      try {
        use(bytes);
        opened++;
      } catch (error) {
        if (!isSignetError(error) || !error.code.startsWith('pdf.')) {
          throw new assert.AssertionError({
            message: `mutation ${i}: ${error instanceof Error ? error.stack : error}`,
          });
        }
      }
    }
    assert.ok(opened > mutations / 100 && opened < mutations, `${opened} opened`);
  });
}
