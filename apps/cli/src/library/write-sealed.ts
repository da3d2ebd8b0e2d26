// SPDX-License-Identifier: Apache-2.0
import { constants } from 'node:fs';
import { copyFile, link, mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ioError, SignetError, uuidv7 } from '@signet/base';
import type { KeptOutput } from '@signet/sealing';

/** An output on its way: invisible under its name until it is released. */
export interface WrittenOutput {
  /** Copies the document, appends the new revision, and syncs. */
  append(appended: Uint8Array): Promise<KeptOutput>;
  /** Gives it its name. @throws SignetError `config.exists` if somebody else took it meanwhile */
  release(): Promise<void>;
  /** Removes what is left; nothing after a release. */
  discard(): Promise<void>;
}

/**
 * Begins an output beside its final name. An existing file is never replaced: that the name is free is looked at before
 * a key is used, and made sure of by the way the name is given.
 *
 * @throws SignetError `config.exists`, `general.io`
 */
export async function writeSealed(document: string, out: string): Promise<WrittenOutput> {
  const partial = join(dirname(out), `.${basename(out)}.${uuidv7()}.partial`);
  const remove = () => rm(partial, { force: true });
  await guarded(out, () => mkdir(dirname(out), { recursive: true }));
  await refuseTaken(out);
  return {
    append: (appended) =>
      guarded(out, async () => {
        await copyFile(document, partial, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
        const file = await open(partial, 'a');
        try {
          await file.writeFile(appended);
          await file.sync();
        } finally {
          await file.close();
        }
        return { path: partial, blob: null, discard: remove };
      }),
    release: () => guarded(out, () => giveName(partial, out)),
    discard: remove,
  };
}

/** A hard link makes the name at once or not at all; where there are none, the name is reserved by an empty file first. */
async function giveName(partial: string, out: string): Promise<void> {
  try {
    await link(partial, out);
    await rm(partial);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST') throw new SignetError('config.exists', { path: out }, error);
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await (await open(out, 'wx')).close();
    await rename(partial, out);
  }
}

async function refuseTaken(out: string): Promise<void> {
  const there = await open(out, 'r').catch(() => undefined);
  await there?.close();
  if (there !== undefined) throw new SignetError('config.exists', { path: out });
}

async function guarded<T>(path: string, steps: () => Promise<T>): Promise<T> {
  try {
    return await steps();
  } catch (error) {
    throw error instanceof SignetError ? error : ioError(path, error);
  }
}
