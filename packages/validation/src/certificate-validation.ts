// SPDX-License-Identifier: Apache-2.0

import { isSignetError } from '@signet/base';
import {
  type AlgorithmPolicy,
  type Certificate,
  describeKey,
  identifySignatureAlgorithm,
  judgeSignatureAlgorithm,
  type SignatureAlgorithmId,
} from '@signet/pkix';
import { findCertificationPath, type PathFailureReason, type PathResult } from '@signet/trust/path';
import { displayName } from './certificate-report.ts';
import { indeterminate, type Judgement, passed, passedWith, worst } from './judgement.ts';
import type { Finding } from './report.ts';
import type { RevocationValues } from './revocation.ts';

/** All that a certificate is validated with, the same for every signature of a document. */
export interface ValidationContext {
  readonly anchors: readonly Certificate[];
  readonly candidates: readonly Certificate[];
  /** The time of validation. */
  readonly at: Date;
  readonly revocation: RevocationValues;
  readonly revocationRequired: boolean;
  readonly algorithms: AlgorithmPolicy;
}

/** The certificate of a signature or time-stamp, and since when that is proven to exist. */
export interface CertificateQuestion {
  readonly certificate: Certificate;
  /** Earliest proof of existence of what was signed; undefined if there is none but the present. */
  readonly existedAt: Date | undefined;
}

/**
 * X.509 certificate validation (EN 319 102-1 §5.2.6) with what proofs of existence add (§5.5, §5.6): a path to an anchor,
 * revocation of each of its certificates, and the algorithms they were signed with.
 */
export function validateCertificate(question: CertificateQuestion, context: ValidationContext): Judgement {
  const { result, at } = pathFor(question, context);
  if (result.status === 'invalid') return pathJudgement(result);
  const outlived = at !== context.at;
  return worst([
    revocationOfPath(result, question, {
      ...context,
      revocationRequired: context.revocationRequired || outlived,
    }),
    algorithmsOfPath(result.path, question.existedAt ?? context.at, context.algorithms),
  ]);
}

/** The path at the time of validation; where that is outside validity, at the time for which existence is proven. */
function pathFor(
  { certificate, existedAt }: CertificateQuestion,
  { anchors, candidates, at }: ValidationContext,
): { readonly result: PathResult; readonly at: Date } {
  const result = findCertificationPath({ certificate, candidates, anchors, at });
  const outside = result.status === 'invalid' && result.failures.some(({ reason }) => reason === 'expired');
  if (!outside || existedAt === undefined) return { result, at };
  const earlier = findCertificationPath({ certificate, candidates, anchors, at: existedAt });
  return earlier.status === 'valid' ? { result: earlier, at: existedAt } : { result, at };
}

const pathMessages: Readonly<Record<PathFailureReason, string>> = {
  'no-issuer': 'no path leads from it to a trust anchor',
  signature: 'it was not signed by the issuer it names',
  'not-yet-valid': 'it is not valid yet',
  expired: 'it has expired, and nothing proves that the signature was made before',
  'not-a-ca': 'it issued a certificate though it is no certification authority',
  'path-length': 'its path is longer than an authority allows',
  'key-usage': 'its key must not be used like this',
  'name-constraints': 'its name is outside what its authority may certify',
  policy: 'its certificate policies do not hold along the path',
  'critical-extension': 'it has a critical extension that is not known',
  malformed: 'it cannot be read',
  revoked: 'it was revoked',
  'on-hold': 'it is on hold',
  'revocation-unknown': 'whether it was revoked is not known',
};

function pathJudgement(result: Extract<PathResult, { status: 'invalid' }>): Judgement {
  const findings = result.failures.map(({ reason, certificate }) => ({
    key: `path-${reason}`,
    message: `Certificate "${displayName(certificate)}": ${pathMessages[reason]}.`,
  }));
  return indeterminate(result.subIndication, ...findings);
}

function revocationOfPath(
  { path, anchor }: Extract<PathResult, { status: 'valid' }>,
  { certificate, existedAt }: CertificateQuestion,
  { revocation, revocationRequired, at }: ValidationContext,
): Judgement {
  const judgements = path.map((each, index): Judgement => {
    const issuer = path[index + 1] ?? anchor;
    if (each === anchor || each.fingerprint === anchor.fingerprint) return passed;
    const status = revocation.status({
      certificate: each,
      issuers: sameName(issuer, [...path, anchor]),
      at,
      existedAt,
    });
    if (status.kind === 'good') return passed;
    if (status.kind === 'unknown')
      return revocationRequired ? indeterminate('TRY_LATER', notKnown(each)) : passedWith(notChecked);
    const finding = {
      key: 'certificate-revoked',
      message: `Certificate "${displayName(each)}" was revoked on ${status.date.toISOString()} (${status.reason ?? 'no reason given'}).`,
    };
    if (existedAt !== undefined && existedAt < status.date) return passedWith(finding);
    return indeterminate(each === certificate ? 'REVOKED_NO_POE' : 'REVOKED_CA_NO_POE', finding);
  });
  return once(worst(judgements));
}

/** A certificate first, then the others among them with its subject. */
function sameName(certificate: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  const same = others.filter((other) => other !== certificate && other.subject.equals(certificate.subject));
  return [certificate, ...same];
}

const notChecked: Finding = {
  key: 'revocation-not-checked',
  message: 'Whether the certificates were revoked was not checked.',
};

function notKnown(certificate: Certificate): Finding {
  return {
    key: 'revocation-unknown',
    message: `Whether certificate "${displayName(certificate)}" was revoked is not known: no current revocation list or answer was given.`,
  };
}

function algorithmsOfPath(path: readonly Certificate[], at: Date, policy: AlgorithmPolicy): Judgement {
  return worst(
    path.map((certificate, index) => {
      const issuerKey = path[index + 1];
      return judgeAlgorithm({
        certificate,
        bits: issuerKey === undefined ? undefined : keyBits(issuerKey),
        at,
        policy,
      });
    }),
  );
}

function judgeAlgorithm(of: {
  readonly certificate: Certificate;
  readonly bits: number | undefined;
  readonly at: Date;
  readonly policy: AlgorithmPolicy;
}): Judgement {
  const algorithm = algorithmOf(of.certificate);
  const what = `The signature on certificate "${displayName(of.certificate)}"`;
  if (algorithm === undefined) return unacceptable(`${what} uses an algorithm that is not supported.`);
  return algorithmJudgement({ ...of, algorithm, what });
}

/** Judges one signature algorithm at the time for which the signature is proven to have existed (§5.2.8). */
export function algorithmJudgement(of: {
  readonly algorithm: SignatureAlgorithmId;
  /** Undefined for a key that is not seen here: an anchor's, which is trusted with it. */
  readonly bits: number | undefined;
  readonly at: Date;
  readonly policy: AlgorithmPolicy;
  readonly what: string;
}): Judgement {
  const { algorithm, bits = Number.MAX_SAFE_INTEGER, at, policy, what } = of;
  const { status, until } = judgeSignatureAlgorithm(policy, { algorithm, keyBits: bits, at });
  if (status === 'acceptable') return passed;
  if (status === 'not-listed') {
    const message = `${what} uses ${algorithm}, which ${policy.name} does not list.`;
    return passedWith({ key: 'algorithm-not-listed', message });
  }
  const day = until?.toISOString().slice(0, 10) ?? 'an earlier day';
  return unacceptable(`${what} uses ${algorithm}, which by ${policy.name} does not count since ${day}.`);
}

function unacceptable(message: string): Judgement {
  return indeterminate('CRYPTO_CONSTRAINTS_FAILURE_NO_POE', { key: 'algorithm-not-acceptable', message });
}

/** Size of a certificate's key; undefined where it cannot be used here. */
export function keyBits(certificate: Certificate): number | undefined {
  return orUndefined(() => describeKey(certificate.publicKey).bits);
}

function algorithmOf(certificate: Certificate): SignatureAlgorithmId | undefined {
  return orUndefined(() => identifySignatureAlgorithm(certificate.signatureAlgorithm).id);
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}

function once(judgement: Judgement): Judgement {
  const byKey = new Map(judgement.warnings.map((finding) => [`${finding.key} ${finding.message}`, finding]));
  return { ...judgement, warnings: [...byKey.values()] };
}
