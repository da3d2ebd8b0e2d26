// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { openPkcs12 } from '@signet/devices/pkcs12';
import {
  buildCertificate,
  buildName,
  dtbsr,
  parseCertificate,
  randomSerialNumber,
  verifySignatureValue,
  writePkcs12,
} from '@signet/pkix';

const pairs: Readonly<Record<string, { privateKey: KeyObject; publicKey: KeyObject }>> = {
  'P-256': generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'RSA-3072': generateKeyPairSync('rsa', { modulusLength: 3072 }),
};

function p12Of({ privateKey, publicKey }: { privateKey: KeyObject; publicKey: KeyObject }): Uint8Array {
  const certificate = buildCertificate({
    subject: buildName([['CN', 'Device test']]),
    subjectPublicKeyInfo: publicKey.export({ format: 'der', type: 'spki' }),
    serialNumber: randomSerialNumber(),
    notBefore: new Date(Date.now() - 60_000),
    notAfter: new Date(Date.now() + 3_600_000),
    issuer: { key: privateKey },
  });
  return writePkcs12({ key: privateKey, certificates: [certificate.bytes], password: 'right' });
}

for (const [name, pair] of Object.entries(pairs)) {
  test(`${name}: every algorithm that is offered makes a value that verifies under the certificate`, async () => {
    const [credential] = await openPkcs12('seal', p12Of(pair), 'right').credentials();
    assert.ok(credential !== undefined && credential.algorithms.length > 0);
    const { publicKey } = parseCertificate(credential.certificates[0]!);
    const dtbs = Buffer.from('data to be signed');
    for (const algorithm of credential.algorithms) {
      const signatureValue = await credential.sign({ algorithm, dtbs, dtbsr: dtbsr(algorithm, dtbs) });
      assert.ok(verifySignatureValue({ algorithm, publicKey, dtbs, signatureValue }), algorithm);
    }
  });
}

test('an algorithm that the key cannot make is refused before anything is signed', async () => {
  const [credential] = await openPkcs12('seal', p12Of(pairs['P-256']!), 'right').credentials();
  const request = { algorithm: 'rsa-pss-sha256', dtbs: Buffer.alloc(1), dtbsr: Buffer.alloc(32) } as const;
  await assert.rejects(credential!.sign(request), { code: 'device.algorithm-not-offered' });
});

test('a wrong password has a code of its own', () => {
  assert.throws(() => openPkcs12('seal', p12Of(pairs['P-256']!), 'wrong'), { code: 'pkcs12.wrong-password' });
});

test('a caller that is gone gets no signature', async () => {
  const [credential] = await openPkcs12('seal', p12Of(pairs['P-256']!), 'right').credentials();
  const request = {
    algorithm: 'ecdsa-sha256',
    dtbs: Buffer.alloc(1),
    dtbsr: Buffer.alloc(32),
    signal: AbortSignal.abort(),
  } as const;
  await assert.rejects(credential!.sign(request), { code: 'device.deadline' });
});
