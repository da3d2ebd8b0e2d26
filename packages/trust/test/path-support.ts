// SPDX-License-Identifier: Apache-2.0
// A root, an authority and a seal certificate, and the search that most tests begin with.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import {
  buildCertificate,
  buildName,
  type Certificate,
  type CertificateExtensions,
  publicKeyOf,
  randomSerialNumber,
} from '@signet/pkix';
import {
  findCertificationPath,
  type PathFailureReason,
  type PathRequest,
  type PathSubIndication,
} from '../src/path/index.ts';

/** When everything here is valid. */
export const at = new Date('2026-06-01T00:00:00Z');
export const newKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A certificate and its key. */
export interface Authority {
  readonly certificate: Certificate;
  readonly key: ReturnType<typeof newKey>;
}

/** How a certificate differs from the usual. */
export interface Issue {
  readonly by?: Authority;
  readonly key?: ReturnType<typeof newKey>;
  readonly extensions?: CertificateExtensions;
  readonly notBefore?: string;
  readonly notAfter?: string;
}

/** What makes a certificate one of an authority. */
export const authority: CertificateExtensions = {
  basicConstraints: { ca: true },
  keyUsage: ['keyCertSign', 'cRLSign'],
};

/** Issues a certificate; self-signed without an issuer. */
export function issue(
  name: string,
  { by, key = newKey(), extensions = {}, notBefore = '2026-01-01', notAfter = '2027-01-01' }: Issue = {},
): Authority {
  const certificate = buildCertificate({
    subject: buildName([
      ['O', 'Test'],
      ['CN', name],
    ]),
    subjectPublicKeyInfo: publicKeyOf(key).export({ format: 'der', type: 'spki' }),
    serialNumber: randomSerialNumber(),
    notBefore: new Date(notBefore),
    notAfter: new Date(notAfter),
    issuer: by === undefined ? { key } : { certificate: by.certificate, key: by.key },
    extensions,
  });
  return { certificate, key };
}

export const root = issue('Root', { extensions: authority });
export const ca = issue('CA', { by: root, extensions: authority });
export const seal = issue('Seal', { by: ca });

/** Looks for the path of the seal, or as told. */
export const find = (request: Partial<PathRequest> = {}) =>
  findCertificationPath({
    certificate: seal.certificate,
    candidates: [ca.certificate],
    anchors: [root.certificate],
    at,
    ...request,
  });

/** Asserts that there is no path, and why. */
export function fails(
  request: Partial<PathRequest>,
  reason: PathFailureReason,
  subIndication: PathSubIndication,
): void {
  const result = find(request);
  assert.equal(result.status, 'invalid');
  assert.deepEqual([result.failures[0]?.reason, result.subIndication], [reason, subIndication]);
}

/** An authority below the root with these extensions. */
export const through = (extensions: CertificateExtensions, more: Issue = {}) =>
  issue('CA', { by: root, extensions, ...more });
/** A request for a seal certificate of that authority. */
export const below = (issuer: Authority, more: Issue = {}): Partial<PathRequest> => ({
  certificate: issue('Seal', { by: issuer, ...more }).certificate,
  candidates: [issuer.certificate],
});
