// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  completedRevision,
  type DocumentPreparation,
  fillHole,
  loadDocumentPreparation,
  type PdfPreparationOptions,
  pdfSignatures,
  preparePdf,
  storeDocumentPreparation,
} from '@signet/ades/pades';
import { memorySource } from '@signet/base';
import {
  IncrementalUpdate,
  name,
  openPdf,
  PdfArray,
  PdfDict,
  type PdfRef,
  PdfString,
} from '@signet/documents/pdf';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { pkiTime } from '../../../tests/testkit/pki.ts';

const options: PdfPreparationOptions = {
  digestAlgorithm: 'sha256',
  reservedBytes: 1000,
  signingTime: pkiTime,
};
const kinds = ['table', 'stream', 'hybrid'] as const;

function prepare(base: Uint8Array, more: Partial<PdfPreparationOptions> = {}): DocumentPreparation {
  return preparePdf(openPdf(memorySource(base)), { ...options, ...more });
}

/** The base with objects changed by an update of its own. */
function updated(base: Uint8Array, change: (update: IncrementalUpdate) => void): Buffer {
  const update = new IncrementalUpdate(openPdf(memorySource(base)));
  change(update);
  return Buffer.concat([base, update.serialize().bytes]);
}

function completed(base: Uint8Array, preparation: DocumentPreparation): Buffer {
  return Buffer.concat([base, fillHole(preparation, Buffer.of(0x30, 0x00))]);
}

describe('a prepared PDF', () => {
  for (const kind of kinds) {
    test(`${kind}: the byte range encloses the hole, the hash is over it`, () => {
      const base = makePdf({ kind, pages: 3 });
      const preparation = prepare(base);
      const { hole, byteRange, appended, baseLength } = preparation;
      const file = Buffer.concat([base, appended]);
      assert.equal(baseLength, base.length);
      assert.equal(
        file.subarray(hole.offset, hole.offset + hole.length).toString('latin1'),
        '0'.repeat(2000),
      );
      assert.deepEqual(byteRange, [
        0,
        hole.offset - 1,
        hole.offset + hole.length + 1,
        file.length - hole.offset - hole.length - 1,
      ]);
      const signed = Buffer.concat([file.subarray(0, byteRange[1]), file.subarray(byteRange[2])]);
      assert.equal(
        Buffer.from(preparation.docHash).toString('hex'),
        createHash('sha256').update(signed).digest('hex'),
      );
    });

    test(`${kind}: has one signature field on the first page, in the form and among the annotations`, () => {
      for (const acroForm of [false, true]) {
        const base = makePdf({ kind, pages: 2, acroForm });
        const pdf = openPdf(memorySource(completed(base, prepare(base))));
        const fields = pdf.lookupArray(pdf.acroForm!, 'Fields')!.items;
        const field = pdf.resolve(fields.at(-1)) as PdfDict;
        assert.equal(fields.length, acroForm ? 2 : 1);
        assert.equal(field.name('FT'), 'Sig');
        assert.equal(field.number('F'), 132);
        assert.equal(pdf.acroForm!.number('SigFlags'), 3);
        const annotations = pdf.lookupArray(pdf.pages.at(0).dict, 'Annots')!;
        assert.ok((fields.at(-1) as PdfRef).equals(annotations.items.at(-1)));
        assert.equal(pdf.lookupArray(pdf.pages.at(1).dict, 'Annots'), undefined);
      }
    });
  }

  test('a hash state of the base is continued, and left as it was', () => {
    const base = makePdf();
    const baseHash = createHash('sha256').update(base);
    const [plain, continued] = [prepare(base), prepare(base, { baseHash })];
    assert.deepEqual(continued.docHash, plain.docHash);
    assert.equal(baseHash.digest('hex'), createHash('sha256').update(base).digest('hex'));
  });

  test('says who, why, where and when, in any script', () => {
    const base = makePdf();
    const texts = {
      reason: 'Zażółć (gęślą) \\ jaźń',
      location: 'Αθήνα',
      contactInfo: '+48 22 000',
      signerName: 'Sp. z o.o.',
    };
    const [signature] = pdfSignatures(openPdf(memorySource(completed(base, prepare(base, texts)))));
    assert.equal(signature?.reason, texts.reason);
    assert.equal(signature?.location, texts.location);
    assert.deepEqual(signature?.claimedTime, pkiTime);
    assert.equal(signature?.subFilter, 'ETSI.CAdES.detached');
  });

  test('names its field as no other is named', () => {
    assert.equal(prepare(makePdf()).fieldName, 'Signature1');
    const taken = makePdf({ signatureField: 'Signature1' });
    assert.equal(prepare(taken).fieldName, 'Signature2');
    const utf16 = Buffer.from('\ufeffSignature1', 'utf16le').swap16();
    const inUtf16 = updated(taken, (update) => {
      const pdf = update.document;
      const ref = pdf.lookupArray(pdf.acroForm!, 'Fields')!.items.at(-1) as PdfRef;
      update.put(ref, (pdf.resolve(ref) as PdfDict).with({ T: PdfString.of(utf16) }));
    });
    assert.equal(prepare(inUtf16).fieldName, 'Signature2');
  });

  test('extends lists where they are: in objects of their own or in others', () => {
    const base = updated(makePdf({ acroForm: true }), (update) => {
      const pdf = update.document;
      const page = pdf.pages.at(0);
      const form = pdf.acroForm!;
      const fields = update.add(pdf.lookupArray(form, 'Fields')!);
      const annotations = update.add(pdf.lookupArray(page.dict, 'Annots')!);
      update.put(pdf.catalogRef, pdf.catalog.with({ AcroForm: form.with({ Fields: fields }) }));
      update.put(page.ref, page.dict.with({ Annots: annotations }));
    });
    const pdf = openPdf(memorySource(completed(base, prepare(base))));
    assert.equal(pdf.lookupArray(pdf.acroForm!, 'Fields')!.length, 2);
    assert.equal(pdf.lookupArray(pdf.pages.at(0).dict, 'Annots')!.length, 2);
    assert.equal(pdfSignatures(pdf).length, 1);
  });

  test('one list that is fields and annotations at once gets the field once', () => {
    const base = updated(makePdf({ acroForm: true }), (update) => {
      const pdf = update.document;
      const page = pdf.pages.at(0);
      const both = update.add(pdf.lookupArray(pdf.acroForm!, 'Fields')!);
      update.put(pdf.catalogRef, pdf.catalog.with({ AcroForm: pdf.acroForm!.with({ Fields: both }) }));
      update.put(page.ref, page.dict.with({ Annots: both }));
    });
    const pdf = openPdf(memorySource(completed(base, prepare(base))));
    assert.equal(pdf.lookupArray(pdf.acroForm!, 'Fields')!.length, 2);
  });
});

describe('what cannot be sealed', () => {
  const withForm = (entries: Record<string, unknown>) =>
    updated(makePdf({ acroForm: true }), (update) => {
      const pdf = update.document;
      update.put(pdf.catalogRef, pdf.catalog.with({ AcroForm: pdf.acroForm!.with(entries as never) }));
    });
  const certified = (permission: number | undefined) =>
    updated(makePdf(), (update) => {
      const parameters = PdfDict.of({ Type: name('TransformParams'), P: permission });
      const reference = PdfDict.of({ TransformMethod: name('DocMDP'), TransformParams: parameters });
      const signature = update.add(PdfDict.of({ Type: name('Sig'), Reference: new PdfArray([reference]) }));
      const { catalogRef, catalog } = update.document;
      update.put(catalogRef, catalog.with({ Perms: PdfDict.of({ DocMDP: signature }) }));
    });

  test('an XFA form', () => {
    assert.throws(() => prepare(withForm({ XFA: new PdfArray([]) })), { code: 'ades.xfa' });
  });

  test('a document certified against every change', () => {
    assert.throws(() => prepare(certified(1)), { code: 'ades.certified-no-changes' });
    for (const permission of [undefined, 2, 3]) prepare(certified(permission));
  });

  test('a document that the lock of a signed field closed', () => {
    const locked = (signed: boolean) =>
      updated(makePdf({ signatureField: 'Sig' }), (update) => {
        const pdf = update.document;
        const ref = pdf.lookupArray(pdf.acroForm!, 'Fields')!.items.at(-1) as PdfRef;
        const field = pdf.resolve(ref) as PdfDict;
        const value = signed ? update.add(PdfDict.of({ Type: name('Sig') })) : undefined;
        update.put(ref, field.with({ Lock: PdfDict.of({ Action: name('All'), P: 1 }), V: value }));
      });
    assert.throws(() => prepare(locked(true)), { code: 'ades.certified-no-changes' });
    prepare(locked(false));
  });

  test('a form whose lists are none', () => {
    assert.throws(() => prepare(withForm({ Fields: 7 })), { code: 'ades.form-unusable' });
  });
});

describe('a stored preparation', () => {
  const base = makePdf();
  const preparation = prepare(base);
  const stored = () => JSON.parse(JSON.stringify(storeDocumentPreparation(preparation)));

  test('completes the same document', () => {
    const cms = Buffer.from('3003020101', 'hex');
    assert.deepEqual(fillHole(loadDocumentPreparation(stored()), cms), fillHole(preparation, cms));
  });

  test('whose parts do not fit together is refused', () => {
    const { hole, byteRange } = preparation;
    const wrong: readonly object[] = [
      { format: 2 },
      { reservedBytes: 999 },
      { hole: { ...hole, offset: 10 } },
      { hole: { ...hole, offset: hole.offset + 1 } },
      { byteRange: [1, ...byteRange.slice(1)] },
      { byteRange: [...byteRange.slice(0, 3), byteRange[3] - 1] },
      { digestAlgorithm: 'crc32' },
    ];
    for (const change of wrong) {
      assert.throws(() => loadDocumentPreparation({ ...stored(), ...change }), {
        code: 'ades.preparation-unreadable',
      });
    }
  });

  test('takes no signature that is larger than its hole', () => {
    fillHole(preparation, Buffer.alloc(1000));
    assert.throws(() => fillHole(preparation, Buffer.alloc(1001)), { code: 'ades.hole-too-small' });
  });

  test('and its base read as one file, across the seam', () => {
    const file = Buffer.concat([base, preparation.appended]);
    const view = completedRevision(memorySource(base), preparation.appended);
    assert.equal(view.length, file.length);
    for (const [offset, length] of [
      [0, 10],
      [base.length - 3, 6],
      [base.length, 5],
      [0, file.length],
      [file.length, 0],
    ] as const) {
      assert.deepEqual(Buffer.from(view.read(offset, length)), file.subarray(offset, offset + length));
    }
    assert.throws(() => view.read(file.length - 1, 2), { code: 'general.short-read' });
  });
});
