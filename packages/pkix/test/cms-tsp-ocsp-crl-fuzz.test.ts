// SPDX-License-Identifier: Apache-2.0
// Seeded mutations of real structures: every parser and judge ends in a value or in a coded error of its own area.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSignetError } from '@signet/base';
import { mutate, Random } from '../../../tests/testkit/mutate.ts';
import { pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import {
  attributeTypes,
  buildOcspResponse,
  digest,
  digestAlgorithmOf,
  encodeOcspRequest,
  encodeTimeStampRequest,
  encodeTimeStampResponse,
  extendedKeyUsages,
  findRevokedCertificate,
  findSignerCertificate,
  judgeOcspResponse,
  judgeRevocationList,
  judgeTimeStampResponse,
  keySigner,
  parseOcspRequest,
  parseOcspResponse,
  parseRevocationList,
  parseSignedData,
  parseTimeStampRequest,
  revokedCertificates,
  verifySignerInfo,
  withUnsignedAttribute,
} from '../src/index.ts';
import { toIndefiniteLengths } from './indefinite-lengths.ts';

const pki = new TestPki();
const imprint = { digestAlgorithm: 'sha256', digest: digest('sha256', Buffer.from('data')) } as const;
const token = pki.stamp(imprint.digest);
const stated = Buffer.from(parseSignedData(token).content!);
const issuer = pki.issuing.certificate;
const { certificate } = pki.seal('p256');
const delegated = pki.issue('Test OCSP', {
  issuer: pki.issuing,
  extensions: { extKeyUsage: { purposes: [extendedKeyUsages.ocspSigning] } },
});
const ocspRequest = encodeOcspRequest({ certificates: [{ certificate, issuer }], nonce: Buffer.alloc(16) });

function ocspResponse(): Uint8Array {
  const [certId] = parseOcspRequest(ocspRequest).certIds;
  return buildOcspResponse({
    responder: delegated.certificate,
    signer: keySigner(delegated.key),
    producedAt: pkiTime,
    responses: [
      {
        certId: certId!.encoded,
        status: { kind: 'revoked', revocationTime: pkiTime, reason: 'superseded' },
        thisUpdate: pkiTime,
        nextUpdate: pkiTime,
      },
    ],
    nonce: Buffer.alloc(16),
    certificates: [delegated.certificate.bytes],
  });
}

function useSignedData(bytes: Uint8Array): void {
  const signedData = parseSignedData(bytes);
  withUnsignedAttribute(bytes, attributeTypes.signatureTimeStamp, token);
  for (const signerInfo of signedData.signerInfos) {
    const found = findSignerCertificate(signerInfo, signedData.certificates);
    const algorithm = digestAlgorithmOf(signerInfo.digestAlgorithm) ?? 'sha256';
    const contentDigest = digest(algorithm, signedData.content ?? new Uint8Array());
    verifySignerInfo({ signedData, signerInfo, certificate: found ?? certificate, contentDigest });
  }
}

function useRevocationList(bytes: Uint8Array): void {
  const list = parseRevocationList(bytes);
  findRevokedCertificate(list, certificate);
  Array.from(revokedCertificates(list));
  judgeRevocationList(list, { issuer, at: pkiTime });
}

interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  readonly use: (bytes: Uint8Array) => void;
  /** Codes that may come out. */
  readonly codes: RegExp;
  readonly mutations: number;
}

const revoked = [{ certificate, at: pkiTime }];
const targets: readonly Target[] = [
  {
    name: 'CMS',
    seeds: [token, toIndefiniteLengths(token), withUnsignedAttribute(token, '1.2.3', token)],
    use: useSignedData,
    codes: /^cms\./,
    mutations: 15_000,
  },
  {
    name: 'time-stamp responses',
    seeds: [
      encodeTimeStampResponse({ status: 'granted', token }),
      encodeTimeStampResponse({ status: 'rejection', failure: 'badAlg', text: 'no' }),
    ],
    // What is accepted after a change (in a length's form, in a status text) still states what was signed.
    use: (bytes) => {
      const { signedData } = judgeTimeStampResponse(bytes, { imprint }).token;
      assert.deepEqual(Buffer.from(signedData.content!), stated);
    },
    codes: /^tsp\./,
    mutations: 12_000,
  },
  {
    name: 'time-stamp requests',
    seeds: [encodeTimeStampRequest({ imprint, nonce: 1n << 64n, policy: '1.2.3' })],
    use: parseTimeStampRequest,
    codes: /^tsp\.request-malformed$/,
    mutations: 4_000,
  },
  {
    name: 'OCSP answers',
    seeds: [ocspResponse()],
    use: (bytes) => judgeOcspResponse(parseOcspResponse(bytes), { certificate, issuer, at: pkiTime }),
    codes: /^ocsp\./,
    mutations: 9_000,
  },
  {
    name: 'OCSP requests',
    seeds: [ocspRequest],
    use: parseOcspRequest,
    codes: /^ocsp\.request-malformed$/,
    mutations: 4_000,
  },
  {
    name: 'revocation lists',
    seeds: pki.crls(revoked),
    use: useRevocationList,
    codes: /^crl\./,
    mutations: 6_000,
  },
];

const multiplier = Number(process.env.SIGNET_FUZZ_MULTIPLIER ?? 1);

for (const [index, { name, seeds, use, codes, mutations }] of targets.entries()) {
  test(`${name}: ${mutations * multiplier} mutations end in a value or a coded error`, () => {
    const random = new Random(0x5ea1 + index);
    let refused = 0;
    for (let i = 0; i < mutations * multiplier; i++) {
      const bytes = mutate(random.pick(seeds), random);
      try {
        use(bytes);
      } catch (error) {
        const shown = `${Buffer.from(bytes).toString('base64')}: ${error}`;
        assert.ok(isSignetError(error) && codes.test(error.code), shown);
        refused++;
      }
    }
    // Where nearly nothing or nearly everything is refused, the mutations reach nothing worth testing.
    assert.ok(refused > mutations / 10, `${refused} refused`);
  });
}
