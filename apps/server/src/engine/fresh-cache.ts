// SPDX-License-Identifier: Apache-2.0

/** Answers kept for a short time, so that the path of a document asks the database for none of them. */
export interface FreshCache<T> {
  /** The kept answer, or that of `ask`; callers at the same time share one question. A failure is not kept. */
  get(key: string, ask: () => Promise<T>): Promise<T>;
  /** Forgets everything, so that a change made by this process is seen at once. */
  clear(): void;
}

/** More than this many answers are not kept: keys can come from outside. */
const mostKept = 10_000;

/**
 * Keeps answers for `milliseconds`. While an answer that ran out is asked for again, callers wait: what is in force is
 * never older than that.
 */
export function freshCache<T>(milliseconds: number): FreshCache<T> {
  const kept = new Map<string, { readonly answer: Promise<T>; until: number }>();
  return {
    get(key, ask) {
      const now = performance.now();
      const known = kept.get(key);
      if (known && now < known.until) return known.answer;
      if (kept.size >= mostKept) kept.clear();
      const entry = { answer: ask(), until: Number.POSITIVE_INFINITY };
      kept.set(key, entry);
      entry.answer.then(
        () => {
          entry.until = performance.now() + milliseconds;
        },
        () => kept.get(key) === entry && kept.delete(key),
      );
      return entry.answer;
    },
    clear: () => kept.clear(),
  };
}
