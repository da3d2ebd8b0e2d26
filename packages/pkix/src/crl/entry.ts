// SPDX-License-Identifier: Apache-2.0
import { type DerNode, type DerReader, der, readDer, tags } from '../der/index.ts';
import { type Extension, extension, readExtensions } from '../x509/extension.ts';
import { type GeneralName, readGeneralNamesValue } from '../x509/general-name.ts';
import type { Name } from '../x509/name.ts';

/** Why a certificate was revoked (CRLReason, RFC 5280 §5.3.1), by number; 7 is not used. */
const reasonNames = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
] as const;

/** CRLReason by name. */
export type RevocationReason = NonNullable<(typeof reasonNames)[number]>;

/** Extensions of entries (RFC 5280 §5.3). */
export const entryExtensionOids = {
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  certificateIssuer: '2.5.29.29',
} as const;

/** One revoked certificate of a revocation list (RFC 5280 §5.1.2.6, §5.3). */
export interface RevokedCertificate {
  /** Two's complement octets of the INTEGER. */
  readonly serialNumber: Uint8Array;
  readonly revocationDate: Date;
  /** undefined if the list does not say, or says a number that the standard does not define. */
  readonly reason: RevocationReason | undefined;
  /** When the key was, or is thought to have been, compromised. */
  readonly invalidityDate: Date | undefined;
  /** In an indirect list: who issued this certificate, where the entry says so itself. */
  readonly certificateIssuer: Name | undefined;
  /** Object identifiers of critical extensions that are not supported: the entry must count as revoked for all reasons. */
  readonly unknownCritical: readonly string[];
}

/** Reads what follows the serial number in an entry. @throws SignetError `der.*` */
export function readRevokedCertificate(serialNumber: Uint8Array, rest: DerReader): RevokedCertificate {
  const revocationDate = rest.time();
  const list = rest.enterOptional(tags.sequence);
  rest.end();
  const extensions = list === undefined ? new Map<string, Extension>() : readExtensions(list);
  const reason = extensions.get(entryExtensionOids.reasonCode);
  const invalidity = extensions.get(entryExtensionOids.invalidityDate);
  const issuer = extensions.get(entryExtensionOids.certificateIssuer);
  const known = Object.values<string>(entryExtensionOids);
  return {
    serialNumber,
    revocationDate,
    reason: reason === undefined ? undefined : reasonNames[readDer(reason.value).enumerated()],
    invalidityDate: invalidity === undefined ? undefined : readDer(invalidity.value).time(),
    certificateIssuer: issuer === undefined ? undefined : directoryName(readGeneralNamesValue(issuer.value)),
    unknownCritical: [...extensions.values()]
      .filter(({ oid, critical }) => critical && !known.includes(oid))
      .map(({ oid }) => oid),
  };
}

/** The name of a CRLReason. undefined for a number that the standard does not define. */
export function revocationReason(code: number): RevocationReason | undefined {
  return reasonNames[code];
}

/** The number of a CRLReason. */
export function revocationReasonCode(reason: RevocationReason): number {
  return reasonNames.indexOf(reason);
}

/** One entry to be written. */
export interface RevokedCertificateInput {
  /** Two's complement octets of the INTEGER, as a certificate has them. */
  readonly serialNumber: Uint8Array;
  readonly revocationDate: Date;
  /** `unspecified` is left out, as RFC 5280 §5.3.1 asks. */
  readonly reason?: RevocationReason;
  readonly invalidityDate?: Date;
}

/** An entry of revokedCertificates, to be encoded. */
export function encodeRevokedCertificate(entry: RevokedCertificateInput): DerNode {
  const extensions: DerNode[] = [];
  if (entry.reason !== undefined && entry.reason !== 'unspecified') {
    const code = der.enumerated(revocationReasonCode(entry.reason));
    extensions.push(extension(entryExtensionOids.reasonCode, code));
  }
  if (entry.invalidityDate !== undefined) {
    extensions.push(extension(entryExtensionOids.invalidityDate, der.generalizedTime(entry.invalidityDate)));
  }
  return der.sequence(
    der.element(tags.integer, entry.serialNumber),
    der.time(entry.revocationDate),
    extensions.length === 0 ? undefined : der.sequenceOf(extensions),
  );
}

function directoryName(names: readonly GeneralName[]): Name | undefined {
  return names.find((name) => name.kind === 'directory')?.name;
}
