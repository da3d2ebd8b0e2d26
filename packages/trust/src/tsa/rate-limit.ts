// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';

/** How often something may be done within any stretch of time of the given length. */
export interface Rate {
  readonly requests: number;
  readonly periodSeconds: number;
}

/**
 * Counts requests in a sliding window: an authority that allows 20 in 20 minutes and blocks for a day after the 21st must
 * never see the 21st, also not across the edge of a fixed window.
 */
export class RateLimit {
  readonly #rate: Rate | undefined;
  readonly #clock: Clock;
  readonly #times: number[] = [];

  constructor(rate: Rate | undefined, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** Takes one request from the allowance; false if there is none now. */
  take(): boolean {
    if (this.#rate === undefined) return true;
    const now = this.#clock.now().getTime();
    const oldest = now - this.#rate.periodSeconds * 1000;
    while (this.#times.length > 0 && this.#times[0]! <= oldest) this.#times.shift();
    if (this.#times.length >= this.#rate.requests) return false;
    this.#times.push(now);
    return true;
  }
}
