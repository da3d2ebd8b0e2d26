// SPDX-License-Identifier: Apache-2.0
import type { Figure, Measured } from './measure.ts';

const heads = ['docs/s', 'limit/s', 'ratio', 'p50 ms', 'p99 ms', 'RSS MB', 'ratio p10'];

/** Prints the head of the table for people. */
export function printHead(): void {
  process.stdout.write(`${'case'.padEnd(34)}${heads.map((head) => head.padStart(10)).join('')}\n`);
}

/** Prints a figure as it comes: a row for people, a JSON object on a line for programs. */
export function print({ undisturbed, ...figure }: Figure & Partial<Measured>, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(figure)}\n`);
    return;
  }
  const { case: what, docs_per_s, limit_per_s, ratio, p50_ms, p99_ms, peak_rss_mb } = figure;
  const row = [docs_per_s, limit_per_s, ratio, p50_ms, p99_ms, peak_rss_mb, undisturbed ?? ''];
  process.stdout.write(`${what.padEnd(34)}${row.map((value) => String(value).padStart(10)).join('')}\n`);
}
