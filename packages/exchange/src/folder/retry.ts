// SPDX-License-Identifier: Apache-2.0

/** How long to wait after retryable errors: doubling from `firstSeconds` to `capSeconds`, with jitter. */
export interface RetryTimes {
  readonly firstSeconds: number;
  readonly capSeconds: number;
}

/**
 * Seconds to wait after so many failures in a row: between half and all of the doubled time, so that many clients that
 * lost the same server do not come back in step.
 *
 * @param failures 1 after the first failure
 */
export function backOffSeconds(
  failures: number,
  times: RetryTimes,
  random: () => number = Math.random,
): number {
  const full = Math.min(times.capSeconds, times.firstSeconds * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + random() / 2);
}

/** The right to work, given by a gate. */
export interface GatePass {
  readonly isProbe: boolean;
}

/**
 * Keeps a binding from asking for each of ten thousand documents what one answer has told: while the service behind it is
 * away, nothing new is claimed and one arrival at a time is tried.
 */
export class Gate {
  readonly #times: RetryTimes;
  #failures = 0;
  #closedUntil = 0;
  #probing = false;

  constructor(times: RetryTimes) {
    this.#times = times;
  }

  /** Lets work start now (milliseconds), or not. Of those who come while the gate is closed one may try: the probe. */
  enter(now: number): GatePass | undefined {
    if (this.#failures === 0) return { isProbe: false };
    if (this.#probing || now < this.#closedUntil) return undefined;
    this.#probing = true;
    return { isProbe: true };
  }

  /** The service answered (were it with a refusal of the document): the gate is open. */
  answered(): void {
    this.#failures = 0;
    this.#probing = false;
  }

  /** The service is away: closed for a while, longer each time. */
  unanswered(now: number): void {
    // Arrivals that were under way together fail together: that is one failure.
    if (this.#failures === 0 || this.#probing) {
      this.#failures += 1;
      this.#closedUntil = now + 1000 * backOffSeconds(this.#failures, this.#times);
    }
    this.#probing = false;
  }

  /** The work is over. A probe that ended without having asked the service leaves its place to another. */
  leave(pass: GatePass): void {
    if (pass.isProbe) this.#probing = false;
  }

  /** Whether the service is known to be away. */
  get closed(): boolean {
    return this.#failures > 0;
  }
}
