// SPDX-License-Identifier: Apache-2.0
// `npm run check`: types, lint and format of the whole repository.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const tool = (name: string) => join(root, 'node_modules', '.bin', name);
const steps: readonly (readonly [string, readonly string[]])[] = [
  ['types', [tool('tsc'), '--project', root]],
  ['lint and format', [tool('biome'), 'check', '--error-on-warnings', '--max-diagnostics=100', root]],
];

let failed = false;
for (const [what, [program = '', ...args]] of steps) {
  const result = spawnSync(process.execPath, [program, ...args], { cwd: root, stdio: 'inherit' });
  process.stdout.write(`${what}: ${result.status === 0 ? 'good' : 'FAILED'}\n`);
  failed ||= result.status !== 0;
}
process.exitCode = failed ? 1 : 0;
