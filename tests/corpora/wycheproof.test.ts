// SPDX-License-Identifier: Apache-2.0
// Project Wycheproof's verification vectors through the algorithm table: a valid signature verifies, an invalid one does not.
import assert from 'node:assert/strict';
import { createPublicKey, type KeyObject } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  type DigestAlgorithmId,
  type SignatureAlgorithmId,
  signatureAlgorithmOf,
  verifySignatureValue,
} from '@signet/pkix';
import { sharedPath, withoutShared } from '../testkit/shared.ts';

interface Group {
  readonly publicKeyPem?: string;
  readonly publicKeyDer?: string;
  readonly publicKey?: { readonly pem?: string };
  readonly sha?: string;
  readonly mgfSha?: string;
  readonly sLen?: number;
  readonly tests: readonly {
    readonly tcId: number;
    readonly comment: string;
    readonly msg: string;
    readonly sig: string;
    readonly result: 'valid' | 'invalid' | 'acceptable';
  }[];
}

if (withoutShared) test('vectors of Project Wycheproof', { skip: withoutShared });
else {
  const folder = sharedPath('corpora', 'certs-wycheproof', 'files');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.json'))) {
    const { algorithm, testGroups } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as {
      algorithm: string;
      testGroups: readonly Group[];
    };
    test(file, (context) => {
      let judged = 0;
      for (const group of testGroups) judged += judgeGroup(algorithm, group);
      context.diagnostic(`${judged} signatures judged`);
    });
  }
}

/** Gives how many signatures were judged; 0 where the group's parameters are not in the table. */
function judgeGroup(family: string, group: Group): number {
  const algorithm = algorithmOf(family, group);
  if (algorithm === undefined) return 0;
  const publicKey = keyOf(group);
  for (const { tcId, comment, msg, sig, result } of group.tests) {
    if (result === 'acceptable') continue;
    const verified = verifySignatureValue({
      algorithm,
      publicKey,
      dtbs: Buffer.from(msg, 'hex'),
      signatureValue: Buffer.from(sig, 'hex'),
      ...(group.sLen === undefined ? {} : { saltLength: group.sLen }),
    });
    assert.equal(verified, result === 'valid', `${tcId} ${comment}`);
  }
  return group.tests.length;
}

function keyOf(group: Group): KeyObject {
  const pem = group.publicKeyPem ?? group.publicKey?.pem;
  if (pem !== undefined) return createPublicKey(pem);
  return createPublicKey({ key: Buffer.from(group.publicKeyDer!, 'hex'), format: 'der', type: 'spki' });
}

function algorithmOf(family: string, { sha = '', mgfSha, sLen }: Group): SignatureAlgorithmId | undefined {
  const hash = sha
    .replace('SHA-', 'sha')
    .replace(/^SHA3-/, 'sha3-')
    .toLowerCase() as DigestAlgorithmId;
  if (family === 'EDDSA') return 'ed448';
  if (family === 'ECDSA') return signatureAlgorithmOf('ecdsa', hash).id;
  if (family === 'RSASSA-PKCS1-v1_5') return signatureAlgorithmOf('rsa-pkcs1', hash).id;
  if (mgfSha !== sha || sLen === undefined || hash.includes('/')) return undefined;
  return signatureAlgorithmOf('rsa-pss', hash).id;
}
