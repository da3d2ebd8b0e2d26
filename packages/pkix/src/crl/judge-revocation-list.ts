// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';
import { der, encodeDer, tags } from '../der/index.ts';
import {
  type Certificate,
  type DistributionPoint,
  type GeneralName,
  isSignedBy,
  Name,
} from '../x509/index.ts';
import type { IssuingDistributionPoint } from './issuing-distribution-point.ts';
import { type RevocationList, revocationListExtensionOids } from './revocation-list.ts';

/** What a revocation list is judged by. */
export interface RevocationListExpectation {
  /** The certificate of who issues the list. Whether it is trusted is not asked here. */
  readonly issuer: Certificate;
  /** When the list must be current; undefined if its times do not matter here. */
  readonly at?: Date;
  /** How far clocks may differ, in seconds; default 60. */
  readonly toleranceSeconds?: number;
}

/**
 * Judges a revocation list by itself (RFC 5280 §6.3.3 steps f and g): issuer, right to sign lists, critical extensions,
 * signature and, where asked for, its times. Whether its scope holds a certificate is `isInScope`.
 *
 * @throws SignetError `crl.issuer-mismatch`, `crl.issuer-unauthorized`, `crl.not-supported`, `crl.signature-invalid`,
 *   `crl.not-yet-valid`, `crl.stale`
 */
export function judgeRevocationList(list: RevocationList, expectation: RevocationListExpectation): void {
  const { issuer, at } = expectation;
  if (!list.issuer.equals(issuer.subject)) throw new SignetError('crl.issuer-mismatch');
  if (issuer.keyUsage?.has('cRLSign') === false) throw new SignetError('crl.issuer-unauthorized');
  const known: readonly string[] = Object.values(revocationListExtensionOids);
  for (const { oid, critical } of list.extensions.values()) {
    if (critical && !known.includes(oid)) throw new SignetError('crl.not-supported', { oid });
  }
  if (!isSignedBy(list, issuer)) throw new SignetError('crl.signature-invalid');
  if (at !== undefined) checkTimes(list, at, (expectation.toleranceSeconds ?? 60) * 1000);
}

/**
 * Whether a list is about a certificate: complete, for all reasons, for this kind of certificate, and, where the list is
 * one part of several, for the certificate's distribution point (RFC 5280 §5.2.5, §6.3.3 step b).
 */
export function isInScope(list: RevocationList, certificate: Certificate): boolean {
  if (list.deltaBase !== undefined) return false;
  const scope = list.issuingDistributionPoint;
  if (scope === undefined) return true;
  if (scope.onlyContainsAttributeCerts || scope.onlySomeReasons !== undefined) return false;
  if (!isOfDistributionPoint(list.issuer, scope, certificate)) return false;
  const isCa = certificate.basicConstraints?.ca ?? false;
  return isCa ? !scope.onlyContainsUserCerts : !scope.onlyContainsCaCerts;
}

/** A list that names its distribution point is about the certificates that name the same one, and no others. */
function isOfDistributionPoint(
  listIssuer: Name,
  scope: IssuingDistributionPoint,
  certificate: Certificate,
): boolean {
  const own = pointNames(scope, listIssuer);
  if (own.length === 0) return true;
  const named = certificate.crlDistributionPoints.flatMap((point) => {
    const names = pointNames(
      point,
      point.crlIssuer.find((name) => name.kind === 'directory')?.name ?? certificate.issuer,
    );
    return names.length > 0 ? names : point.crlIssuer.map(comparableName);
  });
  return named.some((name) => own.includes(name));
}

function pointNames(
  point: Pick<DistributionPoint, 'fullName' | 'relativeName'>,
  relativeTo: Name,
): readonly string[] {
  const { fullName, relativeName } = point;
  if (relativeName === undefined) return fullName.map(comparableName);
  const rdns = relativeTo.rdns.map((rdn) =>
    der.setOf(rdn.map(({ type, encoded }) => der.sequence(der.oid(type), encoded))),
  );
  const name = new Name(encodeDer(der.sequence(...rdns, der.element(tags.set, relativeName))));
  return [comparableName({ kind: 'directory', name })];
}

function comparableName(name: GeneralName): string {
  if (name.kind === 'directory') return name.name.comparable;
  if (name.kind === 'uri' || name.kind === 'dns' || name.kind === 'email') return `${name.kind}:${name.text}`;
  return JSON.stringify(name);
}

function checkTimes({ thisUpdate, nextUpdate }: RevocationList, at: Date, tolerance: number): void {
  if (thisUpdate.getTime() > at.getTime() + tolerance) {
    throw new SignetError('crl.not-yet-valid', { thisUpdate: thisUpdate.toISOString() });
  }
  if (nextUpdate !== undefined && nextUpdate.getTime() < at.getTime() - tolerance) {
    throw new SignetError('crl.stale', { nextUpdate: nextUpdate.toISOString() });
  }
}
