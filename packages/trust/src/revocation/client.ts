// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { asSignetError, type Clock, isSignetError, SignetError } from '@signet/base';
import {
  type Certificate,
  contentTypes,
  encodeOcspRequest,
  parseCertificate,
  parseSignedData,
} from '@signet/pkix';
import type { Egress } from '../egress/index.ts';
import { Breaker } from '../tsa/breaker.ts';
import { askOcspResponder, fetchPublished, type RevocationExchange } from './ask.ts';
import type { RevocationCache } from './cache.ts';
import {
  judgeListValue,
  judgeOcspValue,
  nameOf,
  type RevocationQuestion,
  type RevocationValue,
} from './value.ts';

/** How revocation is asked for. */
export interface RevocationClientOptions {
  /** Leads to the configured hosts alone: a certificate names addresses, it does not open them. */
  readonly egress: Egress;
  readonly clock: Clock;
  readonly cache: RevocationCache;
  /** For one exchange; default 10. */
  readonly timeoutSeconds?: number;
  /**
   * For how long a value is used before it is asked for anew, though it may count for longer; default one hour. When
   * nobody answers, a value that still counts is used.
   */
  readonly reuseSeconds?: number;
  /** For how long an OCSP answer counts that does not say; default ten minutes. */
  readonly unboundedSeconds?: number;
  /** Whether requests carry a nonce. Many responders answer with values made in advance and ignore it; default false. */
  readonly nonce?: boolean;
  /** Which is tried first where a certificate names both; default `ocsp`, whose values are smaller. */
  readonly prefer?: 'ocsp' | 'crl';
}

/** Asks responders and distribution points for what certificates point to. */
export interface RevocationClient {
  /**
   * A current value that says "not revoked". The places that the certificate names are tried one after the other; a host
   * that failed repeatedly rests.
   *
   * @throws SignetError `trust.certificate-revoked`; `trust.revocation-unavailable` when a service is away;
   *   `trust.revocation-impossible` when asking again would not help; the reason of `signal`
   */
  value(question: Omit<RevocationQuestion, 'at'>, signal?: AbortSignal): Promise<RevocationValue>;
  /** Certificates that may be the issuer's, from the places a certificate names (AIA caIssuers); empty if none answers. */
  issuers(certificate: Certificate, signal?: AbortSignal): Promise<readonly Certificate[]>;
}

/** Largest answers taken. */
const maxBytes = { ocsp: 65_536, crl: 32 << 20, issuer: 262_144 } as const;

type Kind = keyof typeof maxBytes;

/** A place where a value may be had. */
interface Place {
  readonly kind: 'ocsp' | 'crl';
  readonly url: string;
}

/** What is asked, and under which key it is kept. */
interface Question {
  readonly kind: Kind;
  readonly url: string;
  readonly key: string;
  readonly exchange: (by: RevocationExchange) => Promise<Uint8Array>;
}

/** Opens a client. Its breakers live in it: one a process and set of hosts. */
export function openRevocationClient(options: RevocationClientOptions): RevocationClient {
  return new Client(options);
}

class Client implements RevocationClient {
  readonly #options: RevocationClientOptions;
  readonly #breakers = new Map<string, Breaker>();
  /** Questions under way: the same one is asked once. */
  readonly #asking = new Map<string, Promise<Uint8Array>>();

  constructor(options: RevocationClientOptions) {
    this.#options = options;
  }

  async value(question: Omit<RevocationQuestion, 'at'>, signal?: AbortSignal): Promise<RevocationValue> {
    const reasons: SignetError[] = [];
    for (const place of this.#placesOf(question.certificate)) {
      signal?.throwIfAborted();
      try {
        return await this.#valueFrom(place, { ...question, at: this.#options.clock.now() }, signal);
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!isSignetError(error) || error.code === 'trust.certificate-revoked') throw asSignetError(error);
        reasons.push(error);
      }
    }
    throw noValue(question.certificate, reasons);
  }

  async issuers(certificate: Certificate, signal?: AbortSignal): Promise<readonly Certificate[]> {
    for (const url of webUrls(certificate.authorityInformationAccess.caIssuers)) {
      signal?.throwIfAborted();
      try {
        const key = `issuer ${url}`;
        const cached = await this.#options.cache.read(key);
        if (cached !== undefined) return readIssuers(cached.bytes);
        const bytes = await this.#ask({ kind: 'issuer', url, key, exchange: fetchPublished }, signal);
        const issuers = readIssuers(bytes);
        await this.#keep(key, bytes, undefined);
        return issuers;
      } catch (error) {
        if (signal?.aborted) throw signal.reason;
        if (!isSignetError(error)) throw error;
      }
    }
    return [];
  }

  #placesOf(certificate: Certificate): readonly Place[] {
    const ocsp = webUrls(certificate.authorityInformationAccess.ocsp).map(
      (url) => ({ kind: 'ocsp', url }) as const,
    );
    const crl = webUrls(certificate.crlUrls).map((url) => ({ kind: 'crl', url }) as const);
    return this.#options.prefer === 'crl' ? [...crl, ...ocsp] : [...ocsp, ...crl];
  }

  /** From the cache while that is young; else asked for anew, with what still counts as the reserve. */
  async #valueFrom(
    place: Place,
    question: RevocationQuestion & { readonly at: Date },
    signal: AbortSignal | undefined,
  ): Promise<RevocationValue> {
    const { cache, reuseSeconds = 3600 } = this.#options;
    const key =
      place.kind === 'crl' ? `crl ${place.url}` : `ocsp ${place.url} ${question.certificate.fingerprint}`;
    const cached = await cache.read(key);
    const reserve = cached && orUndefined(() => judge(place, cached.bytes, question));
    if (reserve && cached.fetchedAt.getTime() + reuseSeconds * 1000 > question.at.getTime()) return reserve;
    try {
      return await this.#fresh(place, question, key, signal);
    } catch (error) {
      if (reserve !== undefined && isSignetError(error) && error.row.retryable) return reserve;
      throw error;
    }
  }

  async #fresh(
    place: Place,
    question: RevocationQuestion,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<RevocationValue> {
    const nonce = this.#options.nonce && place.kind === 'ocsp' ? randomBytes(16) : undefined;
    const query = { certificates: [question], ...(nonce && { nonce }) };
    const exchange = (by: RevocationExchange) =>
      place.kind === 'crl' ? fetchPublished(by) : askOcspResponder(by, encodeOcspRequest(query));
    const bytes = await this.#ask({ ...place, key, exchange }, signal);
    const value = judge(place, bytes, question, nonce);
    await this.#keep(key, bytes, value.nextUpdate);
    return value;
  }

  async #keep(key: string, bytes: Uint8Array, nextUpdate: Date | undefined): Promise<void> {
    const { cache, clock, unboundedSeconds = 600 } = this.#options;
    const fetchedAt = clock.now();
    const until = nextUpdate ?? new Date(fetchedAt.getTime() + unboundedSeconds * 1000);
    await cache.write(key, { bytes, fetchedAt, until });
  }

  /** One exchange, under the breaker of its host. Answers that carry a nonce are nobody else's. */
  #ask({ kind, url, key, exchange }: Question, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const { egress, timeoutSeconds = 10, nonce } = this.#options;
    const shared = !(nonce && kind === 'ocsp');
    const underWay = shared ? this.#asking.get(key) : undefined;
    if (underWay !== undefined) return underWay;
    const asked = this.#underBreaker(url, () =>
      // What several wait for must not end with the first of them.
      exchange({
        egress,
        url,
        timeoutSeconds,
        maxBytes: maxBytes[kind],
        signal: shared ? undefined : signal,
      }),
    );
    if (shared) {
      this.#asking.set(key, asked);
      const done = () => void this.#asking.delete(key);
      asked.then(done, done);
    }
    return asked;
  }

  async #underBreaker<T>(url: string, exchange: () => Promise<T>): Promise<T> {
    const { origin } = new URL(url);
    const breaker = this.#breakers.get(origin) ?? new Breaker(this.#options.clock);
    this.#breakers.set(origin, breaker);
    if (!breaker.admit()) {
      throw new SignetError('trust.resting', {
        host: origin,
        until: breaker.restUntil?.toISOString() ?? 'later',
      });
    }
    try {
      const result = await exchange();
      breaker.succeeded();
      return result;
    } catch (error) {
      // A host that is not configured was never asked, and a caller that is gone learnt nothing of it.
      if (isSignetError(error) && error.row.retryable) breaker.failed();
      else breaker.abandoned();
      throw error;
    }
  }
}

function judge(
  place: Place,
  bytes: Uint8Array,
  question: RevocationQuestion,
  nonce?: Uint8Array,
): RevocationValue {
  return place.kind === 'crl' ? judgeListValue(bytes, question) : judgeOcspValue(bytes, question, nonce);
}

/** Addresses of web services; ldap: ones, which old certificates name as well, are passed over. */
function webUrls(urls: readonly string[]): readonly string[] {
  return urls.filter((url) => /^https?:/i.test(url) && URL.canParse(url));
}

/** One certificate, or several in a CMS without signers (RFC 5280 §4.2.2.1). */
function readIssuers(bytes: Uint8Array): readonly Certificate[] {
  const single = orUndefined(() => parseCertificate(bytes));
  if (single !== undefined) return [single];
  const bundle = orUndefined(() => parseSignedData(bytes));
  if (bundle?.contentType !== contentTypes.data) return [];
  return bundle.certificates.flatMap((each) => orUndefined(() => parseCertificate(each)) ?? []);
}

function noValue(certificate: Certificate, reasons: readonly SignetError[]): SignetError {
  const code = reasons.some(({ row }) => row.retryable)
    ? 'trust.revocation-unavailable'
    : 'trust.revocation-impossible';
  const told = reasons.map(({ message }) => message.replace(/\.$/, '')).join('; ');
  return new SignetError(
    code,
    {
      certificate: nameOf(certificate),
      reasons: told || 'it names neither an OCSP responder nor a revocation list',
    },
    reasons.at(-1),
  );
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}
