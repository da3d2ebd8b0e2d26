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
export function backOffSeconds(failures: number, times: RetryTimes, random: () => number = Math.random): number {
  const full = Math.min(times.capSeconds, times.firstSeconds * 2 ** Math.min(failures - 1, 30));
  return full * (0.5 + random() / 2);
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

  /** Whether work may start now (milliseconds). When the gate was closed, the one who enters is the probe. */
  enter(now: number): boolean {
    if (this.#failures === 0) return true;
    if (this.#probing || now < this.#closedUntil) return false;
    this.#probing = true;
    return true;
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

  /** The probe ended without having asked the service (it failed elsewhere): another may be the probe. */
  left(): void {
    this.#probing = false;
  }

  /** Whether the service is known to be away. */
  get closed(): boolean {
    return this.#failures > 0;
  }
}
