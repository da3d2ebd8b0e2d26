// SPDX-License-Identifier: Apache-2.0
// npm run bench -- pades [--json] [--quick|--smoke]     one core, library path, against hashing and signing alone
// npm run bench -- server [--json] [--quick|--smoke]    a real server over TLS with PostgreSQL, generator on the same machine
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const names = ['pades', 'server'] as const;
const [name = '', ...options] = process.argv.slice(2);

if (!names.includes(name as (typeof names)[number])) {
  process.stderr.write(`npm run bench -- ${names.join('|')} [--json] [--quick|--smoke]\n`);
  process.exit(2);
}
const file = join(import.meta.dirname, name, 'run.ts');
const oneCore = name === 'pades' && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
const command = [process.execPath, file, ...options];
const [program = '', ...args] = oneCore ? ['taskset', '-c', '0', ...command] : command;
process.exitCode = spawnSync(program, args, { stdio: 'inherit' }).status ?? 1;
