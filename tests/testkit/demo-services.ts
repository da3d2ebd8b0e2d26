// SPDX-License-Identifier: Apache-2.0
// The demo's trust services without a network between: the real clients over a way out that ends in this process.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Clock, SignetError, systemClock, uuidv7 } from '@signet/base';
import { encodeTimeStampRequest, judgeTimeStampResponse } from '@signet/pkix';
import {
  answerOcspRequest,
  answerTimeStampRequest,
  type DemoPki,
  demoOcspResponder,
  demoTimeStampingAuthority,
} from '@signet/qtsp';
import type { TimeStamping, ValidationDataCollecting } from '@signet/sealing';
import type { Egress } from '@signet/trust/egress';
import {
  memoryRevocationCache,
  openRevocationClient,
  validationDataCollector,
} from '@signet/trust/revocation';

/** The demo's time-stamping authority. */
export function inProcessTimeStamps(pki: DemoPki, clock: Clock = systemClock): TimeStamping {
  const authority = demoTimeStampingAuthority(pki);
  return {
    expectedTokenBytes: () => 4000,
    async stamp(digest) {
      const imprint = { digestAlgorithm: 'sha256', digest } as const;
      const nonce = BigInt(`0x${createHash('sha256').update(uuidv7()).digest('hex').slice(0, 16)}`);
      const request = encodeTimeStampRequest({ imprint, nonce, certReq: true });
      const { response } = answerTimeStampRequest(request, authority, clock);
      const { token } = judgeTimeStampResponse(response, { imprint, nonce, certReq: true });
      return { token: token.encoded, genTime: token.info.genTime };
    },
  };
}

/** A way out that leads to the demo's OCSP responder, revocation lists and CA certificates, and nowhere else. */
export function inProcessEgress(
  pki: DemoPki,
  clock: Clock = systemClock,
): Egress & { readonly asked: string[] } {
  const responder = demoOcspResponder(pki);
  const asked: string[] = [];
  return {
    asked,
    async send({ url, body }) {
      asked.push(url);
      const { pathname, host } = new URL(url);
      if (!pki.urls.ocsp.includes(host)) throw new SignetError('egress.not-allowed', { host });
      const ok = (bytes: Uint8Array) => ({ status: 200, headers: {}, body: bytes });
      if (pathname === '/ocsp' && body !== undefined) return ok(answerOcspRequest(body, responder, clock));
      const name = /^\/(crl|aia)\/(root|issuing)\.(crl|cer)$/.exec(pathname)?.[2];
      if (name !== 'root' && name !== 'issuing') return { status: 404, headers: {}, body: new Uint8Array() };
      if (pathname.startsWith('/aia/')) return ok(pki.credential(name).certificate.bytes);
      return ok(readFileSync(pki.revocationListFile(name)));
    },
    close: async () => undefined,
  };
}

/** Validation data from those. */
export function inProcessValidationData(pki: DemoPki, clock: Clock = systemClock): ValidationDataCollecting {
  const client = openRevocationClient({
    egress: inProcessEgress(pki, clock),
    clock,
    cache: memoryRevocationCache(clock),
  });
  return validationDataCollector([pki.credential('root').certificate.bytes], client);
}
