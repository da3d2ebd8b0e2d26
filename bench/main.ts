// SPDX-License-Identifier: Apache-2.0
// npm run bench -- pades [--json] [--quick]     one core, library path, against hashing and signing alone
// npm run bench -- server [--json] [--quick]    a real server over TLS with PostgreSQL, generator on the same machine
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Figure } from './measure.ts';

const names = ['pades', 'server'] as const;
const [name = '', ...options] = process.argv.slice(2);

/** Prints figures as they come: a table row for people, a JSON object a line for programs. */
export function print(figure: Figure, json: boolean): void {
  if (json) process.stdout.write(`${JSON.stringify(figure)}\n`);
  else {
    const { case: what, docs_per_s, limit_per_s, ratio, p50_ms, p99_ms, peak_rss_mb } = figure;
    const row = [docs_per_s, limit_per_s, ratio, p50_ms, p99_ms, peak_rss_mb].map((value) =>
      String(value).padStart(10),
    );
    process.stdout.write(`${what.padEnd(34)}${row.join('')}\n`);
  }
}

if (import.meta.main) {
  if (!names.includes(name as (typeof names)[number])) {
    process.stderr.write(`npm run bench -- ${names.join('|')} [--json] [--quick]\n`);
    process.exit(2);
  }
  const file = join(import.meta.dirname, name, 'run.ts');
  const oneCore = name === 'pades' && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  const command = [process.execPath, file, ...options];
  const [program = '', ...args] = oneCore ? ['taskset', '-c', '0', ...command] : command;
  process.exitCode = spawnSync(program, args, { stdio: 'inherit' }).status ?? 1;
}
