// SPDX-License-Identifier: Apache-2.0
import { randomBytes } from 'node:crypto';
import { asSignetError, type Clock, type ErrorCode, isSignetError, SignetError } from '@signet/base';
import { encodeTimeStampRequest, type MessageImprint } from '@signet/pkix';
import { type Egress, type EgressConnection, openEgress } from '../egress/index.ts';
import { egressHostOf, type TimeStampAuthoritySettings } from './authority.ts';
import { Breaker, type BreakerSettings } from './breaker.ts';
import { judgeTimeStamp } from './judge.ts';
import { RateLimit } from './rate-limit.ts';
import { requestTimeStamp } from './request.ts';

/** An ordered list of authorities: the first healthy one is asked. */
export interface TimeStampPoolSettings {
  readonly name: string;
  readonly authorities: readonly TimeStampAuthoritySettings[];
}

/** What a pool is opened with. */
export interface TimeStampPoolOptions extends EgressConnection {
  readonly clock: Clock;
  readonly breaker?: BreakerSettings;
  /** The way out of one authority; by default one that leads to this authority alone. */
  readonly egressOf?: (authority: TimeStampAuthoritySettings) => Egress;
}

/** A good time-stamp token. */
export interface TimeStampResult {
  /** DER of the token, a CMS ContentInfo, as received. */
  readonly token: Uint8Array;
  readonly genTime: Date;
  /** Name of the authority that gave it. */
  readonly authority: string;
}

/** How an authority of the pool is doing. */
export interface TimeStampAuthorityHealth {
  readonly authority: string;
  readonly state: 'closed' | 'open' | 'half-open';
  readonly restUntil: Date | undefined;
  readonly lastError: ErrorCode | undefined;
  /** Size in bytes of the last good token. */
  readonly lastTokenBytes: number | undefined;
}

/** Time-stamps from a pool of authorities. */
export interface TimeStampPoolClient {
  readonly name: string;
  /**
   * A token over an imprint, found good. Authorities are asked in their order, each at most once; what fails is never asked
   * again for the same imprint.
   *
   * @param imprint the digest, SHA-256 unless its algorithm is named
   * @throws SignetError `tsa.unavailable`, whose `reasons` name each authority's code; the reason of `signal`
   */
  stamp(imprint: Uint8Array | MessageImprint, signal?: AbortSignal): Promise<TimeStampResult>;
  /** Size in bytes of the last token of the authority that will be asked, or a cautious guess. */
  expectedTokenBytes(): number;
  health(): readonly TimeStampAuthorityHealth[];
  close(): Promise<void>;
}

/** Bytes of a token never seen: three RSA-4096 certificates and their signature stay below. */
const unseenTokenBytes = 8_192;

class PooledAuthority {
  readonly settings: TimeStampAuthoritySettings;
  readonly egress: Egress;
  readonly breaker: Breaker;
  readonly rate: RateLimit;
  lastTokenBytes: number | undefined;
  lastError: ErrorCode | undefined;

  constructor(settings: TimeStampAuthoritySettings, options: TimeStampPoolOptions) {
    this.settings = settings;
    this.egress = (options.egressOf ?? ownEgress(options))(settings);
    this.breaker = new Breaker(options.clock, options.breaker);
    this.rate = new RateLimit(settings.rate, options.clock);
  }

  async stamp(imprint: MessageImprint, signal: AbortSignal | undefined): Promise<TimeStampResult> {
    const { name, policy } = this.settings;
    if (!this.breaker.admit()) {
      throw new SignetError('tsa.resting', {
        authority: name,
        until: this.breaker.restUntil?.toISOString() ?? 'later',
      });
    }
    if (!this.rate.take()) {
      this.breaker.abandoned();
      throw new SignetError('tsa.rate-limited', { authority: name });
    }
    try {
      const request = { imprint, nonce: newNonce(), ...(policy === undefined ? {} : { policy }) };
      const answer = await requestTimeStamp(
        this.settings,
        this.egress,
        encodeTimeStampRequest(request),
        signal,
      );
      const { token } = judgeTimeStamp(this.settings, answer, request);
      this.breaker.succeeded();
      this.lastError = undefined;
      this.lastTokenBytes = token.encoded.length;
      return { token: token.encoded, genTime: token.info.genTime, authority: name };
    } catch (error) {
      if (signal?.aborted) this.breaker.abandoned();
      else this.breaker.failed();
      throw error;
    }
  }
}

/**
 * Opens a pool of authorities. State (breakers, rates, sizes) lives in the returned object: one a process and pool.
 *
 * @throws SignetError `egress.url`, `tsa.credentials`
 */
export function openTimeStampPool(
  pool: TimeStampPoolSettings,
  options: TimeStampPoolOptions,
): TimeStampPoolClient {
  const authorities = pool.authorities.map((settings) => new PooledAuthority(settings, options));
  return {
    name: pool.name,
    stamp: (imprint, signal) => stampFrom(pool.name, authorities, asImprint(imprint), signal),
    expectedTokenBytes() {
      const next = authorities.find(({ breaker }) => breaker.state !== 'open') ?? authorities[0];
      const seen = authorities.map(({ lastTokenBytes }) => lastTokenBytes ?? 0);
      return next?.lastTokenBytes ?? Math.max(unseenTokenBytes, ...seen);
    },
    health: () => authorities.map(healthOf),
    close: async () => {
      await Promise.all(authorities.map(({ egress }) => egress.close()));
    },
  };
}

async function stampFrom(
  pool: string,
  authorities: readonly PooledAuthority[],
  imprint: MessageImprint,
  signal: AbortSignal | undefined,
): Promise<TimeStampResult> {
  const reasons: string[] = [];
  let cause: SignetError | undefined;
  for (const authority of authorities) {
    signal?.throwIfAborted();
    try {
      return await authority.stamp(imprint, signal);
    } catch (error) {
      if (signal?.aborted || !isSignetError(error)) throw asSignetErrorUnlessAborted(error, signal);
      authority.lastError = error.code;
      reasons.push(`${authority.settings.name}: ${error.code}`);
      cause = error;
    }
  }
  throw new SignetError('tsa.unavailable', { pool, reasons: reasons.join(', ') || 'it is empty' }, cause);
}

function asSignetErrorUnlessAborted(error: unknown, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : asSignetError(error);
}

function ownEgress({
  proxy,
  caPem,
  connectSeconds,
}: EgressConnection): (authority: TimeStampAuthoritySettings) => Egress {
  return (authority) =>
    openEgress({
      kind: 'configured',
      hosts: [egressHostOf(authority)],
      ...(proxy === undefined ? {} : { proxy }),
      ...(caPem === undefined ? {} : { caPem }),
      ...(connectSeconds === undefined ? {} : { connectSeconds }),
    });
}

function healthOf({
  settings,
  breaker,
  lastError,
  lastTokenBytes,
}: PooledAuthority): TimeStampAuthorityHealth {
  return {
    authority: settings.name,
    state: breaker.state,
    restUntil: breaker.restUntil,
    lastError,
    lastTokenBytes,
  };
}

function asImprint(imprint: Uint8Array | MessageImprint): MessageImprint {
  return imprint instanceof Uint8Array ? { digestAlgorithm: 'sha256', digest: imprint } : imprint;
}

/** 64 random bits, positive. */
function newNonce(): bigint {
  return randomBytes(8).readBigUInt64BE() >> 1n;
}
