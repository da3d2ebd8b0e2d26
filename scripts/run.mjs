// SPDX-License-Identifier: Apache-2.0
// Runs a command of this repository on the Node that the repository brings along, installing first where that is
// needed. Plain JavaScript for any Node from 18 on, because it is what starts before anything is installed.
//
//   node scripts/run.mjs node FILE ARGS…      a file of ours
//   node scripts/run.mjs signet ARGS…         the command line
//   node scripts/run.mjs TOOL ARGS…           a tool from node_modules/.bin
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === 'win32';
const ownNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
const stamp = join(root, 'node_modules', '.signet-installed');

/** Installs by `npm ci` when there is nothing installed or the lock file changed since. */
function install() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(ownNode) && existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write('Installing what Signet needs (npm ci) …\n');
  const npm = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: windows,
  });
  if (npm.status !== 0) {
    process.stderr.write('npm ci failed; nothing was started.\n');
    process.exit(npm.status ?? 1);
  }
  writeFileSync(stamp, lock);
}

/** The program and its first arguments for the name that was asked for. */
function resolve(name, rest) {
  if (name === 'node') return [ownNode, rest];
  if (name === 'signet') return [ownNode, [join(root, 'apps', 'cli', 'src', 'main.ts'), ...rest]];
  return [ownNode, [join(root, 'node_modules', '.bin', name), ...rest]];
}

install();
const [name = 'signet', ...rest] = process.argv.slice(2);
const [program, args] = resolve(name, rest);
// Keeps what Node makes of the sources: the second start of anything takes half the time.
const env = { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'node'), ...process.env };
const child = spawn(program, args, { stdio: 'inherit', cwd: name === 'signet' ? process.cwd() : root, env });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 128 + 15 : (code ?? 1)));
