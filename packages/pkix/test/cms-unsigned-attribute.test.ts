// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { TestPki } from '../../../tests/testkit/pki.ts';
import {
  attributeTypes,
  attributeValues,
  context,
  der,
  digest,
  encodeDer,
  encodeSignedAttributes,
  encodeSignedData,
  keySigner,
  parseSignedData,
  readInside,
  readOnlyElement,
  withUnsignedAttribute,
} from '../src/index.ts';
import { toIndefiniteLengths } from './indefinite-lengths.ts';

const pki = new TestPki();
const type = attributeTypes.signatureTimeStamp;

function signed(unsigned: readonly Uint8Array[] = []): Uint8Array {
  const { certificate, key } = pki.seal('p256');
  const signedAttributes = encodeSignedAttributes({
    messageDigest: digest('sha256', new Uint8Array()),
    signingCertificate: { certificate: certificate.bytes },
  });
  return encodeSignedData({
    certificates: [certificate.bytes],
    signer: {
      certificate: certificate.bytes,
      digestAlgorithm: 'sha256',
      signatureAlgorithm: 'ecdsa-sha256',
      signedAttributes,
      signature: keySigner(key).sign(signedAttributes),
      unsignedAttributes: unsigned.map((value) => ({ type, value })),
    },
  });
}

/** A value of any size, so that lengths around it grow by nothing, one or more octets. */
const value = fc
  .uint8Array({ maxLength: 70_000, size: 'max' })
  .map((octets) => encodeDer(der.octetString(octets)));

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('an unsigned attribute added', () => {
  test('gives the same octets as one that was there from the beginning', () => {
    const base = signed();
    const { signature, signedAttributes } = parseSignedData(base).signerInfos[0]!;
    const { certificate } = pki.seal('p256');
    fc.assert(
      fc.property(value, (added) => {
        const written = encodeSignedData({
          certificates: [certificate.bytes],
          signer: {
            certificate: certificate.bytes,
            digestAlgorithm: 'sha256',
            signatureAlgorithm: 'ecdsa-sha256',
            signedAttributes: signedAttributes!.encoded,
            signature,
            unsignedAttributes: [{ type, value: added }],
          },
        });
        assert.equal(hex(withUnsignedAttribute(base, type, added)), hex(written));
      }),
      { numRuns: 50 },
    );
  });

  test('leaves every octet received in place and in order, whatever the order of adding', () => {
    const base = signed();
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        let cms = base;
        for (const each of values) cms = withUnsignedAttribute(cms, type, each);
        const before = parseSignedData(base);
        const after = parseSignedData(cms);
        const [one, other] = [before.signerInfos[0]!, after.signerInfos[0]!];
        assert.equal(hex(other.signedAttributes!.encoded), hex(one.signedAttributes!.encoded));
        assert.equal(hex(other.signature), hex(one.signature));
        assert.deepEqual(after.certificates.map(hex), before.certificates.map(hex));
        const found = attributeValues(other.unsignedAttributes, type).map(hex);
        assert.deepEqual(found.toSorted(), values.map(hex).toSorted());
        const sorted = other.unsignedAttributes.map(({ values: [only] }) => only!.length);
        assert.deepEqual(
          sorted,
          sorted.toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 30 },
    );
  });

  test('goes into indefinite lengths without giving them definite ones', () => {
    for (const existing of [[], [encodeDer(der.integer(1))]]) {
      const ber = toIndefiniteLengths(signed(existing), pki.chain(pki.seal('p256')));
      const added = encodeDer(der.octetString(Buffer.alloc(500, 7)));
      const cms = withUnsignedAttribute(ber, type, added);
      assert.equal(cms[1], 0x80);
      const values = attributeValues(parseSignedData(cms).signerInfos[0]!.unsignedAttributes, type);
      assert.equal(values.length, existing.length + 1);
      assert.ok(values.map(hex).includes(hex(added)));
      // What was there is a subsequence: taking the new octets out gives the old ones.
      assert.equal(Buffer.from(removed(cms, ber)).toString('hex'), hex(ber));
    }
  });

  test('needs exactly one signer', () => {
    for (const copies of [0, 2]) {
      assert.throws(
        () => withUnsignedAttribute(withSigners(signed(), copies), type, encodeDer(der.nothing())),
        {
          code: 'cms.signer-count',
          details: { count: copies },
        },
      );
    }
  });

  test('needs a SignedData', () => {
    for (const bytes of [new Uint8Array(), Uint8Array.of(0x30, 0), encodeDer(der.sequence(der.nothing()))]) {
      assert.throws(() => withUnsignedAttribute(bytes, type, new Uint8Array()), { code: 'cms.malformed' });
    }
    assert.throws(() => withUnsignedAttribute(signed().subarray(0, -1), type, new Uint8Array()), {
      code: 'cms.malformed',
    });
  });
});

/** `longer` without the one stretch by which it differs from `shorter`. */
function removed(longer: Uint8Array, shorter: Uint8Array): Uint8Array {
  let same = 0;
  while (same < shorter.length && longer[same] === shorter[same]) same++;
  const surplus = longer.length - shorter.length;
  return Buffer.concat([longer.subarray(0, same), longer.subarray(same + surplus)]);
}

function withSigners(cms: Uint8Array, copies: number): Uint8Array {
  const contentInfo = readInside(readOnlyElement(cms));
  const contentType = contentInfo.next().bytes;
  const fields = contentInfo.enter(context(0)).sequence();
  const kept = [fields.next().bytes, fields.next().bytes, fields.next().bytes, fields.next().bytes];
  const signerInfo = fields.set().next().bytes;
  const signerInfos = der.element(0x31, ...new Array<Uint8Array>(copies).fill(signerInfo));
  return encodeDer(der.sequence(contentType, der.context(0, der.sequence(...kept, signerInfos))));
}
