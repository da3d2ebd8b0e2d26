// SPDX-License-Identifier: Apache-2.0
import type { Dirent } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, ioError, isUuid, type Uuid } from '@signet/base';
import type { TenantId } from '@signet/sealing';

/** Younger files may belong to a request that is running now. */
const ageMilliseconds = 60 * 60 * 1000;

/**
 * Removes files older than an hour that are unfinished, or that nothing refers to: what a process left that ended between
 * writing a blob and telling the database of it.
 *
 * @param known which of these ids are referred to; asked shard by shard
 * @returns how many files were removed
 * @throws SignetError `general.io`
 */
export async function sweepBlobs(
  directory: string,
  known: (tenant: TenantId, ids: readonly Uuid[]) => Promise<ReadonlySet<Uuid>>,
  clock: Clock,
): Promise<number> {
  const before = clock.now().getTime() - ageMilliseconds;
  let removed = await removeOld(join(directory, 'incoming'), new Set(), before);
  for (const tenant of await list(directory)) {
    if (!tenant.isDirectory() || !/^\d+$/.test(tenant.name)) continue;
    for (const shard of await list(join(directory, tenant.name))) {
      const path = join(directory, tenant.name, shard.name);
      const ids = (await list(path)).map((entry) => entry.name).filter(isUuid);
      if (ids.length === 0) continue;
      removed += await removeOld(path, await known(Number(tenant.name), ids), before);
    }
  }
  return removed;
}

async function removeOld(directory: string, keep: ReadonlySet<string>, before: number): Promise<number> {
  let removed = 0;
  for (const { name } of await list(directory)) {
    if (keep.has(name) || !isUuid(name)) continue;
    const path = join(directory, name);
    const found = await stat(path).catch(() => undefined);
    // The change time, unlike the modification time, tells when an adopted file came here.
    if (found === undefined || found.ctimeMs > before) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

async function list(directory: string): Promise<Dirent[]> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch (error) {
    throw ioError(directory, error);
  }
}
