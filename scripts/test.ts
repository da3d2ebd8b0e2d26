// SPDX-License-Identifier: Apache-2.0
// `npm test` and its longer sisters: chooses the files of a suite and hands them to Node's test runner.
//
//   npm test [-- FILE…]        everything that needs nothing but Node and npm
//   npm run test:kill          kill -9 at random moments, under load
//   npm run test:fuzz          the fuzzers with their long budgets
//   npm run test:corpora       documents and seals made by others (needs ../shared or SIGNET_SHARED)
//   npm run test:interop       validators made by others (needs ../shared or SIGNET_SHARED)
import { spawn } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

interface Suite {
  readonly files: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Test files that run side by side; suites that load the machine run alone. */
  readonly concurrency: number;
  readonly needsShared?: boolean;
}

const suites: Readonly<Record<string, Suite>> = {
  unit: {
    files: [
      'packages/*/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'tests/*.test.ts',
      'tests/{hostile,conformance,setups}/*.test.ts',
    ],
    concurrency: 2,
  },
  kill: { files: ['tests/kill/*.test.ts'], environment: { SIGNET_KILLS: '100' }, concurrency: 1 },
  fuzz: {
    files: ['packages/*/test/**/*fuzz*.test.ts', 'tests/fuzz/*.test.ts'],
    environment: { SIGNET_FUZZ_MULTIPLIER: '5' },
    concurrency: 2,
  },
  corpora: { files: ['tests/corpora/*.test.ts'], concurrency: 1, needsShared: true },
  interop: { files: ['tests/interop/*.test.ts'], concurrency: 1, needsShared: true },
};

const [first = '', ...rest] = process.argv.slice(2);
const named = Object.hasOwn(suites, first) ? first : 'unit';
const wanted = (named === first ? rest : [first, ...rest]).filter((argument) => argument !== '');
const suite = suites[named]!;
const shared = process.env.SIGNET_SHARED ?? join(root, '..', 'shared');
const env = {
  ...suite.environment,
  ...process.env,
  ...(existsSync(shared) ? { SIGNET_SHARED: shared } : {}),
};

if (suite.needsShared && !existsSync(shared)) {
  process.stdout.write(
    `skipped ${named}: needs the shared corpora and oracles; set SIGNET_SHARED to their folder\n`,
  );
  process.exit(process.env.SIGNET_REQUIRE === 'all' ? 1 : 0);
}

const files =
  wanted.length > 0 ? wanted : suite.files.flatMap((pattern) => globSync(pattern, { cwd: root })).sort();
const reporter = process.env.SIGNET_TEST_REPORTER ?? (process.stdout.isTTY ? 'spec' : 'dot');
const child = spawn(
  process.execPath,
  [
    '--test',
    `--test-concurrency=${suite.concurrency}`,
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
    '--test-reporter=./scripts/test-summary.ts',
    '--test-reporter-destination=stderr',
    ...files,
  ],
  { cwd: root, stdio: 'inherit', env },
);
child.on('exit', (code) => process.exit(code ?? 1));
