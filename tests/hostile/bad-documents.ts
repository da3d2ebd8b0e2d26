// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { memorySource } from '../../packages/base/src/index.ts';
import {
  IncrementalUpdate,
  name,
  openPdf,
  PdfArray,
  PdfDict,
} from '../../packages/documents/src/pdf/index.ts';
import { makePdf } from '../testkit/pdf-files.ts';
import { TestPki } from '../testkit/pki.ts';
import { sealPdf } from '../testkit/seal.ts';

const vector = (file: string) => readFileSync(join(import.meta.dirname, '../vectors/pdf-encrypted', file));

/** A file cut off in its middle: header and objects are there, the end is not. */
function truncated(): Buffer {
  const whole = makePdf({ bytes: 20_000 });
  return whole.subarray(0, whole.length - 600);
}

/** A document certified so that nothing may be changed any more (ISO 32000-2 §12.8.2.2, P = 1). */
function certified(): Buffer {
  const base = makePdf();
  const pdf = openPdf(memorySource(base));
  const update = new IncrementalUpdate(pdf);
  const parameters = PdfDict.of({ Type: name('TransformParams'), P: 1 });
  const reference = PdfDict.of({ TransformMethod: name('DocMDP'), TransformParams: parameters });
  const signature = update.add(PdfDict.of({ Type: name('Sig'), Reference: new PdfArray([reference]) }));
  update.put(pdf.catalogRef, pdf.catalog.with({ Perms: PdfDict.of({ DocMDP: signature }) }));
  return Buffer.concat([base, update.serialize().bytes]);
}

/** A sealed document of which a byte was changed afterwards, outside of all structure. */
function broken(): Buffer {
  const sealed = sealPdf(makePdf({ bytes: 10_000 }), new TestPki());
  const at = sealed.indexOf('(testkit)') + 1;
  sealed[at] = sealed[at]! ^ 1;
  return sealed;
}

/** Documents that cannot be sealed, and the code that says why. */
export const badDocuments: Readonly<Record<string, { readonly bytes: Buffer; readonly code: string }>> = {
  'no PDF': { bytes: Buffer.from('To whom it may concern'), code: 'pdf.not-a-pdf' },
  'a picture': { bytes: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), code: 'pdf.not-a-pdf' },
  'a header and nothing else': { bytes: Buffer.from('%PDF-1.7\n'), code: 'pdf.no-startxref' },
  'one cut off in its middle': { bytes: truncated(), code: 'pdf.no-startxref' },
  'one encrypted with a password': { bytes: vector('aes-256.pdf'), code: 'pdf.encrypted' },
  'one encrypted without a password': { bytes: vector('rc4-128-open.pdf'), code: 'pdf.encrypted' },
  'one certified against every change': { bytes: certified(), code: 'ades.certified-no-changes' },
  'one with a broken earlier signature': { bytes: broken(), code: 'ades.earlier-signature-broken' },
};
