// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { memorySource } from '@signet/base';
import type { SignatureAlgorithmId } from '@signet/pkix';
import { checkSeal, type SealExpectation } from '@signet/validation';
import { makePdf } from '../../../tests/testkit/pdf-files.ts';
import { type KeyName, pkiTime, sha256Hex, TestPki } from '../../../tests/testkit/pki.ts';
import { type SealOptions, sealPdf } from '../../../tests/testkit/seal.ts';

const pki = new TestPki();
const kinds = ['table', 'stream', 'hybrid'] as const;

function expectation(
  base: Uint8Array,
  output: Uint8Array,
  more: Partial<SealExpectation> = {},
): SealExpectation {
  return {
    output: memorySource(output),
    baseLength: base.length,
    baseSha256: sha256Hex(base),
    certificate: pki.seal().certificate.fingerprint,
    level: 'B-B',
    ...more,
  };
}

describe('a seal that is right', () => {
  const variants: readonly [KeyName, SignatureAlgorithmId][] = [
    ['p256', 'ecdsa-sha256'],
    ['p384', 'ecdsa-sha384'],
    ['rsa3072', 'rsa-pss-sha256'],
    ['rsa3072', 'rsa-pkcs1-sha256'],
    ['ed25519', 'ed25519'],
  ];
  for (const kind of kinds) {
    for (const [key, algorithm] of variants) {
      for (const level of ['B-B', 'B-T'] as const) {
        test(`${kind}, ${algorithm}, ${level}`, () => {
          const base = makePdf({ kind, pages: 2 });
          const output = sealPdf(base, pki, { key, algorithm, level });
          const { fingerprint } = pki.seal(key).certificate;
          const checked = checkSeal(expectation(base, output, { certificate: fingerprint, level }));
          assert.deepEqual(checked, {
            sha256Out: sha256Hex(output),
            levelReached: level,
            timeStamp: level === 'B-T' ? pkiTime.toISOString() : null,
          });
        });
      }
    }
  }

  test('digests other than SHA-256', () => {
    const base = makePdf();
    for (const algorithm of ['ecdsa-sha384', 'ecdsa-sha512', 'ecdsa-sha3-256'] as const) {
      const output = sealPdf(base, pki, { algorithm });
      assert.equal(checkSeal(expectation(base, output)).sha256Out, sha256Hex(output));
    }
  });

  test('a second and a third seal', () => {
    for (const kind of kinds) {
      let base = sealPdf(makePdf({ kind, acroForm: true }), pki);
      for (const key of ['p384', 'p256'] as const) {
        const output = sealPdf(base, pki, { key, level: 'B-T' });
        checkSeal(
          expectation(base, output, { certificate: pki.seal(key).certificate.fingerprint, level: 'B-T' }),
        );
        base = output;
      }
    }
  });
});

describe('a seal that is not right', () => {
  const base = makePdf({ kind: 'table', pages: 2, acroForm: true });
  const sealed = (options: SealOptions = {}) => sealPdf(base, pki, options);
  const refused = (output: Uint8Array, code: string, more: Partial<SealExpectation> = {}) =>
    assert.throws(() => checkSeal(expectation(base, output, more)), { code });
  const changed = (output: Uint8Array, at: number): Buffer => {
    const copy = Buffer.from(output);
    copy[at] = copy[at]! ^ 1;
    return copy;
  };

  test('another document arrived', () => {
    refused(sealed(), 'ades.check-base-changed', { baseSha256: sha256Hex(Buffer.from('another')) });
  });

  test('a byte of the base changed', () => {
    // A byte within a comment of the binary marker: the structure stays as it is.
    refused(changed(sealed(), 12), 'ades.check-base-changed');
  });

  test('a byte of the appended revision changed', () => {
    const output = sealed({ reason: 'Zatwierdzone' });
    refused(changed(output, output.indexOf('(D:', base.length) + 5), 'ades.check-digest');
  });

  test('bytes appended', () => {
    refused(Buffer.concat([sealed(), Buffer.from('\n% more\n')]), 'ades.check-coverage');
  });

  test('truncated', () => {
    const output = sealed();
    for (const length of [base.length, base.length + 100, output.length - 1, output.length - 7]) {
      const short = output.subarray(0, length);
      assert.throws(
        () => checkSeal(expectation(base, short)),
        ({ code }) => code.startsWith('ades.check-'),
      );
    }
  });

  test('the signature value changed', () => {
    const output = sealed();
    const contents = output.indexOf('<', output.lastIndexOf('/Contents')) + 1;
    const cms = Buffer.from(output.toString('latin1', contents, output.indexOf('>', contents)), 'hex');
    // The value is the last thing in the CMS; zeros follow it.
    let last = cms.length - 1;
    while (cms[last] === 0) last--;
    cms[last] = cms[last]! ^ 1;
    const copy = Buffer.from(output);
    copy.write(cms.toString('hex'), contents, 'latin1');
    refused(copy, 'ades.check-signature-value');
  });

  test('sealed with another certificate', () => {
    refused(sealed({ key: 'p384' }), 'ades.check-certificate');
  });

  test('a level that was not reached', () => {
    refused(sealed(), 'ades.check-level', { level: 'B-T' });
  });

  test('a time-stamp of an authority that was not valid', () => {
    const output = sealed({ level: 'B-T', stampedAt: new Date('2020-01-01T00:00:00Z') });
    refused(output, 'ades.check-time-stamp', { level: 'B-T' });
  });

  test('no seal at all', () => {
    refused(base, 'ades.check-no-signature');
    refused(Buffer.from('nothing'), 'ades.check-no-signature');
  });

  test('only the seal of somebody else, who came before', () => {
    const output = sealed();
    const again = { baseLength: output.length, baseSha256: sha256Hex(output) };
    refused(output, 'ades.check-no-signature', again);
  });

  test('a DocHash that is another one', () => {
    refused(sealed(), 'ades.check-digest', { docHash: Buffer.alloc(32) });
  });
});
