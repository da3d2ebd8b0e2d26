// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { type DerNode, type DerReader, der, type Oid } from '../der/index.ts';

/** Certificate extensions by the names of RFC 5280 §4.2 and RFC 3739. */
export const extensionOids = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInformationAccess: '1.3.6.1.5.5.7.1.1',
  qcStatements: '1.3.6.1.5.5.7.1.3',
  ocspNoCheck: '1.3.6.1.5.5.7.48.1.5',
} as const satisfies Record<string, Oid>;

/** One extension as received (RFC 5280 §4.1.2.9). */
export interface Extension {
  readonly oid: Oid;
  readonly critical: boolean;
  /** The octets of extnValue: DER of the extension's own type. */
  readonly value: Uint8Array;
}

/**
 * Reads `SEQUENCE OF Extension`.
 *
 *     Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE, extnValue OCTET STRING }
 *
 * @throws SignetError `der.*`, `x509.malformed` if one comes twice (RFC 5280 §4.2)
 */
export function readExtensions(reader: DerReader): ReadonlyMap<Oid, Extension> {
  const extensions = new Map<Oid, Extension>();
  while (!reader.atEnd) {
    const fields = reader.sequence();
    const oid = fields.oid();
    const critical = fields.booleanOrFalse();
    const value = fields.octetString();
    fields.end();
    if (extensions.has(oid))
      throw new SignetError('x509.malformed', { reason: `extension ${oid} comes twice` });
    extensions.set(oid, { oid, critical, value });
  }
  return extensions;
}

/** An extension to be written. */
export function extension(oid: Oid, value: DerNode | Uint8Array, critical = false): DerNode {
  return der.sequence(der.oid(oid), der.booleanOrAbsent(critical), der.octetString(value));
}
