// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { removeCluster, startBuiltInPostgres } from '../src/sql/index.ts';
import { isAlive, waitForEnd } from '../src/sql/postgres/postmaster.ts';
import { query } from './postgres-fixture.ts';

const parent = mkdtempSync(join(tmpdir(), 'signet-test-'));
/** Why tests that look for other processes are left out here, or false. */
const noProc = process.platform === 'linux' ? false : 'it finds processes in /proc';
const dataDirectories: string[] = [];
after(() => {
  for (const directory of dataDirectories) removeCluster(directory);
  rmSync(parent, { recursive: true, force: true });
});

function dataDirectory(name: string): string {
  const directory = join(parent, name);
  dataDirectories.push(directory);
  return directory;
}

/** Starts a program that starts the server, writes one row and stays. */
async function startInChild(directory: string): Promise<{ kill(): Promise<void>; postmaster: number }> {
  const child = spawn(
    process.execPath,
    [new URL('./postgres-owner.ts', import.meta.url).pathname, directory],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [line] = (await once(child.stdout!, 'data')) as [Buffer];
  return {
    postmaster: Number(line.toString()),
    async kill() {
      child.kill('SIGKILL');
      await once(child, 'exit');
    },
  };
}

it('is made, stopped and started again with what was in it', async () => {
  const directory = dataDirectory('plain');
  const first = await startBuiltInPostgres({ dataDirectory: directory });
  await query(first.address.owner, ['create table kept (n int)', 'insert into kept values (7)']);
  await assert.rejects(startBuiltInPostgres({ dataDirectory: directory }), { code: 'storage.in-use' });
  await first.stop();
  await first.ended;
  assert.equal(isAlive(first.pid), false);
  const second = await startBuiltInPostgres({ dataDirectory: directory });
  try {
    const [rows, settings] = await query(second.address.owner, [
      'select n from kept',
      `select name, setting from pg_settings where name in ('fsync', 'data_checksums', 'listen_addresses', 'server_encoding')
       order by name`,
    ]);
    assert.deepEqual(rows, [{ n: 7 }]);
    assert.deepEqual(
      settings?.map((row) => row.setting),
      ['on', 'on', '', 'UTF8'],
    );
  } finally {
    await second.stop();
  }
});

it('ends with the process that started it, and starts again', async () => {
  const directory = dataDirectory('parent');
  const owner = await startInChild(directory);
  await owner.kill();
  const server = await startBuiltInPostgres({ dataDirectory: directory });
  assert.notEqual(server.pid, owner.postmaster);
  assert.deepEqual(await query(server.address.owner, ['select count(*)::int as n from row']), [[{ n: 1 }]]);
  await server.stop();
});

it('takes over a postmaster whose owner and guards were all killed', { skip: noProc }, async () => {
  const directory = dataDirectory('adopted');
  const owner = await startInChild(directory);
  await killGuards(owner.postmaster);
  await owner.kill();
  const server = await startBuiltInPostgres({ dataDirectory: directory });
  assert.deepEqual([server.adopted, server.pid], [true, owner.postmaster]);
  assert.deepEqual(await query(server.address.owner, ['select count(*)::int as n from row']), [[{ n: 1 }]]);
  await server.stop();
  assert.equal(isAlive(owner.postmaster), false);
});

it('ends orphaned backends of a killed postmaster before it starts', { skip: noProc }, async () => {
  const directory = dataDirectory('orphans');
  const owner = await startInChild(directory);
  await killGuards(owner.postmaster);
  const pointer = JSON.parse(readFileSync(join(directory, 'postgres', 'cluster.json'), 'utf8'));
  const socket = join(directory, 'postgres', pointer.socketDirectory);
  const host = pointer.socketDirectory.startsWith('/') ? pointer.socketDirectory : socket;
  // A backend that is busy does not notice that its postmaster is gone.
  const url = `postgresql://signet_owner@localhost/signet?host=${encodeURIComponent(host)}`;
  const backend = query(url, [
    'do $$ begin perform pg_backend_pid(); loop end loop; end $$ language plpgsql',
  ]).catch(() => undefined);
  let busy: number | undefined;
  while (busy === undefined) {
    const [rows] = await query(url, [
      "select pid from pg_stat_activity where query like 'do $$%' and state = 'active'",
    ]);
    busy = rows?.[0]?.pid as number | undefined;
  }
  process.kill(owner.postmaster, 'SIGKILL');
  await waitForEnd(owner.postmaster);
  await owner.kill();
  assert.equal(isAlive(busy), true);
  const server = await startBuiltInPostgres({ dataDirectory: directory });
  assert.equal(isAlive(busy), false);
  assert.deepEqual(await query(server.address.owner, ['select count(*)::int as n from row']), [[{ n: 1 }]]);
  await backend;
  await server.stop();
});

it('refuses the cluster of another major version, and one that is gone', async () => {
  const directory = dataDirectory('major');
  const server = await startBuiltInPostgres({ dataDirectory: directory });
  await server.stop();
  const version = join(server.cluster, 'PG_VERSION');
  const found = readFileSync(version, 'utf8');
  writeFileSync(version, '13\n');
  await assert.rejects(startBuiltInPostgres({ dataDirectory: directory }), { code: 'storage.other-major' });
  writeFileSync(version, found);
  const pointer = join(directory, 'postgres', 'cluster.json');
  const known = readFileSync(pointer, 'utf8');
  writeFileSync(pointer, JSON.stringify({ ...JSON.parse(known), home: join(parent, 'nowhere') }));
  await assert.rejects(startBuiltInPostgres({ dataDirectory: directory }), {
    code: 'storage.cluster-missing',
  });
  writeFileSync(pointer, known);
});

it('keeps its socket where the path is short enough', async () => {
  const directory = dataDirectory(`long-${'x'.repeat(100)}`);
  const server = await startBuiltInPostgres({ dataDirectory: directory });
  try {
    assert.deepEqual(await query(server.address.queue, ['select 1 as n']), [[{ n: 1 }]]);
  } finally {
    await server.stop();
  }
});

/** Kills the shell that started a postmaster and the shell in it that watches over us. */
async function killGuards(postmaster: number): Promise<void> {
  const shell = parentOf(postmaster);
  const [, children] = [shell, childrenOf(shell)];
  for (const pid of [shell, ...children.filter((child) => child !== postmaster)])
    process.kill(pid, 'SIGKILL');
  await Promise.all(
    [shell, ...children.filter((child) => child !== postmaster)].map((pid) => waitForEnd(pid)),
  );
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
}
