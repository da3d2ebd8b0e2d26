// SPDX-License-Identifier: Apache-2.0
import { hash } from 'node:crypto';
import { SignetError, type Uuid } from '@signet/base';
import type { AuditEvent, SealingJob } from '@signet/sealing';
import { type ChainHead, emptyChain, makeLink, type PersonalValue } from '../audit-chain.ts';
import { isFinished, type JobRow, type JournalRecord, reviveRow, type StoredJournalLink } from './job-row.ts';

/** How long, and how many, finished jobs without a key are remembered. */
export interface Remembrance {
  readonly days: number;
  readonly count: number;
}

/** What the records of a journal add up to. */
export class JournalState {
  /** Jobs by id, in the order of arrival. */
  readonly rows = new Map<Uuid, JobRow>();
  /** Ids of the jobs that have not ended. */
  readonly open = new Set<Uuid>();
  readonly #keys = new Map<string, Uuid>();
  readonly heads = new Map<string, ChainHead>();

  /** Applies a record that was read back. @throws SignetError `storage.unknown-format` */
  replay(record: JournalRecord): void {
    if (record.format !== 1) {
      throw new SignetError('storage.unknown-format', {
        what: 'a journal record',
        format: String(record.format),
      });
    }
    for (const [writer, head] of Object.entries(record.heads ?? {})) this.heads.set(writer, head);
    for (const row of record.rows) this.put(reviveRow(row));
    for (const link of record.links) this.#follow(link);
  }

  /** Moves a chain's end onto a link that was read back. */
  #follow(link: StoredJournalLink): void {
    this.heads.set(link.writer, { sequence: link.sequence, hash: hash('sha256', link.body) });
  }

  /** Puts a new or changed row. */
  put(row: JobRow): void {
    const { id } = row.job;
    const before = this.rows.get(id);
    if (before?.key) this.#keys.delete(keyOf(before.job, before.key.key));
    if (row.key) this.#keys.set(keyOf(row.job, row.key.key), id);
    this.rows.set(id, row);
    if (isFinished(row)) this.open.delete(id);
    else this.open.add(id);
  }

  /** The job that a key stands for now, if any. */
  findByKey(job: Pick<SealingJob, 'tenant' | 'process'>, key: string, now: Date): JobRow | undefined {
    const id = this.#keys.get(keyOf(job, key));
    const row = id === undefined ? undefined : this.rows.get(id);
    return row?.key && row.key.until > now ? row : undefined;
  }

  /** Hangs events onto the chain of a writer; gives the links and what must lie apart from them. */
  link(
    writer: string,
    events: readonly AuditEvent[],
    at: Date,
  ): { links: StoredJournalLink[]; personal: PersonalValue[] } {
    let head = this.heads.get(writer) ?? emptyChain;
    const made = events.map((event) => {
      const link = makeLink(head, writer, event, at);
      head = { sequence: link.link.sequence, hash: link.hash };
      return link;
    });
    this.heads.set(writer, head);
    return {
      links: made.map(({ link: { sequence, body } }) => ({ writer, sequence, body })),
      personal: made.flatMap((link) => link.personal),
    };
  }

  /** Forgets finished jobs that need not be remembered any more: what a snapshot leaves out. */
  prune(now: Date, remembrance: Remembrance): void {
    const oldest = new Date(now.getTime() - remembrance.days * 86_400_000);
    let spare = this.rows.size - this.open.size - remembrance.count;
    for (const [id, row] of this.rows) {
      if (!isFinished(row) || (row.key !== null && row.key.until > now) || row.output !== null) continue;
      if (spare <= 0 && row.finishedAt !== null && row.finishedAt > oldest) continue;
      if (row.key) this.#keys.delete(keyOf(row.job, row.key.key));
      this.rows.delete(id);
      spare -= 1;
    }
  }
}

function keyOf({ tenant, process }: Pick<SealingJob, 'tenant' | 'process'>, key: string): string {
  return `${tenant} ${process} ${key}`;
}
