// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type SignetError, systemClock, uuidv7 } from '@signet/base';
import {
  type Arrival,
  type ArrivalJournal,
  type ArrivalSealer,
  type ExchangeObserver,
  type FolderBinding,
  type FolderExchangeOptions,
  type FolderRecord,
  type SealedArrival,
  startFolderExchange,
} from '@signet/exchange/folder';

/** A directory that is removed when the test ends. */
export function testDirectory(context: TestContext): string {
  const directory = mkdtempSync(join(tmpdir(), 'signet-folder-'));
  context.after(() => rmSync(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return directory;
}

/** A journal in one file, each record fsynced: the smallest thing that fulfils the interface. */
export function fileJournal(path: string): ArrivalJournal & { close(): void } {
  let descriptor = openSync(path, 'a');
  const write = (records: readonly FolderRecord[]): void => {
    for (const record of records) writeSync(descriptor, `${JSON.stringify(record)}\n`);
    fsyncSync(descriptor);
  };
  return {
    append: async (record) => write([record]),
    *replay() {
      const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
      for (const line of lines) yield JSON.parse(line) as FolderRecord;
    },
    async compact(live) {
      closeSync(descriptor);
      descriptor = openSync(`${path}.new`, 'w');
      write(live());
      closeSync(descriptor);
      renameSync(`${path}.new`, path);
      descriptor = openSync(path, 'a');
    },
    close: () => closeSync(descriptor),
  };
}

/** What the stamping sealer appends: enough to tell afterwards for which arrival and content it was made. */
export function stampOf(id: string, sha256: string): Uint8Array {
  return Buffer.from(`\nSEALED ${id} ${sha256}\n`);
}

/**
 * A sealer on real bytes that behaves as the server does towards an Idempotency-Key: it keeps, in a directory that
 * outlives the process, one file per key with the body's digest and refuses another body under the same key.
 */
export function stampSealer(
  directory: string,
  before: (arrival: Arrival) => Promise<void> = async () => {},
): ArrivalSealer & { readonly settled: string[] } {
  mkdirSync(directory, { recursive: true });
  const settled: string[] = [];
  return {
    settled,
    deadlineHours: () => 24,
    settle: async (_binding, receipt) => void settled.push(receipt),
    async seal(arrival): Promise<SealedArrival> {
      await before(arrival);
      const { id, document } = arrival;
      const key = join(directory, id);
      if (!existsSync(key)) writeFileSync(key, document.sha256);
      if (readFileSync(key, 'utf8') !== document.sha256)
        throw new TypeError(`two bodies under the key ${id}`);
      const bytes = 'bytes' in document ? document.bytes : readFileSync(document.path);
      const appended = stampOf(id, document.sha256);
      const sha256Out = createHash('sha256').update(bytes).update(appended).digest('hex');
      return {
        kind: 'document',
        appended,
        sha256Out,
        receipt: id,
        record: recordOf(id, document.sha256, sha256Out),
      };
    },
  };
}

/** A result record as the server gives one. */
export function recordOf(job: string, sha256In: string, sha256Out: string) {
  return {
    format: 1,
    job,
    process: 'invoices',
    version: 1,
    levelWanted: 'B-T',
    levelReached: 'B-T',
    timeStamp: '2026-01-02T03:04:05Z',
    certificate: '0'.repeat(64),
    sha256In,
    sha256Out,
    warnings: [],
  } as const;
}

/** An observer that keeps what it hears as short lines. */
export function listeningObserver(): ExchangeObserver & { readonly heard: string[]; error?: SignetError } {
  const heard: string[] = [];
  return {
    heard,
    claimed: (trace) => void heard.push(`claimed ${trace.path}`),
    delivered: (trace) => void heard.push(`delivered ${trace.path} as ${trace.outName}`),
    failed: (trace, error) => void heard.push(`failed ${trace.path} ${error.code}`),
    deferred: (trace, error) => void heard.push(`deferred ${trace.path} ${error.code}`),
    restarted: (trace) => void heard.push(`restarted ${trace.path}`),
    folder: (binding, error) => void heard.push(`folder ${binding} ${error?.code ?? 'well'}`),
  };
}

/** One exchange folder with quick looks, its client's state beside it. */
export function bindingIn(directory: string, changes: Partial<FolderBinding> = {}): FolderBinding {
  const root = join(directory, 'exchange');
  mkdirSync(root, { recursive: true });
  return {
    name: 'invoices',
    root,
    process: 'invoices',
    transfer: 'document',
    clientId: uuidv7(),
    scanSeconds: 0.02,
    stillSeconds: 0.02,
    takeOn: 'still',
    onTaken: 'wait',
    archive: true,
    hardLinks: true,
    ...changes,
  };
}

/** Everything of an exchange, with a file journal in `directory`. */
export function optionsIn(
  directory: string,
  binding: FolderBinding,
  changes: Partial<FolderExchangeOptions> = {},
): FolderExchangeOptions {
  mkdirSync(join(directory, 'state'), { recursive: true });
  return {
    bindings: [binding],
    sealer: stampSealer(join(directory, 'server')),
    journal: fileJournal(join(directory, 'state', `${binding.clientId}.journal`)),
    spool: join(directory, 'state', `${binding.clientId}.spool`),
    inFlight: 8,
    retry: { firstSeconds: 0.02, capSeconds: 0.1 },
    observer: listeningObserver(),
    clock: systemClock,
    ...changes,
  };
}

/** Starts an exchange that is stopped when the test ends, if not before. */
export async function running(context: TestContext, options: FolderExchangeOptions) {
  const exchange = await startFolderExchange(options);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= exchange.stop());
  context.after(stop);
  return { ...exchange, stop };
}

/** Waits until something holds; the test's own timeout is what ends a wait that never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

/** The names in a folder of an exchange, sorted; none if it is not there yet. */
export function namesIn(root: string, folder: string): string[] {
  const path = join(root, folder);
  return existsSync(path) ? readdirSync(path).sort() : [];
}

/** Puts a document into `in/` as a careful program does: written elsewhere, then renamed. */
export function drop(root: string, name: string, content: string | Uint8Array): void {
  const hidden = join(root, 'in', `.${name.replaceAll('/', '_')}.tmp`);
  writeFileSync(hidden, content);
  renameSync(hidden, join(root, 'in', name));
}
