// SPDX-License-Identifier: Apache-2.0

/** Growing pauses between tries. */
export interface BackOff {
  /** Milliseconds until the next try; each call doubles the next answer up to the ceiling. */
  next(): number;
  /** How often `next` was called since the last reset. */
  readonly failures: number;
  reset(): void;
}

/**
 * Pauses that double from `first` to `ceiling` milliseconds. A random quarter is taken off so that many who failed
 * together do not come back together.
 */
export function backOff(
  { first, ceiling }: { readonly first: number; readonly ceiling: number },
  random: () => number = Math.random,
): BackOff {
  let failures = 0;
  return {
    next() {
      const full = Math.min(ceiling, first * 2 ** Math.min(failures, 30));
      failures += 1;
      return Math.round(full * (1 - random() / 4));
    },
    get failures() {
      return failures;
    },
    reset() {
      failures = 0;
    },
  };
}
