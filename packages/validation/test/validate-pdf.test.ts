// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fillHole, preparePdf } from '@signet/ades/pades';
import { memorySource } from '@signet/base';
import { IncrementalUpdate, name, openPdf, PdfArray, PdfDict, PdfStream } from '@signet/documents/pdf';
import { digest } from '@signet/pkix';
import { reportSentence, type ValidationInput, type ValidationReport, validatePdf } from '@signet/validation';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { type KeyPair, pkiTime, sha256Hex, TestPki } from '../../../tests/testkit/pki.ts';
import { type SealOptions, sealPdf } from '../../../tests/testkit/seal.ts';

const pki = new TestPki();
const day = 86_400_000;
const base = makePdf({ pages: 2, acroForm: true });
const after = (days: number) => new Date(pkiTime.getTime() + days * day);

function validate(file: Uint8Array, more: Partial<ValidationInput> = {}): ValidationReport {
  return validatePdf(memorySource(file), {
    trustAnchors: [pki.root.certificate.bytes],
    at: pkiTime,
    revocation: { crls: pki.crls() },
    ...more,
  });
}

const verdict = (report: ValidationReport) =>
  report.signatures
    .map(({ indication, subIndication }) => `${indication} ${subIndication ?? ''}`.trim())
    .join(', ');

describe('a seal', () => {
  for (const level of ['B-B', 'B-T'] as const) {
    test(`${level}: passes, and the report is plain JSON`, () => {
      const file = sealPdf(base, pki, { level });
      const report = validate(file);
      assert.equal(verdict(report), 'TOTAL_PASSED');
      assert.equal(report.indication, 'TOTAL_PASSED');
      assert.deepEqual(report.document, { size: file.length, sha256: sha256Hex(file) });
      const [signature] = report.signatures;
      assert.equal(signature?.level, level);
      assert.equal(signature?.signer?.sha256, pki.seal().certificate.fingerprint);
      assert.deepEqual(signature?.signingTime, {
        source: level === 'B-T' ? 'time-stamp' : 'claimed',
        time: pkiTime.toISOString(),
      });
      assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
    });
  }

  test('without revocation values waits for them, unless the policy does not ask', () => {
    const file = sealPdf(base, pki);
    assert.equal(verdict(validate(file, { revocation: {} })), 'INDETERMINATE TRY_LATER');
    const lenient = validate(file, { revocation: {}, policy: { revocation: 'if-present' } });
    assert.equal(verdict(lenient), 'TOTAL_PASSED');
    assert.deepEqual(
      lenient.signatures[0]?.warnings.map(({ key }) => key),
      ['revocation-not-checked'],
    );
  });

  test('with revocation values that are too old or from the future waits for them', () => {
    const file = sealPdf(base, pki);
    for (const days of [-60, 2]) {
      const report = validate(file, { revocation: { crls: pki.crls([], after(days)) } });
      assert.equal(verdict(report), 'INDETERMINATE TRY_LATER');
    }
  });

  test('of a certificate that was revoked', () => {
    const revoked = [{ certificate: pki.seal().certificate, at: after(-1) }];
    const report = validate(sealPdf(base, pki), { revocation: { crls: pki.crls(revoked) } });
    assert.equal(verdict(report), 'INDETERMINATE REVOKED_NO_POE');
    const lenient = validate(sealPdf(base, pki), {
      revocation: { crls: pki.crls(revoked) },
      policy: { revocation: 'if-present' },
    });
    assert.equal(verdict(lenient), 'INDETERMINATE REVOKED_NO_POE');
  });

  test('that was time-stamped before its certificate was revoked passes, and tells it', () => {
    const revoked = [{ certificate: pki.seal().certificate, at: after(1) }];
    const report = validate(sealPdf(base, pki, { level: 'B-T' }), {
      at: after(3),
      revocation: { crls: pki.crls(revoked, after(2)) },
    });
    assert.equal(verdict(report), 'TOTAL_PASSED');
    assert.deepEqual(
      report.signatures[0]?.warnings.map(({ key }) => key),
      ['certificate-revoked'],
    );
  });

  test('by an issuing authority that was revoked', () => {
    const revoked = [{ certificate: pki.issuing.certificate, at: after(-1) }];
    const report = validate(sealPdf(base, pki), { revocation: { crls: pki.crls(revoked) } });
    assert.equal(verdict(report), 'INDETERMINATE REVOKED_CA_NO_POE');
  });

  test('with another trust anchor, or none', () => {
    const file = sealPdf(base, pki);
    for (const trustAnchors of [[], [new TestPki().root.certificate.bytes]]) {
      assert.equal(verdict(validate(file, { trustAnchors })), 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    }
  });

  test('after its certificate expired: only a time-stamp helps', () => {
    const short = pki.issue('Short', {
      issuer: pki.issuing,
      notBefore: after(-10),
      notAfter: after(1),
      extensions: { keyUsage: ['nonRepudiation'] },
    });
    const later = { at: after(5), revocation: { crls: pki.crls([], after(4)) } };
    assert.equal(
      verdict(validate(sealPdf(base, pki, { pair: short }), later)),
      'INDETERMINATE OUT_OF_BOUNDS_NO_POE',
    );
    assert.equal(verdict(validate(sealPdf(base, pki, { pair: short, level: 'B-T' }), later)), 'TOTAL_PASSED');
  });

  test('by a certificate for another purpose', () => {
    const server = pki.issue('Server', {
      issuer: pki.issuing,
      extensions: { keyUsage: ['keyEncipherment'], extKeyUsage: { purposes: ['1.3.6.1.5.5.7.3.1'] } },
    });
    assert.equal(
      verdict(validate(sealPdf(base, pki, { pair: server }))),
      'INDETERMINATE CHAIN_CONSTRAINTS_FAILURE',
    );
  });

  test('with an algorithm that has ended', () => {
    const algorithms = {
      format: 1 as const,
      name: 'a policy of the test',
      digests: { sha256: '2020-01-01' },
      signatures: { ecdsa: [{ minimumBits: 256, until: null }] },
    };
    const report = validate(sealPdf(base, pki), { policy: { algorithms } });
    assert.equal(verdict(report), 'INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE_NO_POE');
  });

  test('whose time-stamp cannot be relied on has only the time it claims', () => {
    const untrusted = new TestPki();
    const file = stampedBy(untrusted);
    const [signature] = validate(file).signatures;
    assert.equal(signature?.signingTime?.source, 'claimed');
    assert.deepEqual(
      signature?.timeStamps.map(({ indication, subIndication }) => [indication, subIndication]),
      [['INDETERMINATE', 'NO_CERTIFICATE_CHAIN_FOUND']],
    );
  });

  /** Sealed by the test PKI, time-stamped by an authority of another. */
  function stampedBy(other: TestPki): Buffer {
    const mixed = Object.create(pki, { stamp: { value: other.stamp.bind(other) } }) as TestPki;
    return sealPdf(base, mixed, { level: 'B-T', pair: pki.seal() });
  }

  test('that a document store helps to build its path', () => {
    const file = sealPdf(base, pki, { pair: pki.seal() });
    const alone = { ...pki.seal() } satisfies KeyPair;
    const leaf = Object.create(pki, { chain: { value: () => [alone.certificate.bytes] } }) as TestPki;
    const without = sealPdf(base, leaf, { pair: alone });
    assert.equal(verdict(validate(without)), 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND');
    assert.equal(
      verdict(validate(without, { extraCertificates: [pki.issuing.certificate.bytes] })),
      'TOTAL_PASSED',
    );
    const update = new IncrementalUpdate(openPdf(memorySource(without)));
    const stream = (bytes: Uint8Array) => update.add(PdfStream.of(PdfDict.of({}), bytes));
    const store = PdfDict.of({
      Certs: new PdfArray([stream(pki.issuing.certificate.bytes)]),
      CRLs: new PdfArray(pki.crls().map(stream)),
    });
    update.put(update.document.catalogRef, update.document.catalog.with({ DSS: store }));
    const stored = Buffer.concat([without, update.serialize().bytes]);
    const report = validate(stored, { revocation: {} });
    assert.equal(verdict(report), 'TOTAL_PASSED');
    assert.equal(report.signatures[0]?.changes.kind, 'allowed');
    assert.equal(verdict(validate(file)), 'TOTAL_PASSED');
  });
});

describe('a document', () => {
  test('without a seal', () => {
    const report = validate(base);
    assert.equal(report.indication, null);
    assert.deepEqual(report.signatures, []);
    assert.match(reportSentence(report), /no seal/);
  });

  test('that is no PDF', () => {
    assert.throws(() => validate(Buffer.from('%not a PDF')), { code: 'pdf.not-a-pdf' });
  });

  test('with two seals: both pass, the worst one decides', () => {
    const twice = sealPdf(sealPdf(base, pki), pki, { key: 'p384', level: 'B-T' });
    const report = validate(twice);
    assert.equal(verdict(report), 'TOTAL_PASSED, TOTAL_PASSED');
    assert.deepEqual(
      report.signatures.map(({ changes }) => changes.kind),
      ['allowed', 'none'],
    );
    const other = sealPdf(sealPdf(base, new TestPki()), pki);
    assert.equal(verdict(validate(other)), 'INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND, TOTAL_PASSED');
    assert.equal(validate(other).indication, 'INDETERMINATE');
  });

  test('changed after it was sealed', () => {
    const file = Buffer.from(sealPdf(base, pki));
    file[12] = file[12]! ^ 1;
    assert.equal(verdict(validate(file)), 'TOTAL_FAILED HASH_FAILURE');
  });

  test('with a later revision that is not allowed', () => {
    const update = new IncrementalUpdate(openPdf(memorySource(sealPdf(base, pki))));
    const page = update.document.pages.at(0);
    update.put(page.ref, page.dict.with({ Rotate: 180 }));
    const file = Buffer.concat([sealPdf(base, pki), update.serialize().bytes]);
    assert.match(verdict(validate(file)), /^TOTAL_FAILED (FORMAT|HASH)_FAILURE$/);
  });

  test('commented on after it was sealed is for people to look at', () => {
    const sealed = sealPdf(base, pki);
    const update = new IncrementalUpdate(openPdf(memorySource(sealed)));
    const page = update.document.pages.at(1);
    const comment = PdfDict.of({
      Type: name('Annot'),
      Subtype: name('FreeText'),
      Rect: new PdfArray([0, 0, 9, 9]),
    });
    update.put(page.ref, page.dict.with({ Annots: new PdfArray([update.add(comment)]) }));
    const report = validate(Buffer.concat([sealed, update.serialize().bytes]));
    assert.equal(verdict(report), 'INDETERMINATE SIG_CONSTRAINTS_FAILURE');
    assert.equal(report.signatures[0]?.changes.kind, 'forbidden');
  });

  test('whose hole was never filled', () => {
    const preparation = preparePdf(openPdf(memorySource(base)), {
      digestAlgorithm: 'sha256',
      reservedBytes: 100,
      signingTime: pkiTime,
    });
    const file = Buffer.concat([base, preparation.appended]);
    assert.equal(verdict(validate(file)), 'TOTAL_FAILED FORMAT_FAILURE');
    const garbage = Buffer.concat([base, fillHole(preparation, digest('sha512', base))]);
    assert.equal(verdict(validate(garbage)), 'TOTAL_FAILED FORMAT_FAILURE');
  });

  test('with a document time-stamp: an expired seal under it still passes', () => {
    const short = pki.issue('Short', {
      issuer: pki.issuing,
      notBefore: after(-10),
      notAfter: after(1),
      extensions: { keyUsage: ['nonRepudiation'] },
    });
    const file = timeStamped(sealPdf(base, pki, { pair: short }));
    const report = validate(file, { at: after(5), revocation: { crls: pki.crls([], after(4)) } });
    assert.equal(verdict(report), 'TOTAL_PASSED');
    assert.deepEqual(
      report.documentTimeStamps.map(({ indication }) => indication),
      ['TOTAL_PASSED'],
    );
    assert.equal(report.signatures[0]?.signingTime?.source, 'time-stamp');
    const broken = Buffer.from(file);
    broken[12] = broken[12]! ^ 1;
    assert.deepEqual(
      validate(broken).documentTimeStamps.map(({ subIndication }) => subIndication),
      ['HASH_FAILURE'],
    );
  });

  /** Appends a document time-stamp: a seal's revision whose hole takes a token and whose SubFilter says so. */
  function timeStamped(file: Buffer): Buffer {
    const preparation = preparePdf(openPdf(memorySource(file)), {
      digestAlgorithm: 'sha256',
      reservedBytes: 3000,
      signingTime: pkiTime,
    });
    const appended = Buffer.from(preparation.appended);
    const at = appended.indexOf('/ETSI.CAdES.detached');
    appended.write('/ETSI.RFC3161       ', at, 'latin1');
    const [, before, behind] = preparation.byteRange;
    const whole = Buffer.concat([file, appended]);
    const signed = Buffer.concat([whole.subarray(0, before), whole.subarray(behind)]);
    return Buffer.concat([file, fillHole({ ...preparation, appended }, pki.stamp(digest('sha256', signed)))]);
  }
});

describe('the sentence', () => {
  const sentence = (options: SealOptions, more: Partial<ValidationInput> = {}) =>
    reportSentence(validate(sealPdf(base, pki, options), more));

  test('says who, when and by whose clock, unchanged or not', () => {
    const claimed = sentence({});
    assert.match(claimed, /Przykładowa Spółka/);
    assert.match(claimed, /2026-06-01 00:00:00 UTC/);
    assert.match(claimed, /own clock/);
    assert.match(claimed, /valid, unchanged/);
    assert.match(sentence({ level: 'B-T' }), /clock of .*Test TSA/);
    for (const text of [claimed, sentence({}, { trustAnchors: [] })]) assert.ok(!text.includes('\n'));
  });

  test('says what could not be judged and why', () => {
    assert.match(sentence({}, { trustAnchors: [] }), /cannot be judged: .*trust anchor/);
    assert.match(sentence({}, { revocation: {} }), /cannot be judged: .*revoked is not known/);
  });

  test('says when a seal is not valid', () => {
    const file = Buffer.from(sealPdf(base, pki));
    file[12] = file[12]! ^ 1;
    assert.match(reportSentence(validate(file)), /NOT VALID/);
  });
});
