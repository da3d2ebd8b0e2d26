// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { type Certificate, parseCertificate } from '../x509/index.ts';
import { attributeValues } from './attribute.ts';
import { attributeTypes } from './object-identifiers.ts';
import type { SignerInfo } from './signed-data.ts';
import { namesCertificate } from './signer-identifier.ts';
import {
  parseSigningCertificate,
  parseSigningCertificateV2,
  refersTo,
  type SigningCertificateReference,
} from './signing-certificate.ts';

/**
 * The certificate of a signer among candidates. The signed ESS reference decides where it finds one, since names and serial
 * numbers can be equal by accident or intent; else the signer identifier does.
 *
 * @param candidates DER, for example `signedData.certificates`; ones that cannot be read are passed over
 * @returns undefined if none is the signer's
 */
export function findSignerCertificate(
  signerInfo: SignerInfo,
  candidates: readonly Uint8Array[],
): Certificate | undefined {
  const reference = signingCertificateReferences(signerInfo)[0];
  if (reference !== undefined) {
    const referred = candidates.find((candidate) => refersTo(reference, candidate));
    const certificate = referred === undefined ? undefined : readable(referred);
    if (certificate !== undefined) return certificate;
  }
  for (const candidate of candidates) {
    const certificate = readable(candidate);
    if (certificate !== undefined && names(signerInfo, certificate)) return certificate;
  }
  return undefined;
}

/**
 * What the ESS signing-certificate attributes (v2, then v1) of a signer info refer to. Ones that cannot be read are left
 * out; `verifySignerInfo` reports them.
 */
export function signingCertificateReferences(signerInfo: SignerInfo): SigningCertificateReference[] {
  const attributes = signerInfo.signedAttributes?.attributes ?? [];
  const version2 = attributeValues(attributes, attributeTypes.signingCertificateV2);
  const version1 = attributeValues(attributes, attributeTypes.signingCertificate);
  return [
    ...version2.flatMap((value) => orNothing(() => parseSigningCertificateV2(value))),
    ...version1.flatMap((value) => orNothing(() => parseSigningCertificate(value))),
  ];
}

function readable(encoded: Uint8Array): Certificate | undefined {
  return orNothing(() => parseCertificate(encoded))[0];
}

function names(signerInfo: SignerInfo, certificate: Certificate): boolean {
  return orNothing(() => namesCertificate(signerInfo.signerIdentifier, certificate))[0] ?? false;
}

function orNothing<T>(read: () => T): [T] | [] {
  try {
    return [read()];
  } catch (error) {
    if (isSignetError(error)) return [];
    throw error;
  }
}
