// SPDX-License-Identifier: Apache-2.0
// Validation data and document time-stamps as further revisions: what is added, what stays, what is refused.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  appendSecurityStore,
  completedRevision,
  fillHole,
  loadDocumentPreparation,
  pdfSignatures,
  prepareDocumentTimeStamp,
  readSecurityStore,
  type SecurityStore,
  storeDocumentPreparation,
  unexpectedChange,
  verifyPdfSignature,
} from '@signet/ades/pades';
import { type ByteSource, memorySource } from '@signet/base';
import {
  IncrementalUpdate,
  name,
  openPdf,
  PdfArray,
  PdfDict,
  type PdfDocument,
  PdfStream,
  type PdfValue,
} from '@signet/documents/pdf';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { TestPki } from '../../../tests/testkit/pki.ts';

const bytes = (text: string) => Buffer.from(text);
const data: SecurityStore = {
  certificates: [bytes('certificate 1'), bytes('certificate 2'), bytes('certificate 1')],
  ocspResponses: [bytes('answer')],
  crls: [bytes('list')],
};
const kinds = ['table', 'stream', 'hybrid'] as const;
const stampOptions = { digestAlgorithm: 'sha256', reservedBytes: 6000 } as const;

/** The base with a catalog changed by an update of its own. */
function withCatalog(
  base: Uint8Array,
  entries: (update: IncrementalUpdate) => Record<string, PdfValue>,
): PdfDocument {
  const update = new IncrementalUpdate(openPdf(memorySource(base)));
  const { catalogRef, catalog } = update.document;
  update.put(catalogRef, catalog.with(entries(update)));
  return openPdf(memorySource(Buffer.concat([base, update.serialize().bytes])));
}

function stored(pdf: PdfDocument, what: SecurityStore, more: { vriFor?: Uint8Array[] } = {}): PdfDocument {
  return openPdf(completedRevision(pdf.source, appendSecurityStore(pdf, what, more)));
}

const texts = (store: SecurityStore | undefined) =>
  [...store!.certificates, ...store!.ocspResponses, ...store!.crls].map((value) =>
    Buffer.from(value).toString(),
  );

describe('the security store', () => {
  for (const kind of kinds) {
    test(`is made, each value once (${kind})`, () => {
      const pdf = stored(openPdf(memorySource(makePdf({ kind }))), data);
      assert.deepEqual(texts(readSecurityStore(pdf)), ['certificate 1', 'certificate 2', 'answer', 'list']);
      assert.equal(unexpectedChange(pdf, 'validation-data'), undefined);
      assert.notEqual(unexpectedChange(pdf, 'signature'), undefined);
    });
  }

  test('grows: what is there is referred to, lists keep their beginning', () => {
    const first = stored(openPdf(memorySource(makePdf())), data);
    const listOf = (pdf: PdfDocument) => pdf.lookupArray(pdf.lookupDict(pdf.catalog, 'DSS')!, 'Certs')!.items;
    const second = stored(first, {
      certificates: [bytes('certificate 2'), bytes('new')],
      ocspResponses: [],
      crls: [],
    });
    assert.deepEqual(texts(readSecurityStore(second)), [
      'certificate 1',
      'certificate 2',
      'new',
      'answer',
      'list',
    ]);
    assert.ok(listOf(first).every((item, i) => Object.is(String(item), String(listOf(second)[i]))));
    assert.equal(second.revisions.length, 3);
    assert.equal(unexpectedChange(second, 'validation-data'), undefined);
    assert.equal(appendSecurityStore(second, data).length, 0);
  });

  test('of another writer is kept where it is: in the catalog, its lists as objects of their own', () => {
    const pdf = withCatalog(makePdf(), (update) => {
      const value = update.add(PdfStream.of(PdfDict.of({}), bytes('theirs')));
      return { DSS: PdfDict.of({ Certs: update.add(new PdfArray([value])), Theirs: name('Kept') }) };
    });
    const after = stored(pdf, data);
    assert.deepEqual(texts(readSecurityStore(after)), [
      'theirs',
      'certificate 1',
      'certificate 2',
      'answer',
      'list',
    ]);
    assert.equal(after.lookupDict(after.catalog, 'DSS')?.name('Theirs'), 'Kept');
    assert.ok(after.catalog.get('DSS') instanceof PdfDict);
    assert.equal(unexpectedChange(after, 'validation-data'), undefined);
  });

  test('is announced as an extension before PDF 2.0 only', () => {
    const announced = (version: '1.7' | '2.0') => {
      const pdf = stored(openPdf(memorySource(makePdf({ version }))), data);
      return pdf.lookupDict(pdf.catalog, 'Extensions')?.has('ESIC') ?? false;
    };
    assert.deepEqual([announced('1.7'), announced('2.0')], [true, false]);
  });

  test('lists values for single signatures where that is wanted', () => {
    const pdf = stored(openPdf(memorySource(makePdf())), data, { vriFor: [bytes('signature')] });
    const vri = pdf.lookupDict(pdf.lookupDict(pdf.catalog, 'DSS')!, 'VRI')!;
    const related = pdf.lookupDict(vri, vri.keys()[0]!)!;
    assert.deepEqual(
      ['Cert', 'OCSP', 'CRL'].map((key) => pdf.lookupArray(related, key)?.length),
      [2, 1, 1],
    );
    assert.equal(unexpectedChange(pdf, 'validation-data'), undefined);
  });

  test('that is something else is refused', () => {
    const hostile: readonly PdfValue[] = [
      7,
      new PdfArray([]),
      PdfDict.of({ Certs: name('None') }),
      PdfDict.of({ VRI: new PdfArray([]) }),
    ];
    for (const value of hostile) {
      const pdf = withCatalog(makePdf(), () => ({ DSS: value }));
      assert.throws(() => appendSecurityStore(pdf, data), { code: 'ades.store-unusable' });
    }
  });
});

describe('a document time-stamp', () => {
  const pki = new TestPki();
  const stamped = (source: ByteSource) => {
    const preparation = prepareDocumentTimeStamp(openPdf(source), stampOptions);
    const loaded = loadDocumentPreparation(JSON.parse(JSON.stringify(storeDocumentPreparation(preparation))));
    const appended = fillHole(loaded, pki.stamp(loaded.docHash));
    return openPdf(completedRevision(source, appended));
  };

  for (const kind of kinds) {
    test(`covers all there is, from a preparation that was stored meanwhile (${kind})`, () => {
      const pdf = stamped(memorySource(makePdf({ kind })));
      const [stamp] = pdfSignatures(pdf);
      assert.deepEqual([stamp?.kind, stamp?.fieldName], ['document-time-stamp', 'Timestamp1']);
      const { failures, documentTimeStamp } = verifyPdfSignature(pdf, stamp!);
      assert.deepEqual([failures.length, documentTimeStamp?.good], [0, true]);
      assert.equal(unexpectedChange(pdf), undefined);
    });
  }

  test('shares the empty appearance of the one before', () => {
    const twice = stamped(stamped(memorySource(makePdf())).source);
    const fields = twice.lookupArray(twice.acroForm!, 'Fields')!.items.map((item) => twice.resolve(item));
    const appearances = fields.map((field) => twice.lookupDict(field as PdfDict, 'AP')?.get('N'));
    assert.equal(new Set(appearances.map((each) => JSON.stringify(each))).size, 1);
  });
});

test('nothing is added to a document whose certification allows no change', () => {
  const certified = withCatalog(makePdf(), (update) => {
    const parameters = PdfDict.of({ Type: name('TransformParams'), P: 1 });
    const reference = PdfDict.of({ TransformMethod: name('DocMDP'), TransformParams: parameters });
    const signature = update.add(PdfDict.of({ Type: name('Sig'), Reference: new PdfArray([reference]) }));
    return { Perms: PdfDict.of({ DocMDP: signature }) };
  });
  assert.throws(() => appendSecurityStore(certified, data), { code: 'ades.certified-no-augmentation' });
  assert.throws(() => prepareDocumentTimeStamp(certified, stampOptions), {
    code: 'ades.certified-no-augmentation',
  });
});
