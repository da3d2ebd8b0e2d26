// SPDX-License-Identifier: Apache-2.0
import {
  type BitString,
  context,
  contextPrimitive,
  type DerReader,
  type Oid,
  readDer,
  readOnlySequence,
  tags,
} from '../der/index.ts';
import { type GeneralName, readGeneralName, readGeneralNames, urisOf } from './general-name.ts';

/** Purposes of a key in the order of their bits (RFC 5280 §4.2.1.3). */
export const keyUsageBits = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

/** One purpose of a key. */
export type KeyUsage = (typeof keyUsageBits)[number];

/** Purposes of a certificate (RFC 5280 §4.2.1.12). */
export const extendedKeyUsages = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const satisfies Record<string, Oid>;

/** `BasicConstraints ::= SEQUENCE { cA BOOLEAN DEFAULT FALSE, pathLenConstraint INTEGER OPTIONAL }` (§4.2.1.9). */
export interface BasicConstraints {
  readonly ca: boolean;
  readonly pathLength: number | undefined;
}

/** AuthorityKeyIdentifier (§4.2.1.1): hints for finding the issuer, never proof. */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly issuer: readonly GeneralName[];
  /** Content octets of the INTEGER. */
  readonly serialNumber: Uint8Array | undefined;
}

/** AuthorityInformationAccess (§4.2.2.1): where OCSP is asked and the issuer's certificates lie. */
export interface AuthorityInformationAccess {
  readonly ocsp: readonly string[];
  readonly caIssuers: readonly string[];
}

/** DistributionPoint (§4.2.1.13). */
export interface DistributionPoint {
  readonly fullName: readonly GeneralName[];
  /** DER of a RelativeDistinguishedName's SET content, relative to the issuer of the CRL. */
  readonly relativeName: Uint8Array | undefined;
  readonly reasons: BitString | undefined;
  readonly crlIssuer: readonly GeneralName[];
}

/** Reads KeyUsage. */
export function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const reader = readDer(value);
  const { bytes } = reader.bitString();
  reader.end();
  return new Set(keyUsageBits.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0));
}

/** Reads `ExtKeyUsageSyntax ::= SEQUENCE OF OBJECT IDENTIFIER`. */
export function readExtendedKeyUsage(value: Uint8Array): readonly Oid[] {
  const purposes: Oid[] = [];
  const reader = readOnlySequence(value);
  while (!reader.atEnd) purposes.push(reader.oid());
  return purposes;
}

/** Reads BasicConstraints. */
export function readBasicConstraints(value: Uint8Array): BasicConstraints {
  const reader = readOnlySequence(value);
  const ca = reader.booleanOrFalse();
  const pathLength = reader.optional(tags.integer)?.number();
  reader.end();
  return { ca, pathLength };
}

/** Reads SubjectKeyIdentifier. */
export function readSubjectKeyIdentifier(value: Uint8Array): Uint8Array {
  const reader = readDer(value);
  const identifier = reader.octetString();
  reader.end();
  return identifier;
}

/** Reads AuthorityKeyIdentifier. */
export function readAuthorityKeyIdentifier(value: Uint8Array): AuthorityKeyIdentifier {
  const reader = readOnlySequence(value);
  const keyIdentifier = reader.optional(contextPrimitive(0))?.content;
  const issuer = reader.enterOptional(context(1));
  const serialNumber = reader.optional(contextPrimitive(2))?.integerBytes();
  reader.end();
  return { keyIdentifier, issuer: issuer === undefined ? [] : readGeneralNames(issuer), serialNumber };
}

/** Reads AuthorityInformationAccess; other access methods and other kinds of names are passed over. */
export function readAuthorityInformationAccess(value: Uint8Array): AuthorityInformationAccess {
  const ocsp: string[] = [];
  const caIssuers: string[] = [];
  const reader = readOnlySequence(value);
  while (!reader.atEnd) {
    const description = reader.sequence();
    const method = description.oid();
    const location = urisOf([readGeneralName(description)]);
    if (method === '1.3.6.1.5.5.7.48.1') ocsp.push(...location);
    if (method === '1.3.6.1.5.5.7.48.2') caIssuers.push(...location);
  }
  return { ocsp, caIssuers };
}

/** Reads CRLDistributionPoints. */
export function readCrlDistributionPoints(value: Uint8Array): readonly DistributionPoint[] {
  const points: DistributionPoint[] = [];
  const reader = readOnlySequence(value);
  while (!reader.atEnd) points.push(readDistributionPoint(reader.sequence()));
  return points;
}

function readDistributionPoint(fields: DerReader): DistributionPoint {
  const name = fields.explicit(0);
  const full = name?.enterOptional(context(0));
  const relativeName = name?.optional(context(1))?.content;
  const reasons = fields.optional(contextPrimitive(1))?.bitString();
  const issuer = fields.enterOptional(context(2));
  fields.end();
  return {
    fullName: full === undefined ? [] : readGeneralNames(full),
    relativeName,
    reasons,
    crlIssuer: issuer === undefined ? [] : readGeneralNames(issuer),
  };
}
