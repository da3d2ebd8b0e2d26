// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@signet/base';

/** When a breaker opens and for how long. */
export interface BreakerSettings {
  /** Failures in a row after which it opens. */
  readonly failures: number;
  /** How long it stays open the first time; it doubles with each failed try up to `maxRestSeconds`. */
  readonly restSeconds: number;
  readonly maxRestSeconds: number;
}

/** Open after three failures, tried again after 10 seconds, then 20, up to 5 minutes. */
const defaultBreaker: BreakerSettings = { failures: 3, restSeconds: 10, maxRestSeconds: 300 };

/**
 * Keeps a service that fails from being asked over and over: closed while it works, open after failures in a row, half-open
 * for one try when it has rested.
 */
export class Breaker {
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  #failures = 0;
  #restUntil = 0;
  #trying = false;

  constructor(clock: Clock, settings: BreakerSettings = defaultBreaker) {
    this.#clock = clock;
    this.#settings = settings;
  }

  get state(): 'closed' | 'open' | 'half-open' {
    if (this.#failures < this.#settings.failures) return 'closed';
    return this.#clock.now().getTime() < this.#restUntil ? 'open' : 'half-open';
  }

  /** Until when nothing is asked; undefined while closed. */
  get restUntil(): Date | undefined {
    return this.state === 'closed' ? undefined : new Date(this.#restUntil);
  }

  /** Whether to ask now. In half-open state only one caller may at a time, who must report what became of it. */
  admit(): boolean {
    const { state } = this;
    if (state === 'closed') return true;
    if (state === 'open' || this.#trying) return false;
    this.#trying = true;
    return true;
  }

  /** The service worked. */
  succeeded(): void {
    this.#failures = 0;
    this.#trying = false;
  }

  /**
   * The service failed. Of many who were asking when it opened each reports the same outage: once open, only the one who
   * was let try again makes the rest longer.
   */
  failed(): void {
    if (this.state !== 'closed' && !this.#trying) return;
    this.#trying = false;
    this.#failures += 1;
    const beyond = this.#failures - this.#settings.failures;
    if (beyond < 0) return;
    const rest = Math.min(
      this.#settings.restSeconds * 2 ** Math.min(beyond, 20),
      this.#settings.maxRestSeconds,
    );
    this.#restUntil = this.#clock.now().getTime() + rest * 1000;
  }

  /** The caller gave up before the service could show anything. */
  abandoned(): void {
    this.#trying = false;
  }
}
