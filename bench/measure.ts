// SPDX-License-Identifier: Apache-2.0

/** One line of a benchmark: what was done, against the limit measured in the same run. */
export interface Figure {
  readonly case: string;
  readonly docs_per_s: number;
  /** What the machine could do at most of the same work, measured between the rounds of the same run. */
  readonly limit_per_s: number;
  readonly ratio: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly peak_rss_mb: number;
}

/** A figure with what a person wants to know beside it on a machine that others use too. */
export interface Measured extends Figure {
  /**
   * The same ratio by the tenth percentile of the single calls: those that no other process interrupted, and no garbage
   * collection either.
   */
  readonly undisturbed: number;
}

/** How a case is measured. */
export interface Case {
  readonly name: string;
  /** Does the work once. */
  readonly work: () => Promise<unknown> | unknown;
  /** Does once what no program can avoid. */
  readonly limit: () => unknown;
}

/** Rounds, and seconds of work in each. */
export interface Effort {
  /** Calls after which the compiler is done with the path, or its work would be counted. */
  readonly warmUpCalls: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** What the command line asks for: `--quick` keeps the shape and loses precision, `--smoke` only shows that it runs. */
export function effortOf(args: readonly string[]): Effort {
  if (args.includes('--smoke')) return { warmUpCalls: 0, rounds: 1, seconds: 0.05 };
  return args.includes('--quick')
    ? { warmUpCalls: 500, rounds: 3, seconds: 0.3 }
    : { warmUpCalls: 2500, rounds: 9, seconds: 0.6 };
}

const milliseconds = () => Number(process.hrtime.bigint()) / 1e6;

/**
 * Runs work and limit in turn, so that a change of the machine's mood in mid-run touches both alike, and takes the median
 * of the rounds.
 */
export async function measure({ name, work, limit }: Case, effort: Effort): Promise<Measured> {
  const { rounds, seconds, warmUpCalls } = effort;
  for (
    let calls = 0, end = milliseconds() + 10_000 * seconds;
    calls < warmUpCalls && milliseconds() < end;
    calls += 1
  ) {
    await work();
  }
  await repeat(limit, seconds / 4);
  const done: { readonly rate: number; readonly limitRate: number }[] = [];
  const times: number[] = [];
  const limitTimes: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await repeat(limit, seconds / 4);
    const worked = await repeat(work, seconds);
    const after = await repeat(limit, seconds / 4);
    times.push(...worked);
    limitTimes.push(...before, ...after);
    done.push({ rate: rate(worked), limitRate: rate([...before, ...after]) });
  }
  times.sort((a, b) => a - b);
  limitTimes.sort((a, b) => a - b);
  return {
    case: name,
    docs_per_s: rounded(median(done.map((round) => round.rate))),
    limit_per_s: rounded(median(done.map((round) => round.limitRate))),
    ratio: rounded(median(done.map((round) => round.rate / round.limitRate)), 3),
    p50_ms: rounded(percentile(times, 0.5), 3),
    p99_ms: rounded(percentile(times, 0.99), 3),
    peak_rss_mb: rounded(process.resourceUsage().maxRSS / 1024, 1),
    undisturbed: rounded(percentile(limitTimes, 0.1) / percentile(times, 0.1), 3),
  };
}

/** Calls a second of some work, done for the given seconds. */
export async function rateOf(work: () => unknown, seconds: number): Promise<number> {
  return rate(await repeat(work, seconds));
}

/** Milliseconds of each call made within the given seconds. */
async function repeat(work: () => unknown, seconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = milliseconds() + seconds * 1000;
  let at = milliseconds();
  while (at < end) {
    const result = work();
    if (result instanceof Promise) await result;
    const now = milliseconds();
    times.push(now - at);
    at = now;
  }
  return times;
}

const rate = (times: readonly number[]) => (1000 * times.length) / times.reduce((sum, time) => sum + time, 0);

/** The value below which a part of ascending values lies; 0 of none. */
export function percentile(ascending: readonly number[], part: number): number {
  return ascending[Math.floor(ascending.length * part)] ?? 0;
}

/** The middle of some values; 0 of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** A figure without digits that mean nothing. */
export const rounded = (value: number, digits = 1) => Number(value.toFixed(digits));
