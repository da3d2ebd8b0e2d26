// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type KeyPair, pkiTime, TestPki } from '../../../tests/testkit/pki.ts';
import {
  buildTimeStampToken,
  type CertificateExtensions,
  contentTypes,
  context,
  der,
  digest,
  encodeDer,
  encodeSignedAttributes,
  encodeSignedData,
  encodeTimeStampResponse,
  extendedKeyUsages,
  judgeTimeStampResponse,
  judgeTimeStampToken,
  keySigner,
  parseSignedData,
  parseTimeStampToken,
  readInside,
  readOnlyElement,
  type TimeStampInfoInput,
  type TimeStampResponseExpectation,
} from '../src/index.ts';

const pki = new TestPki();
const imprint = { digestAlgorithm: 'sha256', digest: digest('sha256', Buffer.from('data')) } as const;
const nonce = 0x1234n;
const expected: TimeStampResponseExpectation = { imprint, nonce };

function tokenOf(
  changes: Partial<TimeStampInfoInput> = {},
  {
    tsa = pki.tsa,
    certificates = [tsa.certificate.bytes],
  }: { tsa?: KeyPair; certificates?: Uint8Array[] } = {},
): Uint8Array {
  return buildTimeStampToken({
    info: { policy: '2.999.1', imprint, serialNumber: 7n, genTime: pkiTime, nonce, ...changes },
    certificate: tsa.certificate.bytes,
    certificates,
    signer: keySigner(tsa.key),
  });
}

const granted = (token: Uint8Array) => encodeTimeStampResponse({ status: 'granted', token });

function refused(code: string, response: Uint8Array, expectation = expected): void {
  assert.throws(() => judgeTimeStampResponse(response, expectation), { code });
}

function tsaWith(extensions: CertificateExtensions, more: object = {}): KeyPair {
  return pki.issue('Other TSA', { issuer: pki.issuing, extensions, ...more });
}

describe('judgeTimeStampResponse', () => {
  test('gives the token and its certificate when all is as asked for', () => {
    const token = tokenOf();
    const judged = judgeTimeStampResponse(granted(token), {
      ...expected,
      policy: '2.999.1',
      policies: ['2.999.1'],
    });
    assert.deepEqual(Buffer.from(judged.token.encoded), Buffer.from(token));
    assert.equal(judged.certificate.fingerprint, pki.tsa.certificate.fingerprint);
    const withMods = encodeTimeStampResponse({ status: 'grantedWithMods', token });
    assert.equal(judgeTimeStampResponse(withMods, expected).token.info.serialNumber, 7n);
  });

  test('tsp.malformed', () => {
    refused('tsp.malformed', new Uint8Array());
    refused('tsp.malformed', Buffer.from('<html>Maintenance</html>'));
    refused('tsp.malformed', granted(tokenOf()).subarray(0, 100));
    refused('tsp.malformed', tokenOf());
  });

  test('tsp.too-large', () => {
    refused('tsp.too-large', Buffer.concat([granted(tokenOf()), Buffer.alloc(65_536)]));
    refused('tsp.too-large', granted(tokenOf()), { ...expected, maxBytes: 100 });
  });

  test('tsp.rejected for what will not change, tsp.unavailable for what may', () => {
    const rejection = { status: 'rejection' } as const;
    refused('tsp.rejected', encodeTimeStampResponse(rejection));
    refused('tsp.rejected', encodeTimeStampResponse({ ...rejection, failure: 'badAlg' }));
    refused('tsp.rejected', encodeTimeStampResponse({ ...rejection, failure: 'unacceptedPolicy' }));
    refused('tsp.unavailable', encodeTimeStampResponse({ ...rejection, failure: 'timeNotAvailable' }));
    refused('tsp.unavailable', encodeTimeStampResponse({ ...rejection, failure: 'systemFailure' }));
    refused('tsp.unavailable', encodeTimeStampResponse({ status: 'waiting' }));
    refused('tsp.rejected', encodeDer(der.sequence(der.sequence(der.integer(99)))));
  });

  test('what the authority says is told without its control characters', () => {
    const text = `no\u0000\u001b[31m${'x'.repeat(1000)}`;
    assert.throws(
      () => judgeTimeStampResponse(encodeTimeStampResponse({ status: 'rejection', text }), expected),
      ({ message }: { message: string }) => /^[^\p{C}]{1,400}$/u.test(message),
    );
  });

  test('tsp.token-missing', () => {
    refused('tsp.token-missing', encodeDer(der.sequence(der.sequence(der.integer(0)))));
  });

  test('tsp.nonce-mismatch: another one, none, or one that was not asked for', () => {
    refused('tsp.nonce-mismatch', granted(tokenOf({ nonce: 1n })));
    refused('tsp.nonce-mismatch', granted(pki.stamp(imprint.digest)));
    refused('tsp.nonce-mismatch', granted(tokenOf()), { imprint });
  });

  test('tsp.imprint-mismatch: other data, or the same octets by another algorithm', () => {
    const digestOfOther = digest('sha256', Buffer.from('other'));
    refused('tsp.imprint-mismatch', granted(tokenOf({ imprint: { ...imprint, digest: digestOfOther } })));
    refused(
      'tsp.imprint-mismatch',
      granted(tokenOf({ imprint: { ...imprint, digestAlgorithm: 'sha3-256' } })),
    );
  });

  test('tsp.policy-mismatch', () => {
    refused('tsp.policy-mismatch', granted(tokenOf()), { ...expected, policy: '2.999.2' });
    refused('tsp.policy-mismatch', granted(tokenOf()), { ...expected, policies: ['2.999.2', '2.999.3'] });
  });

  test('tsp.certificate-missing, unless the authority’s certificate is known', () => {
    const without = granted(tokenOf({}, { certificates: [] }));
    refused('tsp.certificate-missing', without);
    refused(
      'tsp.certificate-missing',
      granted(tokenOf({}, { certificates: [pki.issuing.certificate.bytes] })),
    );
    const certificates = [pki.tsa.certificate.bytes];
    const judged = judgeTimeStampResponse(without, { ...expected, certificates });
    assert.equal(judged.certificate.fingerprint, pki.tsa.certificate.fingerprint);
  });

  test('tsp.certificate-unwanted', () => {
    refused('tsp.certificate-unwanted', granted(tokenOf()), { ...expected, certReq: false });
  });

  test('tsp.certificate-purpose: not for time-stamps, not for them alone, not critical, may not sign', () => {
    const { timeStamping, serverAuth } = extendedKeyUsages;
    const wrong: CertificateExtensions[] = [
      {},
      { extKeyUsage: { purposes: [serverAuth], critical: true } },
      { extKeyUsage: { purposes: [timeStamping, serverAuth], critical: true } },
      { extKeyUsage: { purposes: [timeStamping] } },
      { extKeyUsage: { purposes: [timeStamping], critical: true }, keyUsage: ['keyEncipherment'] },
    ];
    for (const extensions of wrong) {
      refused('tsp.certificate-purpose', granted(tokenOf({}, { tsa: tsaWith(extensions) })));
    }
  });

  test('tsp.outside-validity: before, and after; both ends are inside', () => {
    const notBefore = new Date('2026-05-01T00:00:00Z');
    const notAfter = new Date('2026-07-01T00:00:00Z');
    const { timeStamping } = extendedKeyUsages;
    const tsa = tsaWith(
      { extKeyUsage: { purposes: [timeStamping], critical: true } },
      { notBefore, notAfter },
    );
    const at = (genTime: Date) => granted(tokenOf({ genTime }, { tsa }));
    refused('tsp.outside-validity', at(new Date(notBefore.getTime() - 1)));
    refused('tsp.outside-validity', at(new Date(notAfter.getTime() + 1000)));
    for (const genTime of [notBefore, notAfter]) judgeTimeStampResponse(at(genTime), expected);
  });
});

describe('judgeTimeStampToken', () => {
  const judge = (token: Uint8Array) => judgeTimeStampToken(parseTimeStampToken(token), { imprint });

  test('tsp.signature-invalid: any octet of the signed content or of the signature changed', () => {
    const token = tokenOf();
    const { signedData, info } = parseTimeStampToken(token);
    const { signature } = signedData.signerInfos[0]!;
    const places = [
      Buffer.from(token).indexOf(info.genTimeText) + 3,
      token.length - 1,
      Buffer.from(token).indexOf(signature) + 10,
    ];
    for (const place of places) {
      const changed = Uint8Array.from(token);
      changed[place] = changed[place]! ^ 1;
      assert.throws(() => judge(changed), { code: 'tsp.signature-invalid' });
    }
  });

  test('tsp.signature-invalid: a signature over another type of content, or without certificate reference', () => {
    const { content } = parseTimeStampToken(tokenOf()).signedData;
    const certificate = pki.tsa.certificate.bytes;
    const signed = (signedAttributes: Uint8Array) =>
      encodeSignedData({
        contentType: contentTypes.timeStampInfo,
        content: content!,
        certificates: [certificate],
        signer: {
          certificate,
          digestAlgorithm: 'sha256',
          signatureAlgorithm: 'ecdsa-sha256',
          signedAttributes,
          signature: keySigner(pki.tsa.key).sign(signedAttributes),
        },
      });
    const messageDigest = digest('sha256', content!);
    const reference = { messageDigest, signingCertificate: { certificate } };
    const good = encodeSignedAttributes({ ...reference, contentType: contentTypes.timeStampInfo });
    judge(signed(good));
    assert.throws(() => judge(signed(encodeSignedAttributes(reference))), { code: 'tsp.signature-invalid' });
    const elements = readInside(readOnlyElement(good));
    const unbound = encodeDer(der.setOf([elements.next().bytes, elements.next().bytes]));
    assert.throws(() => judge(signed(unbound)), { code: 'tsp.signature-invalid' });
  });

  test('tsp.signer-count: none, and two', () => {
    for (const copies of [0, 2]) {
      assert.throws(() => judge(withSigners(tokenOf(), copies)), {
        code: 'tsp.signer-count',
        details: { count: copies },
      });
    }
  });

  test('tsp.token-malformed: a version that does not exist', () => {
    const token = parseTimeStampToken(tokenOf());
    const changed = { ...token, info: { ...token.info, version: 2 } };
    assert.throws(() => judgeTimeStampToken(changed, { imprint }), { code: 'tsp.token-malformed' });
  });
});

function withSigners(token: Uint8Array, copies: number): Uint8Array {
  const contentInfo = readInside(readOnlyElement(token));
  const contentType = contentInfo.next().bytes;
  const fields = contentInfo.enter(context(0)).sequence();
  const kept = [fields.next().bytes, fields.next().bytes, fields.next().bytes, fields.next().bytes];
  const signerInfos = der.element(0x31, ...new Array<Uint8Array>(copies).fill(fields.set().next().bytes));
  const changed = encodeDer(der.sequence(contentType, der.context(0, der.sequence(...kept, signerInfos))));
  assert.equal(parseSignedData(changed).signerInfos.length, copies);
  return changed;
}
