// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import type { Clock } from '@signet/base';
import type { AuditEvent } from '@signet/sealing';
import { type AuditReport, type StoredLink, verifyAuditChain } from '../audit-chain.ts';
import type { JobRow, JournalRecord, StoredJournalLink } from './job-row.ts';
import { JournalState, type Remembrance } from './journal-state.ts';
import { openRecordLog, type RecordLog } from './record-log.ts';

/** What one change does: at most one row and its events. */
export interface Change<Result> {
  readonly result: Result;
  readonly row?: JobRow;
  readonly events?: readonly AuditEvent[];
}

/** Settings of a journal's file. */
export interface JournalFileOptions {
  readonly directory: string;
  readonly writer: string;
  readonly clock: Clock;
  readonly remembrance: Remembrance;
  /** The log is compacted when it has grown by this many bytes. */
  readonly compactBytes: number;
}

/**
 * The journal on disk: a log of job rows and audit links, and beside it the archive of links that compaction moves out of
 * the log, which only ever grows.
 */
export class JournalFile {
  readonly #options: JournalFileOptions;
  readonly #archive: RecordLog;
  #log!: RecordLog;
  #state = new JournalState();
  /** While set, the state is being rebuilt or written anew, and nobody may look at it. */
  #busy: Promise<void> | undefined;
  /** Whether the state holds what the log refused. */
  #stale = false;
  #compactedSize = 0;

  private constructor(options: JournalFileOptions, archive: RecordLog) {
    this.#options = options;
    this.#archive = archive;
  }

  /** @throws SignetError as `openRecordLog` */
  static async open(options: JournalFileOptions): Promise<JournalFile> {
    const archive = await openRecordLog(join(options.directory, 'audit'));
    const file = new JournalFile(options, archive);
    try {
      file.#log = await openRecordLog(join(options.directory, 'jobs'), {
        onFailure: () => file.#reloadSoon(),
      });
      await file.#load();
    } catch (error) {
      await archive.close();
      await file.#log?.close();
      throw error;
    }
    return file;
  }

  /**
   * Decides on a change and makes it: what `decide` sees is what was decided before, durable or not yet; the result is
   * given when all of it is durable.
   */
  async change<Result>(decide: (state: JournalState) => Change<Result>): Promise<Result> {
    while (this.#busy !== undefined) await this.#busy;
    const { result, row, events = [] } = decide(this.#state);
    if (row === undefined && events.length === 0) {
      await this.#log.settled();
      return result;
    }
    const { links, personal } = this.#state.link(this.#options.writer, events, this.#options.clock.now());
    const rows = row === undefined ? [] : [{ ...row, personal: [...row.personal, ...personal] }];
    for (const changed of rows) this.#state.put(changed);
    await this.#log.append({ format: 1, rows, links } satisfies JournalRecord);
    this.#compactWhenGrown();
    return result;
  }

  /** Reads from the state; what it gives is durable. */
  async read<Result>(look: (state: JournalState) => Result): Promise<Result> {
    while (this.#busy !== undefined) await this.#busy;
    const result = look(this.#state);
    await this.#log.settled();
    return result;
  }

  /** Erases clear personal values for good, from the disk too. @returns how many */
  async erase(matches: (row: JobRow) => boolean): Promise<number> {
    await this.#log.settled();
    while (this.#busy !== undefined) await this.#busy;
    let erased = 0;
    for (const row of [...this.#state.rows.values()]) {
      if (row.personal.length === 0 || !matches(row)) continue;
      erased += row.personal.length;
      this.#state.put({ ...row, personal: [] });
    }
    if (erased > 0) await this.compact();
    return erased;
  }

  /** Moves the audit's links to the archive and writes the log anew with what is still needed. */
  async compact(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    this.#busy = this.#compact().finally(() => {
      this.#busy = undefined;
    });
    await this.#busy;
  }

  /** Checks the chains of all writers of this directory. */
  async verify(): Promise<AuditReport> {
    await this.#log.settled();
    const writers = new Set<string>();
    for await (const link of this.#links()) writers.add(link.writer);
    return verifyAuditChain(this.#linksOf([...writers]));
  }

  async close(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    await this.#log.close();
    await this.#archive.close();
  }

  async #load(): Promise<void> {
    const state = new JournalState();
    for await (const record of this.#log.replay()) state.replay(record as JournalRecord);
    this.#state = state;
    this.#stale = false;
  }

  /** Records were refused and are gone: what was decided on top of them is decided anew from what is durable. */
  #reloadSoon(): void {
    // A compaction that waits for the refused append must not write what it tried to say: it reloads first.
    this.#stale = this.#busy !== undefined;
    this.#busy ??= this.#load().finally(() => {
      this.#busy = undefined;
    });
  }

  #compactWhenGrown(): void {
    if (this.#busy !== undefined || this.#log.size < this.#compactedSize + this.#options.compactBytes) return;
    // It is tried again with the next change; until then the log as it is does well.
    this.compact().catch(() => undefined);
  }

  async #compact(): Promise<void> {
    await this.#log.settled();
    if (this.#stale) await this.#load();
    const archived = await this.#archivedSequences();
    const appends: Promise<void>[] = [];
    for await (const record of this.#log.replay()) {
      const links = (record as JournalRecord).links.filter(
        (link) => link.sequence > (archived.get(link.writer) ?? 0),
      );
      if (links.length > 0) appends.push(this.#archive.append({ links }));
    }
    await Promise.all(appends);
    this.#state.prune(this.#options.clock.now(), this.#options.remembrance);
    await this.#log.compact(this.#snapshot());
    this.#compactedSize = this.#log.size;
  }

  /** How far the chains are in the archive: a crash between archiving and compacting must not archive twice. */
  async #archivedSequences(): Promise<Map<string, number>> {
    const last = new Map<string, number>();
    for await (const record of this.#archive.replay()) {
      for (const link of (record as { links: StoredJournalLink[] }).links)
        last.set(link.writer, link.sequence);
    }
    return last;
  }

  *#snapshot(): Iterable<JournalRecord> {
    yield { format: 1, rows: [], links: [], heads: Object.fromEntries(this.#state.heads) };
    for (const row of this.#state.rows.values()) yield { format: 1, rows: [row], links: [] };
  }

  async *#linksOf(writers: readonly string[]): AsyncIterable<StoredLink> {
    const personal = new Map<string, JobRow['personal']>();
    for (const row of this.#state.rows.values()) personal.set(row.job.id, row.personal);
    for (const writer of writers) {
      for await (const link of this.#links()) {
        if (link.writer !== writer) continue;
        const { previous, kind, facts } = JSON.parse(link.body) as {
          previous: string;
          kind: string;
          facts: { job?: string };
        };
        const values = kind === 'job.arrived' ? personal.get(facts.job ?? '') : undefined;
        yield { ...link, format: 1, previous, personal: values ?? [] };
      }
    }
  }

  /** All links, archived ones first; one that a crash left in both places comes once. */
  async *#links(): AsyncIterable<StoredJournalLink> {
    const last = new Map<string, number>();
    for (const log of [this.#archive, this.#log]) {
      for await (const record of log.replay()) {
        for (const link of (record as { links: StoredJournalLink[] }).links) {
          if (link.sequence <= (last.get(link.writer) ?? 0)) continue;
          last.set(link.writer, link.sequence);
          yield link;
        }
      }
    }
  }
}
