// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { type Certificate, extensionOids, type Oid } from '@signet/pkix';
import { NameConstraintState } from './name-constraints.ts';
import { PolicyState } from './policy-state.ts';
import type { PathFailure, PathFailureReason, PathRequest } from './result.ts';

/** A path whose names and signatures link, to be judged. */
export interface LinkedPath {
  /** The target first. */
  readonly path: readonly Certificate[];
  readonly anchor: Certificate;
  readonly request: PathRequest;
}

/** What the judgement found. */
export interface PathJudgement {
  readonly failures: readonly PathFailure[];
  readonly policies: readonly Oid[];
}

/** Extensions that are understood here or do not restrict a path (RFC 5280 §6.1.4 (o), §6.1.5 (f)). */
const processed: ReadonlySet<Oid> = new Set([
  extensionOids.basicConstraints,
  extensionOids.keyUsage,
  extensionOids.extKeyUsage,
  extensionOids.certificatePolicies,
  extensionOids.policyMappings,
  extensionOids.policyConstraints,
  extensionOids.inhibitAnyPolicy,
  extensionOids.nameConstraints,
  extensionOids.subjectAltName,
  extensionOids.issuerAltName,
  extensionOids.crlDistributionPoints,
  extensionOids.subjectKeyIdentifier,
  extensionOids.authorityKeyIdentifier,
  extensionOids.authorityInformationAccess,
  extensionOids.qcStatements,
  extensionOids.ocspNoCheck,
]);

/**
 * Validates a path whose names and signatures are known to link (RFC 5280 §6.1.3 to §6.1.5). Failures are those of the
 * certificate nearest to the anchor that has any.
 */
export function validatePath({ path, anchor, request }: LinkedPath): PathJudgement {
  const fromAnchor = [...path].reverse();
  const names = new NameConstraintState();
  const policies = new PolicyState(request.policy ?? {}, fromAnchor.length);
  let pathLength = fromAnchor.length;
  const failures: PathFailure[] = [];
  for (const [index, certificate] of fromAnchor.entries()) {
    const last = index === fromAnchor.length - 1;
    const fail = (reason: PathFailureReason) => failures.push({ reason, certificate });
    try {
      checkValidity(certificate, request.at, fail);
      checkRevocation({ certificate, issuer: fromAnchor[index - 1] ?? anchor, path, request, fail });
      // A self-issued certificate only changes its CA's key, so the constraints for others are not for it (§6.1.3 (b)).
      if ((last || !certificate.isSelfIssued) && !names.allows(certificate)) fail('name-constraints');
      if (!policies.process(certificate, last)) fail('policy');
      if (certificate.unknownCriticalExtensions(processed).length > 0) fail('critical-extension');
      if (!last) {
        checkCa(certificate, fail);
        if (!certificate.isSelfIssued && --pathLength < 0) fail('path-length');
        pathLength = Math.min(pathLength, certificate.basicConstraints?.pathLength ?? pathLength);
        names.add(certificate);
      }
    } catch (error) {
      if (!isSignetError(error)) throw error;
      fail('malformed');
    }
    if (failures.length > 0) return { failures, policies: [] };
  }
  return { failures, policies: policies.result() };
}

function checkValidity(certificate: Certificate, at: Date, fail: (reason: PathFailureReason) => void): void {
  if (certificate.isValidAt(at)) return;
  fail(at < certificate.notBefore ? 'not-yet-valid' : 'expired');
}

function checkRevocation(link: {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly path: readonly Certificate[];
  readonly request: PathRequest;
  readonly fail: (reason: PathFailureReason) => void;
}): void {
  const { certificate, issuer, path, request, fail } = link;
  // Nobody above an anchor could revoke it.
  if (request.revocation === undefined || certificate === issuer) return;
  const status = request.revocation(certificate, issuer, path);
  if (status === 'unknown') fail('revocation-unknown');
  else if (status !== 'good') fail(status);
}

// §6.1.4 (k), (n): a version 1 or 2 certificate cannot say that it is a CA's.
function checkCa(certificate: Certificate, fail: (reason: PathFailureReason) => void): void {
  if (certificate.version !== 3 || !certificate.basicConstraints?.ca) fail('not-a-ca');
  if (certificate.keyUsage !== undefined && !certificate.keyUsage.has('keyCertSign')) fail('key-usage');
}
