// SPDX-License-Identifier: Apache-2.0
import { isSignetError } from '@signet/base';
import { type Certificate, certificateSignedBy, type Name } from '@signet/pkix';
import { type PathFailure, type PathRequest, type PathResult, subIndicationOf } from './result.ts';
import { validatePath } from './validate-path.ts';

/** Certificates between target and anchor; longer paths are not looked for. */
const maxPathLength = 12;

/** Signatures verified in one search: bounds the work that a hostile heap of cross-certificates can cause. */
const maxSignatureChecks = 500;

/**
 * Looks for a valid certification path (RFC 5280 §6, EN 319 102-1 §5.2.6): from the certificate through the candidates to an
 * anchor, trying one path after the other until one validates. Key identifiers only decide which issuer is tried first.
 * Pure: what it is not handed it does not know.
 */
export function findCertificationPath(request: PathRequest): PathResult {
  const search = new Search(request);
  return search.from([request.certificate]) ?? search.failure();
}

class Search {
  readonly #request: PathRequest;
  readonly #signatures = new Map<Certificate, Map<Certificate, boolean>>();
  #checksLeft = maxSignatureChecks;
  /** The first complete path that failed, else the longest that reached no anchor. */
  #failed:
    | {
        readonly path: readonly Certificate[];
        readonly failures: readonly PathFailure[];
        readonly complete: boolean;
      }
    | undefined;

  constructor(request: PathRequest) {
    this.#request = request;
  }

  /** Completes a path whose last certificate still needs its issuer. */
  from(path: readonly Certificate[]): PathResult | undefined {
    const last = path.at(-1)!;
    const own = this.#request.anchors.find((anchor) => sameBytes(anchor, last));
    if (own !== undefined && path.length === 1) return this.#judge(path, own);
    let linked = false;
    for (const anchor of this.#issuersOf(last, this.#request.anchors)) {
      if (!this.#signed(last, anchor)) continue;
      linked = true;
      const result = this.#judge(path, anchor);
      if (result !== undefined) return result;
    }
    if (path.length >= maxPathLength) return undefined;
    for (const issuer of this.#issuersOf(last, this.#request.candidates)) {
      // A key that comes back under the same name adds nothing; without this two cross-certificates run in a ring.
      if (path.some((each) => sameNameAndKey(each, issuer)) || !this.#signed(last, issuer)) continue;
      linked = true;
      const result = this.from([...path, issuer]);
      if (result !== undefined) return result;
    }
    if (!linked) this.#endsHere(path);
    return undefined;
  }

  failure(): PathResult {
    const { path, failures } = this.#failed ?? { path: [this.#request.certificate], failures: [] };
    return {
      status: 'invalid',
      subIndication: subIndicationOf(failures, this.#request.certificate),
      failures,
      path,
    };
  }

  #judge(path: readonly Certificate[], anchor: Certificate): PathResult | undefined {
    const { failures, policies } = validatePath({ path, anchor, request: this.#request });
    if (failures.length === 0) return { status: 'valid', path, anchor, policies };
    if (!this.#failed?.complete) this.#failed = { path, failures, complete: true };
    return undefined;
  }

  #endsHere(path: readonly Certificate[]): void {
    if (this.#failed !== undefined && (this.#failed.complete || this.#failed.path.length >= path.length))
      return;
    const certificate = path.at(-1)!;
    const { anchors, candidates } = this.#request;
    const named = [...anchors, ...candidates].some(
      (each) => namesMatch(each, certificate) && each !== certificate,
    );
    const reason = named ? 'signature' : 'no-issuer';
    this.#failed = { path, failures: [{ reason, certificate }], complete: false };
  }

  #issuersOf(certificate: Certificate, pool: readonly Certificate[]): readonly Certificate[] {
    return pool
      .filter((each) => namesMatch(each, certificate) && each !== certificate)
      .sort((a, b) => hintRank(a, certificate) - hintRank(b, certificate));
  }

  #signed(certificate: Certificate, issuer: Certificate): boolean {
    let known = this.#signatures.get(certificate);
    if (known === undefined) {
      known = new Map();
      this.#signatures.set(certificate, known);
    }
    const before = known.get(issuer);
    if (before !== undefined) return before;
    if (--this.#checksLeft < 0) return false;
    const signed = certificateSignedBy(certificate, issuer);
    known.set(issuer, signed);
    return signed;
  }
}

function namesMatch(issuer: Certificate, certificate: Certificate): boolean {
  return sameName(issuer.subject, certificate.issuer);
}

/** A name that cannot be read is nobody's. */
function sameName(one: Name, other: Name): boolean {
  try {
    return one.equals(other);
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  }
}

/** 0 if key identifiers agree, 1 if one is missing, 2 if they differ. */
function hintRank(issuer: Certificate, certificate: Certificate): number {
  try {
    const wanted = certificate.authorityKeyIdentifier?.keyIdentifier;
    const has = issuer.subjectKeyIdentifier;
    if (wanted === undefined || has === undefined) return 1;
    return Buffer.compare(wanted, has) === 0 ? 0 : 2;
  } catch (error) {
    if (isSignetError(error)) return 2;
    throw error;
  }
}

function sameBytes(a: Certificate, b: Certificate): boolean {
  return a === b || Buffer.compare(a.bytes, b.bytes) === 0;
}

function sameNameAndKey(a: Certificate, b: Certificate): boolean {
  return (
    sameName(a.subject, b.subject) && Buffer.compare(a.subjectPublicKeyInfo, b.subjectPublicKeyInfo) === 0
  );
}
