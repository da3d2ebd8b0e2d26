// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ioError } from '@signet/base';
import { openSpool, type Spool } from '@signet/exchange/rest';

/**
 * Opens a spool of this process's own below `root`, and removes those of processes that are gone: what they were
 * receiving was never acknowledged.
 *
 * @throws SignetError `general.io`
 */
export function openPrivateSpool(root: string): Spool {
  try {
    mkdirSync(root, { recursive: true, mode: 0o700 });
    for (const name of readdirSync(root)) {
      if (/^\d+$/.test(name) && !isAlive(Number(name)))
        rmSync(join(root, name), { recursive: true, force: true });
    }
  } catch (error) {
    throw ioError(root, error);
  }
  return openSpool(join(root, String(process.pid)));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
