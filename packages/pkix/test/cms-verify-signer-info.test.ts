// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type KeyPair, TestPki } from '../../../tests/testkit/pki.ts';
import {
  attributeTypes,
  type DerValue,
  der,
  digest,
  encodeDer,
  encodeSignedAttributes,
  encodeSignedData,
  keySigner,
  parseCertificate,
  parseSignedData,
  type SignatureAlgorithmId,
  type SignedAttributesInput,
  type SignedData,
  type SignerInfo,
  type SignerInput,
  verifySignerInfo,
} from '../src/index.ts';

const pki = new TestPki();
const pair = pki.seal('p256');
const certificate = pair.certificate.bytes;
const contentDigest = digest('sha256', Buffer.from('content'));
const usual: SignedAttributesInput = { messageDigest: contentDigest, signingCertificate: { certificate } };

const attribute = (type: string, ...values: readonly DerValue[]) =>
  encodeDer(der.sequence(der.oid(type), der.setOf(values)));

/** A set of signed attributes other than ours would ever be. */
const attributesOf = (...attributes: readonly Uint8Array[]) => encodeDer(der.setOf(attributes));
const contentType = attribute(attributeTypes.contentType, der.oid('1.2.840.113549.1.7.1'));
const messageDigest = attribute(attributeTypes.messageDigest, der.octetString(contentDigest));
const reference = attribute(
  attributeTypes.signingCertificateV2,
  der.sequence(der.sequence(der.sequence(der.octetString(digest('sha256', certificate))))),
);

function failures(
  signedAttributes: Uint8Array,
  changes: {
    readonly signer?: Partial<SignerInput>;
    readonly signerInfo?: (signerInfo: SignerInfo) => SignerInfo;
    readonly certificate?: KeyPair;
    readonly contentDigest?: Uint8Array;
    readonly algorithm?: SignatureAlgorithmId;
    readonly content?: Uint8Array;
  } = {},
): readonly string[] {
  const { algorithm = 'ecdsa-sha256' } = changes;
  const signature = keySigner(pair.key, algorithm).sign(signedAttributes);
  const signedData: SignedData = parseSignedData(
    encodeSignedData({
      certificates: [certificate],
      signer: {
        certificate,
        digestAlgorithm: 'sha256',
        signatureAlgorithm: algorithm,
        signedAttributes,
        signature,
        ...changes.signer,
      },
    }),
  );
  const [received] = signedData.signerInfos;
  const signerInfo = changes.signerInfo?.(received!) ?? received!;
  return verifySignerInfo({
    signedData,
    signerInfo,
    certificate: (changes.certificate ?? pair).certificate,
    contentDigest: changes.contentDigest ?? contentDigest,
    ...(changes.content === undefined ? {} : { content: changes.content }),
  }).failures;
}

describe('verifySignerInfo', () => {
  test('finds nothing wrong with what we make', () => {
    assert.deepEqual(failures(encodeSignedAttributes(usual)), []);
  });

  test('cms.message-digest-mismatch: other content', () => {
    const other = { contentDigest: digest('sha256', Buffer.from('other')) };
    assert.deepEqual(failures(encodeSignedAttributes(usual), other), ['cms.message-digest-mismatch']);
    assert.deepEqual(failures(encodeSignedAttributes(usual), { contentDigest: new Uint8Array() }), [
      'cms.message-digest-mismatch',
    ]);
  });

  test('cms.content-type-mismatch: signed as another kind of content', () => {
    const attributes = encodeSignedAttributes({ ...usual, contentType: '1.2.3.4' });
    assert.deepEqual(failures(attributes), ['cms.content-type-mismatch']);
  });

  test('cms.signature-invalid: another value, other attributes, another key, a value that is no signature', () => {
    const attributes = encodeSignedAttributes(usual);
    const other = encodeSignedAttributes({ ...usual, signingTime: new Date('2026-01-01') });
    const invalid = ['cms.signature-invalid'];
    assert.deepEqual(
      failures(attributes, { signer: { signature: keySigner(pair.key).sign(other) } }),
      invalid,
    );
    assert.deepEqual(
      failures(attributes, { signer: { signature: keySigner(pki.root.key).sign(attributes) } }),
      invalid,
    );
    for (const signature of [new Uint8Array(), new Uint8Array(72), Uint8Array.of(0x30, 0x80)]) {
      assert.deepEqual(failures(attributes, { signer: { signature } }), invalid);
    }
  });

  test('cms.signing-certificate-mismatch and cms.signer-identifier-mismatch: another certificate of the same key', () => {
    // The attack that ESS is against: the same key and name, another certificate.
    const twin = pki.issue('Test Seal p256', { issuer: pki.issuing, key: pair.key });
    assert.deepEqual(failures(encodeSignedAttributes(usual), { certificate: twin }), [
      'cms.signing-certificate-mismatch',
      'cms.signer-identifier-mismatch',
    ]);
  });

  test('cms.signing-certificate-missing: nothing binds the certificate', () => {
    assert.deepEqual(failures(attributesOf(contentType, messageDigest)), ['cms.signing-certificate-missing']);
  });

  test('both references must be right where a signer wrote both', () => {
    const version1 = (hash: Uint8Array) =>
      attribute(
        attributeTypes.signingCertificate,
        der.sequence(der.sequence(der.sequence(der.octetString(hash)))),
      );
    const right = version1(digest('sha1', certificate));
    const wrong = version1(digest('sha1', pki.root.certificate.bytes));
    assert.deepEqual(failures(attributesOf(contentType, messageDigest, right)), []);
    assert.deepEqual(failures(attributesOf(contentType, messageDigest, reference, right)), []);
    assert.deepEqual(failures(attributesOf(contentType, messageDigest, reference, wrong)), [
      'cms.signing-certificate-mismatch',
    ]);
  });

  test('cms.attribute-missing: no content type, no message digest', () => {
    assert.deepEqual(failures(attributesOf(messageDigest, reference)), ['cms.attribute-missing']);
    assert.deepEqual(failures(attributesOf(contentType, reference)), ['cms.attribute-missing']);
  });

  test('cms.attribute-repeated: an attribute twice, or with two values, even if one of them is right', () => {
    const otherDigest = attribute(attributeTypes.messageDigest, der.octetString(new Uint8Array(32)));
    const repeated = failures(attributesOf(contentType, messageDigest, otherDigest, reference));
    assert.ok(repeated.includes('cms.attribute-repeated'));
    const twoValues = attribute(
      attributeTypes.messageDigest,
      der.octetString(contentDigest),
      der.octetString(new Uint8Array(32)),
    );
    assert.ok(failures(attributesOf(contentType, twoValues, reference)).includes('cms.attribute-repeated'));
    const none = encodeDer(der.sequence(der.oid(attributeTypes.messageDigest), der.setOf([])));
    assert.deepEqual(failures(attributesOf(contentType, none, reference)), [
      'cms.attribute-repeated',
      'cms.attribute-missing',
    ]);
  });

  test('cms.attribute-malformed: attributes of another shape', () => {
    const malformed = ['cms.attribute-malformed'];
    const badType = attribute(attributeTypes.contentType, der.integer(1));
    const badReference = attribute(attributeTypes.signingCertificateV2, der.nothing());
    assert.deepEqual(failures(attributesOf(badType, messageDigest, reference)), malformed);
    assert.deepEqual(failures(attributesOf(contentType, messageDigest, badReference)), malformed);
    const badProtection = attribute(attributeTypes.algorithmProtection, der.sequence());
    assert.deepEqual(failures(attributesOf(contentType, messageDigest, reference, badProtection)), malformed);
  });

  test('cms.algorithm-mismatch: signature and digest algorithm contradict, or the protected ones differ', () => {
    const attributes = encodeSignedAttributes(usual);
    assert.deepEqual(failures(attributes, { algorithm: 'ecdsa-sha384' }), ['cms.algorithm-mismatch']);
    const protectedOther = encodeSignedAttributes({
      ...usual,
      algorithmProtection: { digestAlgorithm: 'sha256', signatureAlgorithm: 'ecdsa-sha512' },
    });
    assert.deepEqual(failures(protectedOther), ['cms.algorithm-mismatch']);
    const otherDigest = encodeSignedAttributes({
      ...usual,
      algorithmProtection: { digestAlgorithm: 'sha512', signatureAlgorithm: 'ecdsa-sha256' },
    });
    assert.deepEqual(failures(otherDigest), ['cms.algorithm-mismatch']);
  });

  test('cms.algorithm-not-supported: algorithms that nobody knows', () => {
    const unknown = { oid: '1.2.3.4', parameters: undefined, bytes: new Uint8Array() };
    const signatureOnly = failures(encodeSignedAttributes(usual), {
      signerInfo: (signerInfo) => ({ ...signerInfo, signatureAlgorithm: unknown }),
    });
    assert.deepEqual(signatureOnly, ['cms.algorithm-not-supported']);
    const digestOnly = failures(encodeSignedAttributes(usual), {
      signerInfo: (signerInfo) => ({ ...signerInfo, digestAlgorithm: unknown }),
    });
    assert.deepEqual(digestOnly, ['cms.algorithm-not-supported']);
  });

  test('cms.signature-invalid: a key of another kind than the algorithm', () => {
    const rsa = pki.seal('rsa3072');
    const found = failures(encodeSignedAttributes(usual), { certificate: rsa });
    assert.ok(found.includes('cms.signature-invalid'));
  });

  test('cms.signed-attributes-missing: the attributes themselves passed off as content', () => {
    // Known since RFC 5652 §13: the DER of the attributes, taken as content, has the same signature.
    const dtbs = encodeSignedAttributes(usual);
    const stripped = failures(dtbs, {
      signerInfo: (signerInfo) => ({ ...signerInfo, signedAttributes: undefined }),
      contentDigest: digest('sha256', dtbs),
      content: dtbs,
    });
    assert.deepEqual(stripped, ['cms.signed-attributes-missing']);
    const withOtherContent = failures(dtbs, {
      signerInfo: (signerInfo) => ({ ...signerInfo, signedAttributes: undefined }),
      content: Buffer.from('content'),
    });
    assert.deepEqual(withOtherContent, ['cms.signed-attributes-missing', 'cms.signature-invalid']);
  });

  test('a key identifier names the certificate that has it', () => {
    const own = pair.certificate.subjectKeyIdentifier!;
    const named = (keyIdentifier: Uint8Array) =>
      failures(encodeSignedAttributes(usual), {
        signerInfo: (signerInfo) => ({
          ...signerInfo,
          signerIdentifier: { kind: 'subjectKeyIdentifier', keyIdentifier },
        }),
      });
    assert.deepEqual(named(own), []);
    assert.deepEqual(named(own.slice(1)), ['cms.signer-identifier-mismatch']);
  });

  test('the received octets of the attributes count, in whatever order they are', () => {
    const unsorted = encodeDer(der.element(0x31, reference, messageDigest, contentType));
    assert.notDeepEqual(unsorted, attributesOf(reference, messageDigest, contentType));
    assert.deepEqual(failures(unsorted), []);
  });
});

test('the certificate in a verification is one parsed from the SignedData', () => {
  const signedData = parseSignedData(pki.stamp(new Uint8Array(32)));
  const [own] = signedData.certificates
    .map((bytes) => parseCertificate(bytes))
    .filter((each) => each.extKeyUsage);
  const contentDigestOfToken = digest('sha256', signedData.content!);
  const verification = verifySignerInfo({
    signedData,
    signerInfo: signedData.signerInfos[0]!,
    certificate: own!,
    contentDigest: contentDigestOfToken,
  });
  assert.deepEqual(verification, { failures: [], signatureAlgorithm: 'ecdsa-sha256' });
});
