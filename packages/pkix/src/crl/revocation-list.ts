// SPDX-License-Identifier: Apache-2.0
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../algorithms/index.ts';
import { type DerReader, type Oid, readDer, readOnlySequence, tags } from '../der/index.ts';
import { readAs } from '../malformed.ts';
import { type Extension, type Name, readExtensions, readWholeName } from '../x509/index.ts';
import { type RevokedCertificate, readRevokedCertificate } from './entry.ts';
import { type IssuingDistributionPoint, readIssuingDistributionPoint } from './issuing-distribution-point.ts';

/** Extensions of revocation lists (RFC 5280 §5.2). */
export const revocationListExtensionOids = {
  authorityKeyIdentifier: '2.5.29.35',
  crlNumber: '2.5.29.20',
  deltaCrlIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  expiredCertsOnCrl: '2.5.29.60',
} as const satisfies Record<string, Oid>;

/** A certificate revocation list (RFC 5280 §5.1) as received. Its entries stay bytes until they are asked for. */
export interface RevocationList {
  readonly bytes: Uint8Array;
  /** DER of tbsCertList: what the issuer signed. */
  readonly tbs: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: Date;
  /** RFC 5280 demands it, X.509 does not. */
  readonly nextUpdate: Date | undefined;
  readonly crlNumber: bigint | undefined;
  /** Number of the complete list that this one is relative to; undefined if it is complete itself. */
  readonly deltaBase: bigint | undefined;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  /** From when on revoked certificates stay listed after they expire (X.509 §9.5.2.7, EN 319 411-2). */
  readonly expiredCertsOnCrl: Date | undefined;
  readonly extensions: ReadonlyMap<Oid, Extension>;
  /** The content octets of revokedCertificates. */
  readonly entries: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
}

/**
 * Reads a revocation list without going through its entries: the time it takes does not depend on their number.
 *
 * ```asn1
 * CertificateList ::= SEQUENCE { tbsCertList TBSCertList, signatureAlgorithm AlgorithmIdentifier, signatureValue BIT STRING }
 * TBSCertList ::= SEQUENCE {
 *   version Version OPTIONAL, signature AlgorithmIdentifier, issuer Name, thisUpdate Time, nextUpdate Time OPTIONAL,
 *   revokedCertificates SEQUENCE OF SEQUENCE { userCertificate CertificateSerialNumber, revocationDate Time,
 *     crlEntryExtensions Extensions OPTIONAL } OPTIONAL,
 *   crlExtensions [0] EXPLICIT Extensions OPTIONAL }
 * ```
 *
 * @throws SignetError `crl.malformed`
 */
export function parseRevocationList(bytes: Uint8Array): RevocationList {
  return readAs('crl.malformed', () => {
    const list = readOnlySequence(bytes);
    const tbsElement = list.element(tags.sequence);
    const signatureAlgorithm = readAlgorithmIdentifier(list);
    const signatureValue = list.bitStringOctets();
    list.end();
    const tbs = readDer(tbsElement.bytes).sequence();
    tbs.skip(tags.integer);
    tbs.skip(tags.sequence);
    const issuer = readWholeName(tbs);
    const thisUpdate = tbs.time();
    const nextUpdate = tbs.is(tags.utcTime) || tbs.is(tags.generalizedTime) ? tbs.time() : undefined;
    const entries = tbs.optional(tags.sequence)?.content ?? new Uint8Array();
    const extensionsField = tbs.explicit(0);
    tbs.end();
    const extensions = extensionsField === undefined ? new Map() : readExtensions(extensionsField.sequence());
    return {
      bytes,
      tbs: tbsElement.bytes,
      issuer,
      thisUpdate,
      nextUpdate,
      ...readKnownExtensions(extensions),
      extensions,
      entries,
      signatureAlgorithm,
      signatureValue,
    };
  });
}

function readKnownExtensions(extensions: ReadonlyMap<Oid, Extension>) {
  const value = <T>(oid: Oid, read: (reader: DerReader) => T): T | undefined => {
    const extension = extensions.get(oid);
    return extension === undefined ? undefined : read(readDer(extension.value));
  };
  const distributionPoint = extensions.get(revocationListExtensionOids.issuingDistributionPoint);
  return {
    crlNumber: value(revocationListExtensionOids.crlNumber, (reader) => reader.bigint()),
    deltaBase: value(revocationListExtensionOids.deltaCrlIndicator, (reader) => reader.bigint()),
    expiredCertsOnCrl: value(revocationListExtensionOids.expiredCertsOnCrl, (reader) => reader.time()),
    issuingDistributionPoint: distributionPoint && readIssuingDistributionPoint(distributionPoint.value),
  };
}

/**
 * Looks for a certificate among the entries, by going through them once. Nothing is kept, so a list of any size needs no
 * memory of its own.
 *
 * @param certificate serial number (two's complement octets) and issuer, as a `Certificate` has them
 * @returns undefined if it is not listed
 * @throws SignetError `crl.malformed`
 */
export function findRevokedCertificate(
  list: RevocationList,
  certificate: { readonly serialNumber: Uint8Array; readonly issuer: Name },
): RevokedCertificate | undefined {
  return readAs('crl.malformed', () => {
    if (list.issuingDistributionPoint?.indirectCrl) return findInIndirectList(list, certificate);
    if (!certificate.issuer.equals(list.issuer)) return undefined;
    const wanted = certificate.serialNumber;
    const entries = readDer(list.entries);
    while (!entries.atEnd) {
      const entry = entries.sequence();
      const serialNumber = entry.integerBytes();
      if (equal(serialNumber, wanted)) return readRevokedCertificate(serialNumber, entry);
    }
    return undefined;
  });
}

/**
 * All entries in their order, each read as it is asked for.
 *
 * @throws SignetError `crl.malformed`, as it goes on
 */
export function* revokedCertificates(list: RevocationList): Generator<RevokedCertificate> {
  const entries = readDer(list.entries);
  while (!entries.atEnd) {
    yield readAs('crl.malformed', () => {
      const entry = entries.sequence();
      return readRevokedCertificate(entry.integerBytes(), entry);
    });
  }
}

/** In an indirect list an entry is of the issuer that the last certificateIssuer before it named (RFC 5280 §5.3.3). */
function findInIndirectList(
  list: RevocationList,
  certificate: { readonly serialNumber: Uint8Array; readonly issuer: Name },
): RevokedCertificate | undefined {
  let issuer = list.issuer;
  for (const entry of revokedCertificates(list)) {
    issuer = entry.certificateIssuer ?? issuer;
    if (equal(entry.serialNumber, certificate.serialNumber) && issuer.equals(certificate.issuer))
      return entry;
  }
  return undefined;
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  // From the end: serial numbers of one issuer often begin alike.
  for (let i = one.length - 1; i >= 0; i--) if (one[i] !== other[i]) return false;
  return true;
}
