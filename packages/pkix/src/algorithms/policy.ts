// SPDX-License-Identifier: Apache-2.0
import type { DigestAlgorithmId } from './digest.ts';
import { type SignatureAlgorithmId, signatureAlgorithm } from './signature.ts';
import etsi from './ts-119-312-v1.5.1.json' with { type: 'json' };

/** Until when an algorithm may be relied upon. A data file states it, the code that judges is handed it as a value. */
export interface AlgorithmPolicy {
  readonly format: 1;
  /** The document the dates are from. */
  readonly name: string;
  /** Digest algorithm → first day on which it no longer counts (`YYYY-MM-DD`, UTC), null for no end. Absent: not listed. */
  readonly digests: { readonly [id: string]: string | null };
  /** Key family → ends by key size, the largest minimum first. Absent: not listed. */
  readonly signatures: { readonly [family: string]: readonly KeySizeEnd[] };
}

/** Keys of at least so many bits count until then. */
export interface KeySizeEnd {
  readonly minimumBits: number;
  readonly until: string | null;
}

/** What a policy says of an algorithm at an instant. */
export interface AlgorithmJudgement {
  /** `not-listed`: the policy does not know it, which is not the same as having ended. */
  readonly status: 'acceptable' | 'ended' | 'not-listed';
  /** The instant from which it no longer counts; undefined where no end is set. */
  readonly until: Date | undefined;
  /** What decided. */
  readonly decidedBy: 'digest' | 'signature' | 'key-size' | undefined;
}

/** ETSI TS 119 312 v1.5.1 (2024-12). */
export const etsiAlgorithmPolicy: AlgorithmPolicy = etsi as AlgorithmPolicy;

/** What the policy says of a signature algorithm with a key of so many bits (EN 319 102-1 §5.2.8.4.3). */
export function judgeSignatureAlgorithm(
  policy: AlgorithmPolicy,
  {
    algorithm,
    keyBits,
    at,
  }: { readonly algorithm: SignatureAlgorithmId; readonly keyBits: number; readonly at: Date },
): AlgorithmJudgement {
  const row = signatureAlgorithm(algorithm);
  const family = row.keyType === 'rsa' ? `rsa-${row.padding}` : row.keyType === 'ec' ? 'ecdsa' : row.keyType;
  const sizes = policy.signatures[family];
  if (sizes === undefined) return { status: 'not-listed', until: undefined, decidedBy: 'signature' };
  const size = sizes.find(({ minimumBits }) => keyBits >= minimumBits);
  if (size === undefined) return { status: 'not-listed', until: undefined, decidedBy: 'key-size' };
  return earlier(judged(size.until, at, 'key-size'), judgeDigestAlgorithm(policy, row.hash, at));
}

/** What the policy says of a digest algorithm. */
export function judgeDigestAlgorithm(
  policy: AlgorithmPolicy,
  id: DigestAlgorithmId,
  at: Date,
): AlgorithmJudgement {
  const until = policy.digests[id];
  if (until === undefined) return { status: 'not-listed', until: undefined, decidedBy: 'digest' };
  return judged(until, at, 'digest');
}

function judged(until: string | null, at: Date, decidedBy: 'digest' | 'key-size'): AlgorithmJudgement {
  if (until === null) return { status: 'acceptable', until: undefined, decidedBy: undefined };
  const end = new Date(`${until}T00:00:00Z`);
  return at < end
    ? { status: 'acceptable', until: end, decidedBy }
    : { status: 'ended', until: end, decidedBy };
}

function earlier(one: AlgorithmJudgement, other: AlgorithmJudgement): AlgorithmJudgement {
  if (other.status === 'not-listed') return other;
  return (one.until?.getTime() ?? Infinity) <= (other.until?.getTime() ?? Infinity) ? one : other;
}
