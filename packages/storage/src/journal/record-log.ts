// SPDX-License-Identifier: Apache-2.0
import { createReadStream, existsSync, mkdirSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ioError, isSignetError, SignetError } from '@signet/base';
import { lockDirectory } from '../directory-lock.ts';
import { syncDirectory } from '../durable-file.ts';
import { GroupCommit } from '../group-commit.ts';
import { formatRecord, readRecords } from './record-lines.ts';

/** An append-only, fsynced log of JSON records in a directory of its own, with one owner at a time. */
export interface RecordLog {
  /**
   * Durable when it resolves; concurrent calls share one fsync. Records keep the order of the calls. When it rejects,
   * neither this record nor any that was appended after it and before the rejection is in the log: what was built on it
   * must be built again from `replay`.
   *
   * @throws SignetError `general.io`, `storage.closed`
   */
  append(record: object): Promise<void>;
  /** Resolves when all that was appended so far is durable, or was refused. */
  settled(): Promise<void>;
  /** All records in order, as they are durable now. */
  replay(): AsyncIterable<object>;
  /**
   * Replaces the log by the given records (a snapshot), atomically: a crash leaves the old log or the new one. Appends
   * that come meanwhile wait and follow the snapshot; the snapshot must hold all that was appended before.
   */
  compact(records: Iterable<object> | AsyncIterable<object>): Promise<void>;
  /** Size of the log in bytes, to decide when to compact. */
  readonly size: number;
  /** Finishes what was appended, then gives the directory back. */
  close(): Promise<void>;
}

/** Settings of a log. */
export interface RecordLogOptions {
  /** Called, before any promise rejects, when appended records could not be made durable and are gone. */
  readonly onFailure?: () => void;
}

/** The first record of each log. */
const header = { format: 1, log: 'signet' };

/**
 * Opens the log of a directory (made if it is not there). A last record that a crash left unfinished is dropped: nobody
 * was told that it is durable.
 *
 * @throws SignetError `storage.in-use` if another process has it open, `storage.journal-corrupt`,
 *   `storage.unknown-format`, `general.io`
 */
export async function openRecordLog(directory: string, options: RecordLogOptions = {}): Promise<RecordLog> {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw ioError(directory, error);
  }
  const lock = lockDirectory(directory);
  const path = join(directory, 'log');
  try {
    await rm(`${path}.new`, { force: true });
    if (!existsSync(path)) {
      await (await writeLog(path, [])).file.close();
      await syncDirectory(join(path, '..'));
    }
    const size = await findEnd(path);
    const file = await open(path, 'r+');
    await file.truncate(size);
    await file.sync();
    return new FileRecordLog({ path, file, size, lock, ...options });
  } catch (error) {
    lock.release();
    throw isSignetError(error) ? error : ioError(path, error);
  }
}

interface Append {
  /** The line, or the records of a new log that takes the place of this one. */
  readonly work: Buffer | { readonly snapshot: Iterable<object> | AsyncIterable<object> };
  readonly generation: number;
  resolve(): void;
  reject(error: unknown): void;
}

interface LogState extends RecordLogOptions {
  readonly path: string;
  readonly file: FileHandle;
  readonly size: number;
  readonly lock: { release(): void };
}

class FileRecordLog implements RecordLog {
  readonly #path: string;
  readonly #lock: { release(): void };
  readonly #onFailure: () => void;
  readonly #group = new GroupCommit<Append>({
    commit: (calls) => this.#commit(calls),
    keysOf: () => [],
    maximum: 1024,
  });
  #file: FileHandle;
  /** Where the durable records end. */
  #size: number;
  /** Whether the log's name is known to lead to it after a power cut. */
  #nameSynced = true;
  /** Raised when records are refused, so that those appended after them are refused as well. */
  #generation = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ path, file, size, lock, onFailure }: LogState) {
    this.#path = path;
    this.#file = file;
    this.#size = size;
    this.#lock = lock;
    this.#onFailure = onFailure ?? (() => undefined);
  }

  get size(): number {
    return this.#size;
  }

  append(record: object): Promise<void> {
    return this.#add(formatRecord(record));
  }

  compact(records: Iterable<object> | AsyncIterable<object>): Promise<void> {
    return this.#add({ snapshot: records });
  }

  async settled(): Promise<void> {
    await this.#last;
  }

  async *replay(): AsyncIterable<object> {
    const end = this.#size;
    if (end === 0) return;
    let first = true;
    for await (const { record } of readRecords(createReadStream(this.#path, { end: end - 1 }), this.#path)) {
      if (!first) yield record;
      first = false;
    }
  }

  async close(): Promise<void> {
    await this.#group.close();
    await this.#file.close().catch(() => undefined);
    this.#lock.release();
  }

  #add(work: Append['work']): Promise<void> {
    const done = new Promise<void>((resolve, reject) => {
      this.#group.add({ work, generation: this.#generation, resolve, reject });
    });
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #commit(calls: readonly Append[]): Promise<void> {
    for (let at = 0; at < calls.length; ) {
      const { work } = calls[at]!;
      let end = at + 1;
      if (work instanceof Buffer) {
        while (end < calls.length && calls[end]!.work instanceof Buffer) end += 1;
      }
      await this.#commitRun(calls.slice(at, end));
      at = end;
    }
  }

  /** Commits appends that follow each other, or one snapshot. */
  async #commitRun(calls: readonly Append[]): Promise<void> {
    const [live, dead] = [
      calls.filter((call) => call.generation === this.#generation),
      calls.filter((call) => call.generation !== this.#generation),
    ];
    for (const call of dead) call.reject(new SignetError('general.io', { path: this.#path, reason: 'EIO' }));
    const first = live[0];
    if (first === undefined) return;
    try {
      if ('snapshot' in first.work) await this.#replace(first.work.snapshot);
      else await this.#write(Buffer.concat(live.map((call) => call.work as Buffer)));
      for (const call of live) call.resolve();
    } catch (error) {
      // A refused snapshot leaves the log as it was; refused records take those after them along.
      if (!('snapshot' in first.work)) {
        this.#generation += 1;
        this.#onFailure();
      }
      const coded = isSignetError(error) ? error : ioError(this.#path, error);
      for (const call of live) call.reject(coded);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    await this.#syncName();
    try {
      for (let done = 0; done < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(bytes, done, bytes.length - done, this.#size + done);
        done += bytesWritten;
      }
      await this.#file.datasync();
      this.#size += bytes.length;
    } catch (error) {
      // What lies behind the end is not ours any more; the next append writes over it even if this fails too.
      await this.#file.truncate(this.#size).catch(() => undefined);
      throw error;
    }
  }

  async #replace(records: Iterable<object> | AsyncIterable<object>): Promise<void> {
    const { file, size } = await writeLog(this.#path, records);
    // From the rename on this is the log, whatever fails after it: what went to the old one would be lost.
    const old = this.#file;
    this.#file = file;
    this.#size = size;
    this.#nameSynced = false;
    await old.close().catch(() => undefined);
    await this.#syncName();
  }

  /** Makes the rename of a new log durable; until it is, nothing may be called durable in it. */
  async #syncName(): Promise<void> {
    if (this.#nameSynced) return;
    await syncDirectory(join(this.#path, '..'));
    this.#nameSynced = true;
  }
}

/** Writes a whole log beside the one that is there and puts it in its place. @returns it, open, and its size */
async function writeLog(
  path: string,
  records: Iterable<object> | AsyncIterable<object>,
): Promise<{ readonly file: FileHandle; readonly size: number }> {
  const file = await open(`${path}.new`, 'w+', 0o600);
  let size = 0;
  const write = async (record: object) => {
    const line = formatRecord(record);
    await file.writeFile(line);
    size += line.length;
  };
  try {
    await write(header);
    for await (const record of records) await write(record);
    await file.sync();
    await rename(`${path}.new`, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  return { file, size };
}

/** Reads a log through and gives where its last whole record ends. */
async function findEnd(path: string): Promise<number> {
  let end = 0;
  for await (const { record, end: recordEnd } of readRecords(createReadStream(path), path)) {
    if (end === 0) checkHeader(record, path);
    end = recordEnd;
  }
  if (end === 0) {
    throw new SignetError('storage.journal-corrupt', { path, offset: 0, reason: 'it has no header' });
  }
  return end;
}

function checkHeader(record: object, path: string): void {
  const { format, log } = record as Partial<typeof header>;
  if (log !== header.log || format !== header.format) {
    throw new SignetError('storage.unknown-format', { what: path, format: String(format) });
  }
}
