// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, createPrivateKey, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import {
  algorithmIdentifier,
  buildCertificate,
  buildName,
  type DerNode,
  der,
  encodeDer,
  parseCertificate,
  publicKeyOf,
  readOnlySequence,
  readPkcs12,
  writePkcs12,
} from '../src/index.ts';

const vectors = join(import.meta.dirname, '../../../tests/vectors/pkcs12');
const password = 'tajnę';
const load = (name: string) => readFileSync(join(vectors, name));

describe('files of OpenSSL', () => {
  const files = [
    'pbes2',
    'aes-sha512',
    '3des-rc2-40',
    '2des-rc2-128',
    'rc4-40-rc4-128',
    'no-mac',
    'not-encrypted',
  ];
  for (const name of files) {
    test(`${name} opens, the certificate of the key first`, () => {
      const { key, certificates } = readPkcs12(load(`${name}.p12`), password);
      const parsed = certificates.map((bytes) => parseCertificate(bytes));
      assert.deepEqual(
        parsed.map(({ subject }) => subject.toString()),
        ['CN=E,O=Żółw,C=PL', 'CN=R,O=Root,C=PL'],
      );
      assert.ok(publicKeyOf(key).equals(parsed[0]!.publicKey));
    });
    test(`${name} does not open with another password`, () => {
      assert.throws(() => readPkcs12(load(`${name}.p12`), 'tajne'), { code: 'pkcs12.wrong-password' });
    });
  }

  test('an empty password', () => {
    assert.equal(readPkcs12(load('empty-password.p12'), '').certificates.length, 1);
    assert.throws(() => readPkcs12(load('empty-password.p12'), ' '), { code: 'pkcs12.wrong-password' });
  });
});

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const certificate = selfSigned('Own', privateKey);

function selfSigned(name: string, key = privateKey) {
  return buildCertificate({
    subject: buildName([['CN', name]]),
    subjectPublicKeyInfo: publicKeyOf(key).export({ format: 'der', type: 'spki' }),
    serialNumber: Uint8Array.of(1),
    notBefore: new Date('2026-01-01'),
    notAfter: new Date('2027-01-01'),
    issuer: { key },
  });
}

describe('files of our own', () => {
  const stranger = selfSigned('Stranger', generateKeyPairSync('ed25519').privateKey);
  const file = writePkcs12({
    key: privateKey,
    certificates: [certificate.bytes, stranger.bytes],
    password,
    friendlyName: 'pieczęć',
    iterations: 1000,
  });

  test('come back without certificates that are not of the chain', () => {
    const { key, certificates } = readPkcs12(file, password);
    assert.ok(key.equals(privateKey));
    assert.deepEqual(
      certificates.map((bytes) => Buffer.from(bytes)),
      [Buffer.from(certificate.bytes)],
    );
  });

  const openssl = spawnSync('openssl', ['version']).error === undefined;
  const skip = openssl ? false : 'needs openssl on PATH';
  test('OpenSSL opens them', { skip: process.env.SIGNET_REQUIRE === 'all' ? false : skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'signet-pkcs12-'));
    try {
      const path = join(folder, 'own.p12');
      writeFileSync(path, file);
      const { stdout, status } = spawnSync('openssl', [
        'pkcs12',
        '-in',
        path,
        '-passin',
        `pass:${password}`,
        '-nodes',
        '-nocerts',
      ]);
      assert.equal(status, 0);
      assert.ok(createPrivateKey(stdout).equals(privateKey));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('PBMAC1, RFC 9579', () => {
  const hmac = (arc: number) => algorithmIdentifier(`1.2.840.113549.2.${arc}`, der.nothing());
  // The file of ours with its MAC replaced by one that node:crypto computes.
  const withMac = (prf: string, arc: number) => {
    const pfx = readOnlySequence(
      writePkcs12({ key: privateKey, certificates: [certificate.bytes], password, iterations: 100 }),
    );
    pfx.skip();
    const content = pfx.element(0x30).bytes;
    const authSafe = readOnlySequence(content);
    authSafe.skip();
    const safe = authSafe.explicit(0)!.octetString();
    const salt = Buffer.from('salt');
    const derivation = der.sequence(der.octetString(salt), der.integer(500), der.integer(32), hmac(arc));
    const parameters = der.sequence(algorithmIdentifier('1.2.840.113549.1.5.12', derivation), hmac(9));
    const mac = createHmac('sha256', pbkdf2Sync(password, salt, 500, 32, prf))
      .update(safe)
      .digest();
    const info = der.sequence(algorithmIdentifier('1.2.840.113549.1.5.14', parameters), der.octetString(mac));
    return encodeDer(
      der.sequence(der.integer(3), content, der.sequence(info, der.octetString(Buffer.from('unused')))),
    );
  };
  for (const [prf, arc] of [
    ['sha256', 9],
    ['sha512', 11],
  ] as const) {
    test(prf, () => {
      const file = withMac(prf, arc);
      assert.equal(readPkcs12(file, password).certificates.length, 1);
      assert.throws(() => readPkcs12(file, 'other'), { code: 'pkcs12.wrong-password' });
    });
  }
});

describe('hostile files', () => {
  const pfx = (...parts: readonly DerNode[]) => encodeDer(der.sequence(...parts));
  const data = (content: DerNode) =>
    der.sequence(der.oid('1.2.840.113549.1.7.1'), der.context(0, der.octetString(content)));
  const bag = (arc: number, value: DerNode | Uint8Array) =>
    der.sequence(der.oid(`1.2.840.113549.1.12.10.1.${arc}`), der.context(0, value));
  const keyBag = bag(1, privateKey.export({ format: 'der', type: 'pkcs8' }));
  const fileOf = (...bags: readonly DerNode[]) =>
    pfx(der.integer(3), data(der.sequence(data(der.sequenceOf(bags)))));

  test('what is none is refused', () => {
    for (const bytes of [
      new Uint8Array(0),
      Buffer.from('3000', 'hex'),
      certificate.bytes,
      pfx(der.integer(2), data(der.sequence())),
    ]) {
      assert.throws(() => readPkcs12(bytes, ''), { code: 'pkcs12.malformed' });
    }
  });

  test('a key without its certificate, and no key, are refused', () => {
    assert.throws(() => readPkcs12(fileOf(keyBag), ''), { code: 'pkcs12.no-key' });
    assert.throws(() => readPkcs12(fileOf(), ''), { code: 'pkcs12.no-key' });
  });

  test('two keys are refused', () => {
    assert.throws(() => readPkcs12(fileOf(keyBag, keyBag), ''), { code: 'pkcs12.several-keys' });
  });

  test('bags in bags are followed to a limit', () => {
    let bags: DerNode = keyBag;
    for (let i = 0; i < 20; i++) bags = bag(6, der.sequence(bags));
    assert.throws(() => readPkcs12(fileOf(bags), ''), { code: 'pkcs12.malformed' });
  });

  test('iterations are bounded over the whole file', () => {
    const file = writePkcs12({
      key: privateKey,
      certificates: [certificate.bytes],
      password,
      iterations: 1000,
    });
    assert.ok(readPkcs12(file, password, { maxIterations: 3000 }));
    assert.throws(() => readPkcs12(file, password, { maxIterations: 2999 }), { code: 'pkcs12.iterations' });
    assert.throws(() => readPkcs12(file, password, { maxIterations: 999 }), { code: 'pkcs12.iterations' });
  });

  test('an algorithm that is not read is named', () => {
    const encrypted = der.sequence(
      algorithmIdentifier('1.2.840.113549.1.5.3', der.sequence()),
      der.octetString(Uint8Array.of(1)),
    );
    assert.throws(() => readPkcs12(fileOf(bag(2, encrypted)), ''), { code: 'pkcs12.unsupported' });
  });
});
