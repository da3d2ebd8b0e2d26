// SPDX-License-Identifier: Apache-2.0
// A real server over TLS with its built-in PostgreSQL: the answer means that intention and audit are durable. Generator,
// database and workers share the machine; the limit is the library path, on one core, times the workers.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { configure, startTestTrust, TestServer } from '../../tests/testkit/sealing-server.ts';
import { type Effort, effortOf, type Figure, median, percentile, rateOf, rounded } from '../measure.ts';
import { benchInputs } from '../pades/inputs.ts';
import { benchKeys } from '../pades/keys.ts';
import { baselineProcess, closeLibraryPath, sealing } from '../pades/library-path.ts';
import { print, printHead } from '../print.ts';
import type { Load, LoadReport } from './generator.ts';
import { cpuSeconds, peakMegabytes, withChildren } from './process-figures.ts';

const json = process.argv.includes('--json');
const effort: Effort = effortOf(process.argv);
/** Load is measured for longer than a call: connections, caches and the database have to settle. */
const [warmUpSeconds, seconds] = [8 * effort.seconds, 16 * effort.seconds];
const input = '100 kB table';
const connections = 16;

const cases = [
  { name: 'REST 100 kB P-256 B-B', process: 'b-b', keyed: false },
  { name: 'REST 100 kB P-256 B-B, keyed', process: 'b-b', keyed: true },
  { name: 'REST 100 kB P-256 B-T', process: 'b-t', keyed: false },
] as const;

/** CPU seconds by part; the authority of B-T runs in this process. */
interface CpuParts {
  readonly workers: number;
  readonly postgres: number;
  readonly generator: number;
  readonly authority: number;
}

const trust = await startTestTrust();
const server = await TestServer.create(trust);
try {
  await server.start();
  await configure(server.api(), trust);
  const library = await libraryPath();
  if (!json) printHead();
  for (const each of cases) {
    const before = await rateOf(library, effort.seconds);
    const { times, cpu } = await underLoad({
      url: server.url,
      path: `/api/v1/processes/${each.process}/seal`,
      ca: server.ca,
      token: server.adminToken,
      input,
      connections,
      keyed: each.keyed,
      warmUpSeconds,
      seconds,
    });
    const after = await rateOf(library, effort.seconds);
    tell(figureOf(each.name, times, median([before, after]) * server.workers.length), cpu, times.length);
  }
} finally {
  await server.remove();
  await trust.close();
  await closeLibraryPath();
}

async function libraryPath(): Promise<() => Promise<unknown>> {
  const document = benchInputs().find(({ name }) => name === input);
  const key = benchKeys()[0];
  if (document === undefined || key === undefined) throw new TypeError(`there is no input ${input}`);
  const work = sealing(document.bytes, await baselineProcess(key));
  await rateOf(work, 4 * effort.seconds);
  return work;
}

/** Lets the generator work, and takes the CPU that each part uses between its two words. */
async function underLoad(load: Load): Promise<{ readonly times: readonly number[]; readonly cpu: CpuParts }> {
  const generator = fork(join(import.meta.dirname, 'generator.ts'));
  const exited = once(generator, 'exit');
  const failed = exited.then(([code]) => {
    throw new TypeError(`the generator ended with ${String(code)}`);
  });
  const next = async (): Promise<LoadReport> => {
    const [report] = (await Promise.race([once(generator, 'message'), failed])) as [LoadReport];
    return report;
  };
  generator.send(load);
  await next();
  const before = cpuNow(generator.pid ?? 0);
  const done = await next();
  const after = cpuNow(generator.pid ?? 0);
  await Promise.allSettled([failed]);
  if (done.state !== 'done') throw new TypeError('the generator spoke out of turn');
  const cpu = {
    workers: after.workers - before.workers,
    postgres: after.postgres - before.postgres,
    generator: after.generator - before.generator,
    authority: after.authority - before.authority,
  };
  return { times: done.times, cpu };
}

function cpuNow(generator: number): CpuParts {
  const sum = (pids: readonly number[]) => pids.reduce((total, pid) => total + cpuSeconds(pid), 0);
  return {
    workers: sum(server.workers),
    postgres: sum(withChildren(server.postmaster)),
    generator: cpuSeconds(generator),
    authority: cpuSeconds(process.pid),
  };
}

function figureOf(name: string, times: readonly number[], limit: number): Figure {
  const sorted = [...times].sort((a, b) => a - b);
  const rate = times.length / seconds;
  const pids = [server.supervisor, ...server.workers];
  return {
    case: name,
    docs_per_s: rounded(rate),
    limit_per_s: rounded(limit),
    ratio: rounded(rate / limit, 3),
    p50_ms: rounded(percentile(sorted, 0.5), 3),
    p99_ms: rounded(percentile(sorted, 0.99), 3),
    peak_rss_mb: rounded(pids.reduce((total, pid) => total + peakMegabytes(pid), 0)),
  };
}

function tell(figure: Figure, cpu: CpuParts, documents: number): void {
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...figure, cpu_s: cpuOf(cpu, rounded) })}\n`);
    return;
  }
  print(figure, false);
  const each = cpuOf(cpu, (value) => rounded((1000 * value) / Math.max(documents, 1), 3));
  process.stdout.write(
    `  CPU ms a document: ${Object.entries(each)
      .map((part) => part.join(' '))
      .join(', ')}\n`,
  );
}

function cpuOf(cpu: CpuParts, show: (seconds: number) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(cpu).map(([part, value]) => [part, show(value)]));
}
