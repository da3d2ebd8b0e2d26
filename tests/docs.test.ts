// SPDX-License-Identifier: Apache-2.0
// What the README and docs/ tell people to type works, and what they refer to is there. Blocks fenced as `sh` are run, page
// after page, in one directory with the files that they name; what cannot be run is fenced otherwise.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipOf } from '../packages/exchange/test/zip-builder.ts';
import { DemoPki, demoPkiUrls } from '../packages/qtsp/src/index.ts';
import { removeCluster } from '../packages/storage/src/sql/index.ts';
import { freePort, isAlive } from './testkit/sealing-server.ts';

const root = join(import.meta.dirname, '..');
const pages = ['README.md', ...globSync('docs/*.md', { cwd: root }), 'CONTRIBUTING.md', 'SECURITY.md'];
const read = (page: string) => readFileSync(join(root, page), 'utf8');

/** `npm start` and the like install and test the repository itself: that they name something is what is tested. */
const npmCommand = /^npm /;

/** Programs that run until they are told to end: started in the background, and waited for. */
const staysInForeground = /^\.\/signet (server|client) --config (\S+).*$/;

/** What the `sh` blocks of a page have a shell do. */
function scriptOf(page: string): string {
  const blocks = [...read(page).matchAll(/^```sh\n(.*?)^```$/gms)].map((match) => match[1]!);
  return blocks
    .flatMap((block) => block.trimEnd().split('\n'))
    .filter((line) => !npmCommand.test(line))
    .map((line) => line.replace(staysInForeground, '$$KEEP ".$1.log" "$$entries/$1/src/main.ts" --config $2'))
    .join('\n');
}

describe('links', () => {
  for (const page of pages) {
    test(`of ${page} lead to something`, () => {
      const targets = [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)].map((match) => match[1]!);
      const missing = targets.filter(
        (target) => !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(page), target)),
      );
      assert.deepEqual(missing, []);
    });
  }
});

test('npm commands name scripts that there are', () => {
  const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Record<string, string> };
  const named = pages.flatMap((page) => [
    ...read(page).matchAll(/\bnpm (?:run )?(start|test|[a-z]+:[a-z]+|check|format|bench)\b/g),
  ]);
  assert.ok(named.length > 5);
  for (const [command, script] of named) assert.ok(script! in scripts, command);
  const help = spawnSync(process.execPath, ['scripts/run.mjs', 'signet', 'demo', '--help'], { cwd: root });
  assert.equal(help.status, 0, String(help.stderr));
});

test('source files that pages name are there', () => {
  for (const page of pages) {
    const named = [...read(page).matchAll(/`((?:packages|apps|tests|scripts|samples|bench)\/[\w./-]*\w)`/g)];
    const missing = named.map((match) => match[1]!).filter((path) => !existsSync(join(root, path)));
    assert.deepEqual(missing, [], page);
  }
});

const tools = ['sh', 'curl', 'sed', 'grep', 'cmp'];
const missingTool = tools.find(
  (tool) => spawnSync(tool, ['--help'], { stdio: 'ignore' }).error !== undefined,
);
const skip =
  missingTool !== undefined && process.env.SIGNET_REQUIRE !== 'all' ? `needs ${missingTool} on PATH` : false;

/** Pages whose commands are run one after the other in one directory: the second asks the server that the first sets up. */
const together = ['docs/operations.md', 'docs/rest.md'];
const withCommands = pages.filter((page) => scriptOf(page) !== '');
const sessions = [together, ...withCommands.filter((page) => !together.includes(page)).map((page) => [page])];

for (const session of sessions) {
  describe(`commands of ${session.join(', ')}`, { skip }, () => {
    let folder: string;
    let ports: readonly [string, string];

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), 'signet-docs-'));
      ports = [String(await freePort()), String(await freePort())];
      await prepare(folder);
    });

    after(async () => {
      await stopPrograms(join(folder, '.pids'));
      removeCluster(join(folder, 'node', 'data', 'postgres'));
      rmSync(folder, { recursive: true, force: true });
    });

    for (const page of session) {
      test(`${page}: all work`, { timeout: 180_000 }, async () => {
        const script = scriptOf(page).replaceAll('8443', ports[0]).replaceAll('8444', ports[1]);
        const { code, said } = await run(script, folder);
        assert.equal(code, 0, said.slice(-4000));
      });
    }
  });
}

/** Puts there what the pages name. */
async function prepare(folder: string): Promise<void> {
  const pki = await DemoPki.create({
    directory: join(folder, 'pki'),
    urls: demoPkiUrls('http://127.0.0.1:1'),
    clock: { now: () => new Date() },
    families: ['p256'],
  });
  symlinkSync(join(root, 'signet'), join(folder, 'signet'));
  cpSync(join(root, 'samples'), join(folder, 'samples'), { recursive: true });
  cpSync(pki.pkcs12File('seal-p256'), join(folder, 'seal.p12'));
  cpSync(pki.pkcs12PasswordFile, join(folder, 'password.txt'));
  cpSync(pki.rootFile, join(folder, 'root.pem'));
  const invoice = readFileSync(join(root, 'samples', 'invoice.pdf'));
  writeFileSync(join(folder, 'invoice.pdf'), invoice);
  writeFileSync(
    join(folder, 'invoices.zip'),
    zipOf([
      { name: 'a.pdf', data: invoice },
      { name: 'b.pdf', data: invoice },
    ]),
  );
}

/** Runs a script as one shell; each command is told before it is run, so that a failure shows where. */
async function run(script: string, folder: string): Promise<{ code: number | null; said: string }> {
  const keep = join(root, 'tests', 'testkit', 'keep-running.ts');
  const env = {
    ...process.env,
    KEEP: `${process.execPath} ${keep} ${join(folder, '.pids')}`,
    entries: join(root, 'apps'),
  };
  const child = spawn('sh', ['-euxc', script], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const code = await new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { code, said: (await said).join('\n') };
}

async function stopPrograms(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pids = readFileSync(pidFile, 'utf8').trim().split('\n').map(Number);
  for (const pid of pids.reverse()) {
    if (isAlive(pid)) process.kill(pid, 'SIGTERM');
    while (isAlive(pid)) await sleep(50);
  }
}
