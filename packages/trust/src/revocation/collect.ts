// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError } from '@signet/base';
import { type Certificate, parseCertificate } from '@signet/pkix';
import { findCertificationPath, type PathResult } from '../path/index.ts';
import type { RevocationClient } from './client.ts';
import {
  isExemptResponder,
  judgeListValue,
  judgeOcspValue,
  nameOf,
  type RevocationQuestion,
  type RevocationValue,
} from './value.ts';

/** A certificate whose validity is to be proven for later: a signer's, or a time-stamping authority's. */
export interface ValidationSubject {
  /** DER. */
  readonly certificate: Uint8Array;
  /** DER of certificates that came with it and may lie on its path. */
  readonly candidates: readonly Uint8Array[];
  /** When it was used, as far as that is proven. */
  readonly usedAt: Date;
}

/** Validation data as a document carries them: each value once, as received. */
export interface ValidationData {
  /** DER of certificates: paths with their anchors, and OCSP responders. */
  readonly certificates: readonly Uint8Array[];
  /** DER of OCSPResponses. */
  readonly ocspResponses: readonly Uint8Array[];
  /** DER of CertificateLists. */
  readonly crls: readonly Uint8Array[];
}

/** What validation data are collected with. */
export interface CollectionOptions {
  /** Trust anchors that paths must lead to. */
  readonly anchors: readonly Certificate[];
  readonly client: RevocationClient;
  /** Values that the document carries already: they count where none can be had anew. */
  readonly held?: ValidationData;
  readonly signal?: AbortSignal;
}

/** More certificates than this are fetched for no path. */
const maxFetches = 6;

/**
 * Collects what proves that certificates were valid when they were used (EN 319 102-1 §5.2.6, EN 319 142-1 §5.4.2): their
 * paths to an anchor, a revocation value for each certificate below it, and the same for responders that signed such a
 * value, unless they are exempt. Missing issuers are fetched from where certificates name them.
 *
 * @throws SignetError `trust.no-path`, `trust.certificate-revoked`, `trust.revocation-unavailable`,
 *   `trust.revocation-impossible`; the reason of `signal`
 */
export async function collectValidationData(
  subjects: readonly ValidationSubject[],
  options: CollectionOptions,
): Promise<ValidationData> {
  const collection = new Collection(options);
  for (const { certificate, candidates, usedAt } of subjects) {
    await collection.cover(parseCertificate(certificate), candidates.flatMap(readable), usedAt);
  }
  return collection.data();
}

class Collection {
  readonly #options: CollectionOptions;
  /** By certificate and issuer, what was answered: a chain shared by signer and authority is asked about once. */
  readonly #covered = new Set<string>();
  readonly #certificates = new Map<string, Uint8Array>();
  readonly #responses = new Map<string, Uint8Array>();
  readonly #lists = new Map<string, Uint8Array>();

  constructor(options: CollectionOptions) {
    this.#options = options;
  }

  data(): ValidationData {
    return {
      certificates: [...this.#certificates.values()],
      ocspResponses: [...this.#responses.values()],
      crls: [...this.#lists.values()],
    };
  }

  async cover(certificate: Certificate, candidates: readonly Certificate[], usedAt: Date): Promise<void> {
    const { path, anchor } = await this.#path(certificate, candidates, usedAt);
    for (const each of [...path, anchor]) this.#certificates.set(each.fingerprint, each.bytes);
    for (const [index, each] of path.entries()) {
      const issuer = path[index + 1] ?? anchor;
      if (each.fingerprint === anchor.fingerprint || this.#isCovered(each, issuer)) continue;
      const value = await this.#value({ certificate: each, issuer, usedAt });
      this.#keep(value);
      if (value.responder === undefined) continue;
      this.#certificates.set(value.responder.fingerprint, value.responder.bytes);
      if (!isExemptResponder(value.responder)) {
        await this.cover(value.responder, [...path, ...candidates], value.thisUpdate);
      }
    }
  }

  #isCovered(certificate: Certificate, issuer: Certificate): boolean {
    const key = `${certificate.fingerprint} ${issuer.fingerprint}`;
    return this.#covered.size === this.#covered.add(key).size;
  }

  #keep({ kind, bytes }: RevocationValue): void {
    const kept = kind === 'crl' ? this.#lists : this.#responses;
    kept.set(Buffer.from(bytes).toString('latin1'), bytes);
  }

  async #path(certificate: Certificate, candidates: readonly Certificate[], at: Date) {
    const { anchors, client, held, signal } = this.#options;
    const known = [...candidates, ...(held?.certificates.flatMap(readable) ?? [])];
    let result: PathResult | undefined;
    for (let fetches = 0; fetches < maxFetches; fetches++) {
      result = findCertificationPath({ certificate, candidates: known, anchors, at });
      if (result.status === 'valid') return result;
      if (result.failures[0]?.reason !== 'no-issuer') break;
      const found = await client.issuers(result.failures[0].certificate, signal);
      const fresh = found.filter(
        (each) => !known.some(({ fingerprint }) => fingerprint === each.fingerprint),
      );
      if (fresh.length === 0) break;
      known.push(...fresh);
    }
    const failure = result?.status === 'invalid' ? result.failures[0] : undefined;
    throw new SignetError('trust.no-path', {
      certificate: nameOf(certificate),
      reason: failure === undefined ? 'none was found' : `${nameOf(failure.certificate)}: ${failure.reason}`,
    });
  }

  /** A new value, so that it tells of the time up to now; what the document holds is second best. */
  async #value(question: Omit<RevocationQuestion, 'at'>): Promise<RevocationValue> {
    const { client, signal } = this.#options;
    try {
      return await client.value(question, signal);
    } catch (error) {
      const unanswered =
        isSignetError(error, 'trust.revocation-unavailable') ||
        isSignetError(error, 'trust.revocation-impossible');
      const held = unanswered ? this.#held(question) : undefined;
      if (held === undefined) throw error;
      return held;
    }
  }

  #held(question: RevocationQuestion): RevocationValue | undefined {
    const { ocspResponses = [], crls = [] } = this.#options.held ?? {};
    const values = [
      ...ocspResponses.map((bytes) => () => judgeOcspValue(bytes, question)),
      ...crls.map((bytes) => () => judgeListValue(bytes, question)),
    ];
    for (const value of values) {
      try {
        return value();
      } catch (error) {
        if (!isSignetError(error) || error.code === 'trust.certificate-revoked') throw error;
      }
    }
    return undefined;
  }
}

/** A certificate that cannot be read helps no path; the others still may. */
function readable(bytes: Uint8Array): readonly Certificate[] {
  try {
    return [parseCertificate(bytes)];
  } catch (error) {
    if (isSignetError(error)) return [];
    throw error;
  }
}
