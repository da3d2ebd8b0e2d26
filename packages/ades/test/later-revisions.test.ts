// SPDX-License-Identifier: Apache-2.0
// What may be done to a document after it was sealed, and what may not.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  checkEarlierSignatures,
  type DocumentChange,
  differences,
  isCovered,
  pdfSignatures,
  removedSignatures,
  type SignaturePermissions,
} from '@signet/ades/pades';
import { memorySource } from '@signet/base';
import {
  IncrementalUpdate,
  name,
  openPdf,
  PdfArray,
  PdfDict,
  PdfRef,
  PdfStream,
  textString,
} from '@signet/documents/pdf';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { TestPki } from '../../../tests/testkit/pki.ts';
import { sealPdf } from '../../../tests/testkit/seal.ts';

const pki = new TestPki();
const kinds = ['table', 'stream', 'hybrid'] as const;
const sealed = sealPdf(makePdf({ pages: 2, acroForm: true, signatureField: 'Empty' }), pki);

function updated(base: Uint8Array, change: (update: IncrementalUpdate) => void): Buffer {
  const update = new IncrementalUpdate(openPdf(memorySource(base)));
  change(update);
  return Buffer.concat([base, update.serialize().bytes]);
}

/** The changes after the first signature, by its own permissions or others. */
function changesOf(file: Uint8Array, permissions?: SignaturePermissions): readonly DocumentChange[] {
  const pdf = openPdf(memorySource(file));
  const [first] = pdfSignatures(pdf);
  assert.ok(first !== undefined && isCovered(first), 'the first signature is covered');
  return differences(pdf, first.coverage.revision, permissions ?? first.permissions);
}

function kindsOf(changes: readonly DocumentChange[]): string[] {
  return [...new Set(changes.map(({ kind, allowed }) => `${kind}${allowed ? '' : '!'}`))].sort();
}

function fieldNamed(update: IncrementalUpdate, wanted: string): { ref: PdfRef; dict: PdfDict } {
  const pdf = update.document;
  for (const item of pdf.lookupArray(pdf.acroForm!, 'Fields')!.items) {
    const dict = pdf.resolve(item) as PdfDict;
    const text = Buffer.from((dict.get('T') as { bytes: Uint8Array }).bytes).toString('latin1');
    if (text === wanted) return { ref: item as PdfRef, dict };
  }
  throw new TypeError(`no field ${wanted}`);
}

/** The form's text field, whatever the generator calls it. */
function textField(update: IncrementalUpdate): { ref: PdfRef; dict: PdfDict } {
  const pdf = update.document;
  const ref = pdf
    .lookupArray(pdf.acroForm!, 'Fields')!
    .items.find((item) => (pdf.resolve(item) as PdfDict).name('FT') === 'Tx') as PdfRef;
  return { ref, dict: pdf.resolve(ref) as PdfDict };
}

const appearance = () =>
  PdfStream.of(
    PdfDict.of({ Type: name('XObject'), Subtype: name('Form'), BBox: new PdfArray([0, 0, 9, 9]) }),
    Buffer.from('q Q'),
  );

const fillIn = (update: IncrementalUpdate) => {
  const { ref, dict } = textField(update);
  update.put(ref, dict.with({ V: textString('1000 PLN'), AP: PdfDict.of({ N: update.add(appearance()) }) }));
};
const addComment = (update: IncrementalUpdate) => {
  const page = update.document.pages.at(1);
  const comment = PdfDict.of({
    Type: name('Annot'),
    Subtype: name('Text'),
    Rect: new PdfArray([0, 0, 9, 9]),
  });
  update.put(page.ref, page.dict.with({ Annots: new PdfArray([update.add(comment)]) }));
};
const addStore = (update: IncrementalUpdate) => {
  const { catalogRef, catalog } = update.document;
  const certificate = update.add(PdfStream.of(PdfDict.of({}), pki.root.certificate.bytes));
  update.put(
    catalogRef,
    catalog.with({ DSS: update.add(PdfDict.of({ Certs: new PdfArray([certificate]) })) }),
  );
};

describe('is allowed after a seal', () => {
  for (const kind of kinds) {
    test(`further seals (${kind})`, () => {
      let file = sealPdf(makePdf({ kind, pages: 2 }), pki);
      for (const key of ['p384', 'p256'] as const) file = sealPdf(file, pki, { key, level: 'B-T' });
      assert.deepEqual(kindsOf(changesOf(file)), ['signature']);
      assert.equal(pdfSignatures(openPdf(memorySource(file))).length, 3);
      assert.equal(checkEarlierSignatures(openPdf(memorySource(file))).length, 3);
    });
  }

  const cases: readonly [string, (update: IncrementalUpdate) => void, string[]][] = [
    ['nothing', () => {}, []],
    ['a field that is filled in', fillIn, ['form']],
    ['a security store', addStore, ['validation-data']],
    [
      'metadata',
      (update) => {
        const { catalogRef, catalog } = update.document;
        update.put(
          catalogRef,
          catalog.with({ Metadata: update.add(PdfStream.of(PdfDict.of({}), Buffer.from('<x/>'))) }),
        );
      },
      ['metadata'],
    ],
    [
      'the signing of an empty signature field',
      (update) => {
        const { ref, dict } = fieldNamed(update, 'Empty');
        update.put(ref, dict.with({ V: update.add(PdfDict.of({ Type: name('Sig') })) }));
      },
      ['signature'],
    ],
    ['an object that nothing refers to', (update) => void update.add(textString('nobody sees me')), []],
    [
      'an object written again as it was',
      (update) => {
        const page = update.document.pages.at(0);
        update.put(page.ref, page.dict);
      },
      [],
    ],
  ];
  for (const [what, change, expected] of cases) {
    test(what, () => assert.deepEqual(kindsOf(changesOf(updated(sealed, change))), expected));
  }
});

describe('is not allowed after a seal', () => {
  const cases: readonly [string, (update: IncrementalUpdate) => void][] = [
    [
      'another content of a page',
      (update) => {
        const page = update.document.pages.at(0);
        update.put(
          page.ref,
          page.dict.with({ Contents: update.add(PdfStream.of(PdfDict.of({}), Buffer.from('q Q'))) }),
        );
      },
    ],
    [
      'an object of a page replaced in place',
      (update) => {
        const { dict } = update.document.pages.at(0);
        const contents = dict.get('Contents');
        const ref = contents instanceof PdfArray ? contents.items[0] : contents;
        update.put(ref as PdfRef, PdfStream.of(PdfDict.of({}), Buffer.from('% other')));
      },
    ],
    [
      'a page more',
      (update) => {
        const { catalog } = update.document;
        const root = catalog.get('Pages') as PdfRef;
        const tree = update.document.resolve(root) as PdfDict;
        update.put(root, tree.with({ Count: 3 }));
      },
    ],
    [
      'an action on opening',
      (update) => {
        const { catalogRef, catalog } = update.document;
        update.put(
          catalogRef,
          catalog.with({ OpenAction: PdfDict.of({ S: name('JavaScript'), JS: textString('1') }) }),
        );
      },
    ],
    [
      'a text field more',
      (update) => {
        const { catalogRef, catalog, acroForm } = update.document;
        const fields = update.document.lookupArray(acroForm!, 'Fields')!;
        const field = update.add(PdfDict.of({ FT: name('Tx'), T: textString('new') }));
        const entry = catalog.get('AcroForm');
        const form = acroForm!.with({ Fields: fields.append(field) });
        if (entry instanceof PdfRef) update.put(entry, form);
        else update.put(catalogRef, catalog.with({ AcroForm: form }));
      },
    ],
    [
      'a new signature field with an action',
      (update) => {
        const { catalogRef, catalog, acroForm } = update.document;
        const fields = update.document.lookupArray(acroForm!, 'Fields')!;
        const action = PdfDict.of({ S: name('JavaScript'), JS: textString('1') });
        const field = update.add(PdfDict.of({ FT: name('Sig'), T: textString('new'), A: action }));
        const entry = catalog.get('AcroForm');
        const form = acroForm!.with({ Fields: fields.append(field) });
        if (entry instanceof PdfRef) update.put(entry, form);
        else update.put(catalogRef, catalog.with({ AcroForm: form }));
      },
    ],
    [
      'a field moved',
      (update) => {
        const { ref, dict } = textField(update);
        update.put(ref, dict.with({ Rect: new PdfArray([1, 2, 3, 4]) }));
      },
    ],
    ['a comment', addComment],
    [
      'a widget that is no field',
      (update) => {
        const page = update.document.pages.at(1);
        const widget = PdfDict.of({ Subtype: name('Widget'), Rect: new PdfArray([0, 0, 9, 9]) });
        update.put(page.ref, page.dict.with({ Annots: new PdfArray([update.add(widget)]) }));
      },
    ],
    [
      'annotations taken off a page',
      (update) => {
        const page = update.document.pages.at(0);
        update.put(page.ref, page.dict.with({ Annots: undefined }));
      },
    ],
    [
      'the appearance of a seal',
      (update) => {
        const { ref, dict } = fieldNamed(update, 'Signature1');
        update.put(ref, dict.with({ AP: PdfDict.of({ N: update.add(appearance()) }) }));
      },
    ],
  ];
  for (const [what, change] of cases) {
    test(what, () => {
      const file = updated(sealed, change);
      assert.ok(changesOf(file).some(({ allowed }) => !allowed));
      assert.throws(() => checkEarlierSignatures(openPdf(memorySource(file))), {
        code: 'ades.earlier-signature-broken',
      });
    });
  }

  test('a seal taken away', () => {
    const file = updated(sealed, (update) => {
      const { ref, dict } = fieldNamed(update, 'Signature1');
      update.put(ref, dict.with({ V: undefined }));
    });
    const pdf = openPdf(memorySource(file));
    assert.deepEqual(pdfSignatures(pdf), []);
    assert.deepEqual(removedSignatures(pdf), ['Signature1']);
    assert.deepEqual(removedSignatures(openPdf(memorySource(sealed))), []);
  });

  test('an object that was referred to before there was one', () => {
    const dangling = updated(makePdf({ acroForm: true }), (update) => {
      const page = update.document.pages.at(0);
      const hidden = new PdfRef(update.document.size + 50);
      update.put(page.ref, page.dict.with({ Contents: new PdfArray([page.dict.get('Contents')!, hidden]) }));
    });
    const size = openPdf(memorySource(dangling)).size;
    const base = sealPdf(dangling, pki);
    const file = updated(base, (update) => {
      let ref = update.allocate();
      while (ref.num < size - 1 + 60) {
        update.put(ref, PdfStream.of(PdfDict.of({}), Buffer.from('% shown now')));
        ref = update.allocate();
      }
      update.put(ref, null);
    });
    assert.deepEqual(kindsOf(changesOf(file)), ['undefined!']);
  });

  test('an appearance that is also drawn by a page', () => {
    const shared = updated(makePdf({ acroForm: true }), (update) => {
      const drawn = update.add(appearance());
      const { ref, dict } = textField(update);
      const page = update.document.pages.at(0);
      update.put(ref, dict.with({ AP: PdfDict.of({ N: drawn }) }));
      update.put(page.ref, page.dict.with({ Resources: PdfDict.of({ XObject: PdfDict.of({ Fm: drawn }) }) }));
    });
    const drawnBy = (update: IncrementalUpdate) => {
      const ap = textField(update).dict.get('AP') as PdfDict;
      return ap.get('N') as PdfRef;
    };
    const replace = (update: IncrementalUpdate) =>
      update.put(
        drawnBy(update),
        PdfStream.of(PdfDict.of({ Subtype: name('Form') }), Buffer.from('% other')),
      );
    assert.deepEqual(kindsOf(changesOf(updated(sealPdf(shared, pki), replace))), ['undefined!']);

    const own = sealPdf(updated(makePdf({ acroForm: true }), fillIn), pki);
    assert.deepEqual(kindsOf(changesOf(updated(own, replace))), []);
  });

  test('an object stream replaced under the objects in it', () => {
    const base = sealPdf(makePdf({ kind: 'stream', pages: 2 }), pki);
    const file = updated(base, (update) => {
      const pdf = update.document;
      for (let num = 1; num < pdf.size; num++) {
        const stream = pdf.place(num)?.kind === 'offset' ? pdf.object(num) : null;
        if (stream instanceof PdfStream && stream.dict.name('Type') === 'ObjStm') {
          const data = Buffer.from(pdf.decode(stream))
            .toString('latin1')
            .replace('/Type/Page', '/Type /Pag')
            .replace('/Type /Page', '/Type /Pagf');
          update.put(
            new PdfRef(num),
            PdfStream.of(
              stream.dict.with({ Filter: undefined, DecodeParms: undefined }),
              Buffer.from(data, 'latin1'),
            ),
          );
        }
      }
    });
    let refused = false;
    try {
      refused = changesOf(file).some(({ allowed }) => !allowed);
    } catch (error) {
      refused = error instanceof Error && 'code' in error && String(error.code).startsWith('pdf.');
    }
    assert.ok(refused);
  });
});

describe('what a certification permits', () => {
  const permits = (docMdp: 1 | 2 | 3): SignaturePermissions => ({ docMdp, fieldMdp: undefined });

  test('1: validation data alone', () => {
    assert.deepEqual(kindsOf(changesOf(updated(sealed, addStore), permits(1))), ['validation-data']);
    assert.deepEqual(kindsOf(changesOf(updated(sealed, fillIn), permits(1))), ['form!']);
    assert.deepEqual(kindsOf(changesOf(sealPdf(sealed, pki), permits(1))), ['signature!']);
  });

  test('2: filling in and signing', () => {
    assert.deepEqual(kindsOf(changesOf(updated(sealed, fillIn), permits(2))), ['form']);
    assert.deepEqual(kindsOf(changesOf(sealPdf(sealed, pki), permits(2))), ['signature']);
    assert.deepEqual(kindsOf(changesOf(updated(sealed, addComment), permits(2))), ['annotation!']);
  });

  test('3: comments too', () => {
    assert.deepEqual(kindsOf(changesOf(updated(sealed, addComment), permits(3))), ['annotation']);
  });

  test('a lock holds the fields it names', () => {
    const file = updated(sealed, fillIn);
    const amount = Buffer.from(
      (textField(new IncrementalUpdate(openPdf(memorySource(sealed)))).dict.get('T') as { bytes: Uint8Array })
        .bytes,
    ).toString('latin1');
    const locked = (action: 'All' | 'Include' | 'Exclude', fields: string[]) =>
      kindsOf(changesOf(file, { docMdp: undefined, fieldMdp: { action, fields } }));
    assert.deepEqual(locked('All', []), ['form!']);
    assert.deepEqual(locked('Include', [amount]), ['form!']);
    assert.deepEqual(locked('Include', ['other']), ['form']);
    assert.deepEqual(locked('Exclude', [amount]), ['form']);
    assert.deepEqual(locked('Exclude', []), ['form!']);
  });
});
