// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import { verifySignatureValue } from '@signet/pkix';

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });

test('a signature that verified does not speak for another value, other data, another key or another algorithm', () => {
  const { privateKey, publicKey } = pair();
  const dtbs = Buffer.from('what is signed');
  const signatureValue = sign('sha256', dtbs, privateKey);
  const good = { algorithm: 'ecdsa-sha256', publicKey, dtbs, signatureValue } as const;
  assert.equal(verifySignatureValue(good), true);
  assert.equal(verifySignatureValue(good), true);

  const changedValue = Buffer.from(signatureValue);
  changedValue[changedValue.length - 1]! ^= 1;
  assert.equal(verifySignatureValue({ ...good, signatureValue: changedValue }), false);
  assert.equal(verifySignatureValue({ ...good, dtbs: Buffer.from('what is Signed') }), false);
  assert.equal(verifySignatureValue({ ...good, publicKey: pair().publicKey }), false);
  assert.equal(verifySignatureValue({ ...good, algorithm: 'ecdsa-sha384' }), false);
});

test('bytes that change after they verified are judged anew', () => {
  const { privateKey, publicKey } = pair();
  const dtbs = Buffer.from('what is signed');
  const signatureValue = sign('sha256', dtbs, privateKey);
  const verification = { algorithm: 'ecdsa-sha256', publicKey, dtbs, signatureValue } as const;
  assert.equal(verifySignatureValue(verification), true);
  dtbs[0]! ^= 1;
  assert.equal(verifySignatureValue(verification), false);
});

test('more signatures than are remembered all keep their answers', () => {
  const { privateKey, publicKey } = pair();
  const made = Array.from({ length: 100 }, (_, i) => {
    const dtbs = Buffer.from(`document ${i}`);
    return {
      algorithm: 'ecdsa-sha256',
      publicKey,
      dtbs,
      signatureValue: sign('sha256', dtbs, privateKey),
    } as const;
  });
  for (const each of made) assert.equal(verifySignatureValue(each), true);
  made.forEach((each, i) => {
    assert.equal(verifySignatureValue(each), true);
    assert.equal(verifySignatureValue({ ...each, dtbs: made[(i + 1) % made.length]!.dtbs }), false);
  });
});
