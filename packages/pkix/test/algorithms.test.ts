// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, test } from 'node:test';
import {
  algorithmIdentifier,
  algorithmsOfKey,
  type DerNode,
  type DigestAlgorithmId,
  der,
  describeKey,
  digest,
  digestAlgorithm,
  digestAlgorithmByOid,
  digestAlgorithmByXmlUri,
  digestAlgorithmOf,
  digestAlgorithms,
  dtbsr,
  encodeDer,
  etsiAlgorithmPolicy,
  identifySignatureAlgorithm,
  judgeDigestAlgorithm,
  judgeSignatureAlgorithm,
  nodeSignatureOptions,
  publicKeyOf,
  readAlgorithmIdentifier,
  readDer,
  type SignatureAlgorithmId,
  signatureAlgorithm,
  signatureAlgorithmByXmlUri,
  signatureAlgorithms,
  statedSaltLength,
  verifySignatureValue,
} from '../src/index.ts';

const dtbs = Buffer.from('data to be signed');
const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey;
const keys: Readonly<Record<string, KeyObject>> = {
  'RSA-2048': generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  'P-256': ec('P-256'),
  'P-384': ec('P-384'),
  'P-521': ec('P-521'),
  brainpoolP256r1: ec('brainpoolP256r1'),
  brainpoolP384r1: ec('brainpoolP384r1'),
  brainpoolP512r1: ec('brainpoolP512r1'),
  Ed25519: generateKeyPairSync('ed25519').privateKey,
  Ed448: generateKeyPairSync('ed448').privateKey,
};

const identifierOf = (bytes: Uint8Array) => readAlgorithmIdentifier(readDer(bytes));
const signed = (key: KeyObject, algorithm: SignatureAlgorithmId) => {
  const { digest: name, options } = nodeSignatureOptions(algorithm);
  return sign(name, dtbs, { key, ...options });
};

describe('what a key can do', () => {
  for (const [name, key] of Object.entries(keys)) {
    test(`${name} signs and verifies with each of its algorithms, and notices a change`, () => {
      const publicKey = publicKeyOf(key);
      for (const algorithm of algorithmsOfKey(key)) {
        const signatureValue = signed(key, algorithm);
        assert.ok(verifySignatureValue({ algorithm, publicKey, dtbs, signatureValue }), algorithm);
        const changed = Buffer.from('data to be signee');
        assert.ok(!verifySignatureValue({ algorithm, publicKey, dtbs: changed, signatureValue }), algorithm);
      }
    });
  }

  const preferred = {
    'RSA-2048': 'rsa-pss-sha256',
    'P-256': 'ecdsa-sha256',
    'P-384': 'ecdsa-sha384',
    'P-521': 'ecdsa-sha512',
  };
  for (const [name, algorithm] of Object.entries({
    ...preferred,
    brainpoolP512r1: 'ecdsa-sha512',
    Ed448: 'ed448',
  })) {
    test(`${name} prefers ${algorithm}`, () => assert.equal(algorithmsOfKey(keys[name]!)[0], algorithm));
  }

  test('nothing is made with SHA-1, SHA-224 or RSA of 1024 bits', () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey;
    assert.deepEqual(algorithmsOfKey(small), []);
    for (const key of Object.values(keys)) {
      for (const id of algorithmsOfKey(key)) assert.doesNotMatch(id, /-sha(1|224)$/);
    }
  });

  test('a key for PSS with one digest alone does that alone', () => {
    const options = {
      modulusLength: 2048,
      hashAlgorithm: 'sha384',
      mgf1HashAlgorithm: 'sha384',
    };
    const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', options);
    assert.deepEqual(algorithmsOfKey(privateKey), ['rsa-pss-sha384']);
    const signatureValue = signed(privateKey, 'rsa-pss-sha384');
    assert.ok(verifySignatureValue({ algorithm: 'rsa-pss-sha384', publicKey, dtbs, signatureValue }));
    assert.ok(!verifySignatureValue({ algorithm: 'rsa-pss-sha256', publicKey, dtbs, signatureValue }));
  });

  test('a curve that is not in the table is refused', () => {
    assert.throws(() => describeKey(ec('secp256k1')), { code: 'algorithm.unknown' });
    assert.throws(() => describeKey(generateKeyPairSync('x25519').privateKey), { code: 'algorithm.unknown' });
  });
});

describe('verifying', () => {
  test('a key of another kind is a mismatch', () => {
    const publicKey = publicKeyOf(keys['P-256']!);
    const attempt = {
      algorithm: 'rsa-pkcs1-sha256',
      publicKey,
      dtbs,
      signatureValue: new Uint8Array(256),
    } as const;
    assert.throws(() => verifySignatureValue(attempt), { code: 'algorithm.mismatch' });
  });

  test('what is no signature value does not verify', () => {
    for (const [name, key] of Object.entries(keys)) {
      const publicKey = publicKeyOf(key);
      const algorithm = algorithmsOfKey(key)[0]!;
      for (const signatureValue of [
        new Uint8Array(0),
        new Uint8Array(64),
        Buffer.from('3006020100020100', 'hex'),
      ]) {
        assert.equal(verifySignatureValue({ algorithm, publicKey, dtbs, signatureValue }), false, name);
      }
    }
  });

  test('PSS with another salt than stated does not verify', () => {
    const signatureValue = signed(keys['RSA-2048']!, 'rsa-pss-sha256');
    const attempt = {
      algorithm: 'rsa-pss-sha256',
      publicKey: publicKeyOf(keys['RSA-2048']!),
      dtbs,
      signatureValue,
    } as const;
    assert.equal(verifySignatureValue({ ...attempt, saltLength: 32 }), true);
    assert.equal(verifySignatureValue({ ...attempt, saltLength: 20 }), false);
  });

  test('signatures with SHA-1 can be read', () => {
    const key = keys['RSA-2048']!;
    const signatureValue = sign('sha1', dtbs, key);
    assert.ok(
      verifySignatureValue({
        algorithm: 'rsa-pkcs1-sha1',
        publicKey: publicKeyOf(key),
        dtbs,
        signatureValue,
      }),
    );
  });

  test('the representation of the DTBS is its digest, or itself for EdDSA', () => {
    assert.deepEqual(Buffer.from(dtbsr('ecdsa-sha384', dtbs)), createHash('sha384').update(dtbs).digest());
    assert.equal(dtbsr('ed25519', dtbs), dtbs);
  });
});

describe('identifying', () => {
  test('every row is found by what it writes', () => {
    for (const row of signatureAlgorithms) {
      assert.equal(identifySignatureAlgorithm(identifierOf(row.identifier)), row);
      if (row.xmlUri !== undefined) assert.equal(signatureAlgorithmByXmlUri(row.xmlUri), row);
    }
    for (const row of digestAlgorithms) {
      assert.equal(digestAlgorithmOf(identifierOf(row.identifier)), row.id);
      assert.equal(digestAlgorithmByOid(row.oid), row);
      if (row.xmlUri !== undefined) assert.equal(digestAlgorithmByXmlUri(row.xmlUri), row);
    }
  });

  test('the key’s own identifier counts where a digest stands beside it', () => {
    const rsa = identifierOf(encodeDer(algorithmIdentifier('1.2.840.113549.1.1.1', der.nothing())));
    const ecKey = identifierOf(encodeDer(algorithmIdentifier('1.2.840.10045.2.1')));
    assert.equal(identifySignatureAlgorithm(rsa, 'sha512').id, 'rsa-pkcs1-sha512');
    assert.equal(identifySignatureAlgorithm(ecKey, 'sha256').id, 'ecdsa-sha256');
    assert.throws(() => identifySignatureAlgorithm(rsa), { code: 'algorithm.unknown' });
  });

  test('a digest beside it that is another one is a mismatch', () => {
    const identifier = identifierOf(signatureAlgorithm('ecdsa-sha256').identifier);
    assert.throws(() => identifySignatureAlgorithm(identifier, 'sha1'), { code: 'algorithm.mismatch' });
  });

  test('parameters that do not belong there are refused', () => {
    const odd = identifierOf(encodeDer(algorithmIdentifier('1.3.101.112', der.integer(1))));
    assert.throws(() => identifySignatureAlgorithm(odd), { code: 'algorithm.parameters' });
  });

  const pss = (...parts: readonly DerNode[]) =>
    identifierOf(encodeDer(algorithmIdentifier('1.2.840.113549.1.1.10', der.sequence(...parts))));
  const hashOf = (id: DigestAlgorithmId) => digestAlgorithm(id).identifier;
  const mgf1 = (id: DigestAlgorithmId) => algorithmIdentifier('1.2.840.113549.1.1.8', hashOf(id));

  test('PSS parameters: defaults are SHA-1 and a salt of 20', () => {
    assert.equal(identifySignatureAlgorithm(pss()).id, 'rsa-pss-sha1');
    assert.equal(statedSaltLength(pss()), 20);
    assert.equal(
      statedSaltLength(
        pss(
          der.context(0, hashOf('sha256')),
          der.context(1, mgf1('sha256')),
          der.context(2, der.integer(64)),
        ),
      ),
      64,
    );
  });

  test('PSS parameters: two digests, another trailer, absence and more fields are refused', () => {
    const mixed = pss(der.context(0, hashOf('sha256')), der.context(1, mgf1('sha1')));
    const trailer = pss(der.context(3, der.integer(2)));
    const more = pss(der.context(4, der.integer(2)));
    const absent = identifierOf(encodeDer(algorithmIdentifier('1.2.840.113549.1.1.10')));
    for (const identifier of [mixed, trailer, more, absent]) {
      assert.throws(() => identifySignatureAlgorithm(identifier), { code: 'algorithm.parameters' });
    }
  });

  test('names that are not in the table are refused', () => {
    assert.throws(() => signatureAlgorithm('dsa-sha256' as SignatureAlgorithmId), {
      code: 'algorithm.unknown',
    });
    assert.throws(() => digestAlgorithmByOid('1.2.840.113549.2.5'), { code: 'algorithm.unknown' });
    assert.throws(() => signatureAlgorithmByXmlUri('http://www.w3.org/2000/09/xmldsig#dsa-sha1'), {
      code: 'algorithm.unknown',
    });
  });
});

test('digests have the length of their row', () => {
  for (const { id, length } of digestAlgorithms) assert.equal(digest(id, dtbs).length, length);
});

describe('ETSI TS 119 312 v1.5.1', () => {
  const judge = (algorithm: SignatureAlgorithmId, keyBits: number, at: string) =>
    judgeSignatureAlgorithm(etsiAlgorithmPolicy, { algorithm, keyBits, at: new Date(at) });
  const rows: readonly (readonly [SignatureAlgorithmId, number, string, string])[] = [
    ['rsa-pss-sha256', 3072, '2099-01-01', 'acceptable'],
    ['rsa-pss-sha256', 2048, '2028-12-31T23:59:59Z', 'acceptable'],
    ['rsa-pss-sha256', 2048, '2029-01-01', 'ended'],
    ['rsa-pkcs1-sha256', 4096, '2028-12-31', 'acceptable'],
    ['rsa-pkcs1-sha256', 4096, '2029-01-01', 'ended'],
    ['rsa-pkcs1-sha256', 1024, '2019-09-30', 'acceptable'],
    ['rsa-pkcs1-sha256', 1024, '2019-10-01', 'ended'],
    ['rsa-pkcs1-sha256', 512, '2000-01-01', 'not-listed'],
    ['rsa-pkcs1-sha1', 2048, '2012-07-31', 'acceptable'],
    ['rsa-pkcs1-sha1', 2048, '2012-08-01', 'ended'],
    ['ecdsa-sha3-512', 521, '2099-01-01', 'acceptable'],
    ['ecdsa-sha224', 256, '2029-01-01', 'ended'],
    ['ed25519', 255, '2026-01-01', 'not-listed'],
  ];
  for (const [algorithm, bits, at, status] of rows) {
    test(`${algorithm} with ${bits} bits at ${at}: ${status}`, () =>
      assert.equal(judge(algorithm, bits, at).status, status));
  }

  test('the earlier end decides', () => {
    assert.equal(judge('rsa-pkcs1-sha1', 2048, '2026-01-01').decidedBy, 'digest');
    assert.equal(
      judge('rsa-pkcs1-sha256', 2048, '2026-01-01').until?.toISOString(),
      '2029-01-01T00:00:00.000Z',
    );
    assert.equal(judgeDigestAlgorithm(etsiAlgorithmPolicy, 'shake256', new Date()).status, 'not-listed');
  });
});
