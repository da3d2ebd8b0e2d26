// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, test } from 'node:test';
import { decodePem, encodePem, readCertificateBytes, readPrivateKey } from '../src/index.ts';
import { decryptRc2Cbc } from '../src/keys/rc2.ts';
import { decryptRc4 } from '../src/keys/rc4.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

describe('RC2, RFC 2268 §5', () => {
  const vectors = [
    ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
    ['88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
  ] as const;
  for (const [key, plain, encrypted] of vectors) {
    test(key, () => {
      const opened = decryptRc2Cbc(hex(key), new Uint8Array(8), hex(encrypted));
      assert.equal(Buffer.from(opened).toString('hex'), plain);
    });
  }
});

test('RC4, a known stream', () => {
  const opened = decryptRc4(Buffer.from('Key'), hex('bbf316e8d940af0ad3'));
  assert.equal(Buffer.from(opened).toString(), 'Plaintext');
});

describe('private keys', () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const plain = privateKey.export({ format: 'der', type: 'pkcs8' });
  const locked = { format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'tajne' } as const;

  test('PKCS#8 as DER and PEM, and SEC1', () => {
    const sec1 = Buffer.from(privateKey.export({ format: 'pem', type: 'sec1' }));
    for (const file of [plain, Buffer.from(encodePem('PRIVATE KEY', plain)), sec1]) {
      assert.ok(readPrivateKey(file).equals(privateKey));
    }
  });

  test('encrypted by node:crypto', () => {
    assert.ok(readPrivateKey(Buffer.from(privateKey.export(locked)), 'tajne').equals(privateKey));
    const derFile = privateKey.export({ ...locked, format: 'der' });
    assert.ok(readPrivateKey(derFile, 'tajne').equals(privateKey));
  });

  test('encrypted by the old scheme of PKCS#12 with RC2-40', () => {
    // openssl pkcs8 -topk8 -v1 PBE-SHA1-RC2-40 -provider legacy, password abc
    const key = readPrivateKey(Buffer.from(oldKey), 'abc');
    assert.deepEqual(key.asymmetricKeyDetails, { namedCurve: 'prime256v1' });
  });

  test('what does not open is told apart from what is none', () => {
    assert.throws(() => readPrivateKey(Buffer.from(privateKey.export(locked)), 'falsch'), {
      code: 'pkcs8.wrong-password',
    });
    assert.throws(() => readPrivateKey(Buffer.from(privateKey.export(locked))), {
      code: 'pkcs8.wrong-password',
    });
    assert.throws(() => readPrivateKey(Buffer.from('3003020100', 'hex')), { code: 'pkcs8.malformed' });
    assert.throws(() => readPrivateKey(Buffer.from('nothing here')), { code: 'pkcs8.malformed' });
    assert.throws(() => readPrivateKey(plain.subarray(0, 20)), { code: 'pkcs8.malformed' });
  });

  test('an encrypted key cannot ask for hours', () => {
    const greedy = privateKey.export({ ...locked, format: 'der' });
    const at = greedy.indexOf(Buffer.from('02020800', 'hex'));
    assert.ok(at > 0);
    const file = Buffer.concat([
      greedy.subarray(0, at),
      Buffer.from('02027fff', 'hex'),
      greedy.subarray(at + 4),
    ]);
    assert.throws(() => readPrivateKey(file, 'tajne'), { code: 'pkcs8.wrong-password' });
  });
});

describe('PEM', () => {
  const text = encodePem('CERTIFICATE', Buffer.alloc(100, 1));

  test('objects in their order, whatever stands between them', () => {
    const file = `notes\r\n${text.replaceAll('\n', '\r\n')}more\n-----BEGIN X-----\nProc-Type: 4\n\nAQ==\n-----END X-----`;
    const blocks = decodePem(file);
    assert.deepEqual(
      blocks.map(({ label }) => label),
      ['CERTIFICATE', 'X'],
    );
    assert.deepEqual(Buffer.from(blocks[0]!.bytes), Buffer.alloc(100, 1));
    assert.equal(blocks[1]!.bytes.length, 1);
  });

  const bad = {
    'without end': '-----BEGIN X-----\nAQ==\n',
    'with another end': '-----BEGIN X-----\nAQ==\n-----END Y-----\n',
    'with an end alone': '-----END Y-----\n',
    'with two beginnings': '-----BEGIN X-----\n-----BEGIN X-----\n',
    'that is not Base64': '-----BEGIN X-----\nA*==\n-----END X-----\n',
    'of an odd length': '-----BEGIN X-----\nAQE\n-----END X-----\n',
  };
  for (const [name, file] of Object.entries(bad)) {
    test(`an object ${name} is refused`, () => assert.throws(() => decodePem(file), { code: 'x509.pem' }));
  }

  test('certificates of a file', () => {
    assert.equal(readCertificateBytes(Buffer.from(text + text)).length, 2);
    assert.equal(readCertificateBytes(Buffer.from('3000', 'hex')).length, 1);
    assert.throws(() => readCertificateBytes(Buffer.from('-----BEGIN X-----\nAQ==\n-----END X-----\n')), {
      code: 'x509.pem',
    });
  });
});

const oldKey = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGxMBwGCiqGSIb3DQEMAQYwDgQIJ521gLq5/tgCAggABIGQ5lMFwVczMTHD4Sdt
ZKvsjtxcNdXTjppTSwMlVStGTYqacvw5f29qCam3ayxFZeI0T6BFtszKlX7TmaSK
Q2JHlJDcuN4oN7+2cSIR6lCR0RdsHsTO/n9GUoPxwqmY7X9Hh27q1Mnbvcn984ip
BzRM+n3ubunq+pfM3S6vM4TiUymZE3wh82wmdwAeJk9CcdIo
-----END ENCRYPTED PRIVATE KEY-----
`;
