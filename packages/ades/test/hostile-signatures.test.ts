// SPDX-License-Identifier: Apache-2.0
// Signatures forged out of true ones: each published class of attack on PDF signatures has to be found.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checkEarlierSignatures, isCovered, pdfSignatures, verifyPdfSignature } from '@signet/ades/pades';
import { isSignetError, memorySource } from '@signet/base';
import { IncrementalUpdate, openPdf, PdfArray, type PdfDict, type PdfRef } from '@signet/documents/pdf';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { TestPki } from '../../../tests/testkit/pki.ts';
import { sealPdf } from '../../../tests/testkit/seal.ts';

const pki = new TestPki();
const base = makePdf({ pages: 2 });
const sealed = sealPdf(base, pki);

/** Codes of everything that is wrong with the signatures of a file. */
function problems(file: Uint8Array): string[] {
  const pdf = openPdf(memorySource(file));
  return pdfSignatures(pdf).flatMap((signature) => {
    const { failures, unsupported } = verifyPdfSignature(pdf, signature);
    return [...failures, ...unsupported].map(({ code }) => code);
  });
}

/** A change of the same length, so that every offset stays. */
function replaced(file: Buffer, from: string, to: string): Buffer {
  assert.equal(from.length, to.length);
  const at = file.lastIndexOf(from);
  assert.ok(at > 0, `${from} is there`);
  const copy = Buffer.from(file);
  copy.write(to, at, 'latin1');
  return copy;
}

function byteRangeOf(file: Uint8Array): readonly [number, number, number, number] {
  const [signature] = pdfSignatures(openPdf(memorySource(file)));
  assert.ok(signature !== undefined && isCovered(signature));
  return signature.coverage.byteRange;
}

function withByteRange(range: readonly number[]): Buffer {
  const text = sealed.toString('latin1', sealed.lastIndexOf('/ByteRange'));
  const [whole] = /\[[^\]]*\]\s*/.exec(text)!;
  return replaced(sealed, whole, `[${range.join(' ')}]`.padEnd(whole.length));
}

test('the true one is sound', () => assert.deepEqual(problems(sealed), []));

describe('byte ranges', () => {
  const [, before, after, rest] = byteRangeOf(sealed);
  const cases: readonly [string, readonly number[]][] = [
    ['that do not begin at the first byte', [1, before - 1, after, rest]],
    ['with a wider gap before', [0, before - 2, after, rest]],
    ['with a wider gap behind', [0, before, after + 2, rest - 2]],
    ['with no gap', [0, before, before, rest]],
    ['that overlap', [0, after + 5, after, rest]],
    ['that end before the end', [0, before, after, rest - 10]],
    ['that go beyond the end', [0, before, after, rest + 1]],
    ['of the first part alone', [0, before, after, 0]],
    ['of three parts', [0, before, after, rest - 1, after + rest, 0]],
    ['of zeros', [0, 0, 0, 0]],
    ['of negative numbers', [0, -1, after, rest]],
    ['of fractions', [0, before + 0.5, after, rest]],
    ['that are empty', []],
  ];
  for (const [what, range] of cases) {
    test(what, () => assert.deepEqual(problems(withByteRange(range)), ['ades.byte-range']));
  }
});

describe('signature dictionaries', () => {
  test('without a value', () => {
    const [, before, after] = byteRangeOf(sealed);
    const zeros = Buffer.from(sealed).fill('0', before + 1, after - 1);
    assert.deepEqual(problems(zeros), ['cms.malformed']);
  });

  test('with blanks or comments in the value', () => {
    const [, , after] = byteRangeOf(sealed);
    for (const text of ['  ', '%0', 'zz']) {
      const copy = Buffer.from(sealed);
      copy.write(text, after - 3, 'latin1');
      assert.deepEqual(problems(copy), ['ades.byte-range']);
    }
  });

  test('of a kind that is not known', () => {
    const file = replaced(sealed, '/ETSI.CAdES.detached', '/ETSI.CAdES.detachEd');
    assert.deepEqual(problems(file), ['ades.sub-filter']);
  });

  test('of an older kind, which the signature is not about', () => {
    const file = replaced(sealed, '/ETSI.CAdES.detached', '/adbe.pkcs7.detached');
    assert.deepEqual(problems(file), ['cms.message-digest-mismatch']);
  });
});

describe('wrapping', () => {
  const updated = (change: (update: IncrementalUpdate) => void): Buffer => {
    const update = new IncrementalUpdate(openPdf(memorySource(sealed)));
    change(update);
    return Buffer.concat([sealed, update.serialize().bytes]);
  };
  const field = (update: IncrementalUpdate): { ref: PdfRef; dict: PdfDict } => {
    const ref = update.document.lookupArray(update.document.acroForm!, 'Fields')!.items[0] as PdfRef;
    return { ref, dict: update.resolve(ref) as PdfDict };
  };

  test('a copy of the dictionary, elsewhere in the file', () => {
    const file = updated((update) => {
      const { ref, dict } = field(update);
      const value = update.resolve(dict.get('V')) as PdfDict;
      update.put(ref, dict.with({ V: update.add(value) }));
    });
    assert.deepEqual(problems(file), ['ades.byte-range']);
  });

  test('a copy as a direct value of the field', () => {
    const file = updated((update) => {
      const { ref, dict } = field(update);
      update.put(ref, dict.with({ V: update.resolve(dict.get('V')) }));
    });
    assert.deepEqual(problems(file), ['ades.byte-range']);
  });

  const withSecondField = (value: (update: IncrementalUpdate, dict: PdfDict) => PdfRef | undefined) =>
    updated((update) => {
      const { dict } = field(update);
      const second = update.add(dict.with({ T: undefined, V: value(update, dict) }));
      const form = update.document.acroForm!;
      const fields = update.document.lookupArray(form, 'Fields')!;
      const entry = update.document.catalog.get('AcroForm') as PdfRef;
      update.put(entry, form.with({ Fields: new PdfArray([...fields.items, second]) }));
    });

  test('a second field over the same value is no second signature, and no change that is allowed', () => {
    const file = withSecondField((_update, dict) => dict.get('V') as PdfRef);
    const pdf = openPdf(memorySource(file));
    const signatures = pdfSignatures(pdf);
    assert.equal(signatures.length, 1);
    assert.throws(() => checkEarlierSignatures(pdf), { code: 'ades.earlier-signature-broken' });
  });

  test('a second field over a copy of the value', () => {
    const file = withSecondField((update, dict) => update.add(update.resolve(dict.get('V'))));
    assert.deepEqual(problems(file), ['ades.byte-range']);
  });

  test('the dictionary replaced under its number', () => {
    const file = updated((update) => {
      const { dict } = field(update);
      update.put(dict.get('V') as PdfRef, update.resolve(dict.get('V')));
    });
    assert.deepEqual(problems(file), ['ades.byte-range']);
  });
});

describe('bytes behind the last revision', () => {
  for (const tail of ['\n1 0 obj\n<</Type/Catalog>>\nendobj\n', 'x', '\n%PDF-1.7\n', ' '.repeat(5000)]) {
    test(JSON.stringify(tail.slice(0, 20)), () => {
      let codes: string[];
      try {
        codes = problems(Buffer.concat([sealed, Buffer.from(tail)]));
      } catch (error) {
        assert.ok(isSignetError(error));
        return;
      }
      assert.deepEqual(codes, ['ades.trailing-bytes']);
    });
  }

  test('a line end is none of them', () =>
    assert.deepEqual(problems(Buffer.concat([sealed, Buffer.from('\r\n')])), []));
});

test('every single byte that is covered counts', () => {
  const small = sealPdf(makePdf({ pages: 1 }), pki);
  const [, before, after] = byteRangeOf(small);
  for (let at = 0; at < small.length; at += at < before || at >= after ? 7 : 97) {
    const copy = Buffer.from(small);
    copy[at] = copy[at]! ^ 0x01;
    let sound = false;
    try {
      const pdf = openPdf(memorySource(copy));
      const signatures = pdfSignatures(pdf);
      sound = signatures.length > 0 && problems(copy).length === 0;
    } catch (error) {
      assert.ok(isSignetError(error), String(error));
    }
    // In the hole, the padding behind the CMS may be changed to another way of writing zero bytes, and only that.
    assert.ok(!sound || (at >= before && at < after), `the change at ${at} was not noticed`);
  }
});
