// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ioError, SignetError } from '@signet/base';
import { syncDirectory } from '../../durable-file.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { ClusterLayout } from './layout.ts';
import { ownName, type Runner } from './runner.ts';

const run = promisify(execFile);

/** Superuser of the cluster: makes database and roles, and nothing else uses it. */
export const administrator = 'signet_admin';

/**
 * Makes the cluster if it is not there, and writes its settings. It is made under another name first: one that a crash
 * left half made is never taken for a cluster.
 *
 * @throws SignetError `storage.other-major`, `storage.postgres-not-started`, `general.io`
 */
export async function prepareCluster(
  layout: ClusterLayout,
  binaries: PostgresBinaries,
  runner: Runner,
): Promise<void> {
  if (!existsSync(layout.cluster)) await initialise(layout, binaries, runner);
  const found = readFileSync(join(layout.cluster, 'PG_VERSION'), 'utf8').trim();
  if (found !== binaries.major) {
    throw new SignetError('storage.other-major', {
      cluster: layout.cluster,
      found,
      wanted: binaries.major,
    });
  }
  writeSettings(layout, runner);
}

async function initialise(layout: ClusterLayout, binaries: PostgresBinaries, runner: Runner): Promise<void> {
  const unfinished = join(layout.home, 'cluster.new');
  rmSync(unfinished, { recursive: true, force: true });
  const options = ['--encoding=UTF8', '--locale=C', '--data-checksums', '--auth=reject'];
  try {
    await run(binaries.initdb, ['-D', unfinished, `--username=${administrator}`, ...options], {
      ...runner.spawn,
      cwd: '/',
      env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    throw new SignetError(
      'storage.postgres-not-started',
      { step: 'make its cluster', reason: lastLine(said), log: layout.log },
      error,
    );
  }
  renameSync(unfinished, layout.cluster);
  await syncDirectory(layout.home);
}

/**
 * The settings are Signet's and are written anew at each start; what an operator adds goes into `operator.conf` beside
 * them. Durability is never traded: fsync, full page writes and synchronous commits are on.
 */
function settings(socketDirectory: string): string {
  return `# Written by Signet at each start. Put your own settings into operator.conf in this directory.
listen_addresses = ''
unix_socket_directories = '${socketDirectory.replaceAll("'", "''")}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 64MB
work_mem = 8MB
maintenance_work_mem = 64MB
max_wal_size = 512MB
min_wal_size = 64MB
wal_compression = on
fsync = on
full_page_writes = on
synchronous_commit = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
lc_messages = 'C'
log_min_messages = warning
log_checkpoints = off
log_line_prefix = '%m [%p] '
idle_in_transaction_session_timeout = '60s'
autovacuum_naptime = '20s'
include_if_exists = 'operator.conf'
`;
}

function writeSettings(layout: ClusterLayout, runner: Runner): void {
  const users = [...new Set([ownName(), runner.name])];
  const files: Record<string, string> = {
    'postgresql.conf': settings(layout.socketDirectory),
    // Who may log in is who owns the process at the other end of the socket; there is no password to keep.
    'pg_hba.conf': 'local all all peer map=signet\n',
    'pg_ident.conf': users.map((name) => `signet "${name.replaceAll('"', '""')}" all\n`).join(''),
  };
  for (const [name, content] of Object.entries(files)) {
    const path = join(layout.cluster, name);
    try {
      writeFileSync(path, content, { mode: 0o600 });
      const { uid, gid } = runner.spawn;
      if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
    } catch (error) {
      throw ioError(path, error);
    }
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
