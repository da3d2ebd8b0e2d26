// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  addSignatureTimeStamp,
  embed,
  estimateCmsBytes,
  loadSignaturePreparation,
  parseReceivedSignature,
  prepareSignature,
  type SignaturePreparation,
  signatureTimeStampImprint,
  signatureTimeStamps,
  storeSignaturePreparation,
  verifyReceivedSignature,
} from '@signet/ades/cades';
import {
  attributeTypes,
  digest,
  keySigner,
  type SignatureAlgorithmId,
  signatureAlgorithm,
} from '@signet/pkix';
import { type KeyName, TestPki } from '../../../tests/testkit/pki.ts';

const pki = new TestPki();
const variants: readonly [KeyName, SignatureAlgorithmId][] = [
  ['p256', 'ecdsa-sha256'],
  ['p256', 'ecdsa-sha3-256'],
  ['p384', 'ecdsa-sha384'],
  ['rsa3072', 'rsa-pss-sha256'],
  ['rsa3072', 'rsa-pss-sha512'],
  ['rsa3072', 'rsa-pkcs1-sha256'],
  ['ed25519', 'ed25519'],
];
const content = Buffer.from('the bytes that are signed');

function prepare(
  key: KeyName = 'p256',
  algorithm: SignatureAlgorithmId = 'ecdsa-sha256',
): SignaturePreparation {
  const { hash } = signatureAlgorithm(algorithm);
  const certificates = pki.chain(pki.seal(key));
  return prepareSignature({ docHash: digest(hash, content), digestAlgorithm: hash, certificates, algorithm });
}

function sign(preparation: SignaturePreparation, key: KeyName = 'p256'): Uint8Array {
  return embed(preparation, keySigner(pki.seal(key).key, preparation.algorithm).sign(preparation.dtbs));
}

describe('a detached signature', () => {
  for (const [key, algorithm] of variants) {
    test(`${algorithm}: verifies at B-B and B-T, within its estimated size`, () => {
      const preparation = prepare(key, algorithm);
      const { certificates } = preparation;
      const basic = sign(preparation, key);
      assert.ok(basic.length <= estimateCmsBytes({ certificates, algorithm, tokenBytes: 0 }));

      const token = pki.stamp(signatureTimeStampImprint(basic, 'sha256'));
      const stamped = addSignatureTimeStamp(basic, token);
      assert.ok(stamped.length <= estimateCmsBytes({ certificates, algorithm, tokenBytes: token.length }));
      for (const cms of [basic, stamped]) {
        const received = parseReceivedSignature(cms);
        assert.deepEqual(verifyReceivedSignature(received, preparation.docHash), {
          failures: [],
          signatureAlgorithm: algorithm,
        });
        assert.equal(received.certificate?.fingerprint, pki.seal(key).certificate.fingerprint);
      }
      assert.deepEqual(
        signatureTimeStamps(parseReceivedSignature(stamped)).map(({ good }) => good),
        [true],
      );
    });
  }

  test('has the signed attributes that PAdES wants, and no signing-time', () => {
    const { signerInfo } = parseReceivedSignature(sign(prepare()));
    const types = signerInfo.signedAttributes?.attributes.map(({ type }) => type);
    const { contentType, messageDigest, signingCertificateV2 } = attributeTypes;
    assert.deepEqual(types?.toSorted(), [contentType, messageDigest, signingCertificateV2].toSorted());
  });

  test('does not verify over other content', () => {
    const { failures } = verifyReceivedSignature(
      parseReceivedSignature(sign(prepare())),
      digest('sha256', Buffer.of(1)),
    );
    assert.deepEqual(
      failures.map(({ code }) => code),
      ['cms.message-digest-mismatch'],
    );
  });

  test('keeps every other byte when it is time-stamped', () => {
    const basic = Buffer.from(sign(prepare()));
    const stamped = Buffer.from(
      addSignatureTimeStamp(basic, pki.stamp(signatureTimeStampImprint(basic, 'sha256'))),
    );
    const before = parseReceivedSignature(basic);
    const after = parseReceivedSignature(stamped);
    assert.deepEqual(after.signerInfo.signedAttributes, before.signerInfo.signedAttributes);
    assert.deepEqual(after.signerInfo.signature, before.signerInfo.signature);
    assert.deepEqual(after.signedData.certificates, before.signedData.certificates);
  });

  test('takes no time-stamp of another signature value', () => {
    const cms = sign(prepare());
    const token = pki.stamp(digest('sha256', Buffer.from('another value')));
    assert.throws(() => addSignatureTimeStamp(cms, token), { code: 'ades.signed-data-unsuitable' });
  });

  test('tells a time-stamp that does not hold', () => {
    const other = new TestPki();
    const cms = sign(prepare());
    const stamped = addSignatureTimeStamp(
      cms,
      other.stamp(signatureTimeStampImprint(cms, 'sha256'), { tsa: pki.seal() }),
    );
    const [stamp] = signatureTimeStamps(parseReceivedSignature(stamped));
    assert.equal(stamp?.good === false && stamp.failure.code, 'tsp.certificate-purpose');
  });
});

describe('a preparation', () => {
  test('is the same after it was stored as JSON', () => {
    for (const [key, algorithm] of variants) {
      const preparation = prepare(key, algorithm);
      const loaded = loadSignaturePreparation(
        JSON.parse(JSON.stringify(storeSignaturePreparation(preparation))),
      );
      const bytes = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
      assert.deepEqual(
        {
          ...loaded,
          docHash: bytes(loaded.docHash),
          dtbs: bytes(loaded.dtbs),
          dtbsr: bytes(loaded.dtbsr),
          certificates: loaded.certificates.map(bytes),
        },
        {
          ...preparation,
          docHash: bytes(preparation.docHash),
          dtbs: bytes(preparation.dtbs),
          dtbsr: bytes(preparation.dtbsr),
          certificates: preparation.certificates.map(bytes),
        },
      );
    }
  });

  test('of an unknown format or algorithm is refused', () => {
    const stored = storeSignaturePreparation(prepare());
    for (const wrong of [{ format: 2 }, { digestAlgorithm: 'md5' }, { algorithm: 'dsa' }]) {
      const changed = { ...stored, ...wrong } as typeof stored;
      assert.throws(() => loadSignaturePreparation(changed), { code: 'ades.preparation-unreadable' });
    }
  });

  test('wants a hash of the right length and kind', () => {
    const certificates = pki.chain(pki.seal());
    const request = { certificates, algorithm: 'ecdsa-sha256', digestAlgorithm: 'sha256' } as const;
    assert.throws(() => prepareSignature({ ...request, docHash: Buffer.alloc(20) }), {
      code: 'ades.doc-hash-length',
    });
    assert.throws(
      () => prepareSignature({ ...request, algorithm: 'ecdsa-sha384', docHash: Buffer.alloc(32) }),
      { code: 'ades.digest-differs' },
    );
  });
});
