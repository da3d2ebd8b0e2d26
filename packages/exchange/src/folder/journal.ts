// SPDX-License-Identifier: Apache-2.0
import type { Uuid } from '@signet/base';
import type { JobProblem, ResultRecord } from '@signet/sealing';

/** What is known of an arrival in every phase. */
interface ArrivalBase {
  readonly format: 1;
  readonly kind: 'arrival';
  /** The arrival's id, which is the Idempotency-Key towards the server and the directory name in `work/<clientId>/`. */
  readonly arrival: Uuid;
  /** Name of the binding. */
  readonly binding: string;
  /** Path relative to `in/`, with `/`; the same in `out/`, `failed/` and `archive/`. */
  readonly path: string;
  /** RFC 3339. */
  readonly claimedAt: string;
  /** SHA-256 of the document as it was claimed, lower-case hexadecimal. What is sent has this digest, or is not sent. */
  readonly sha256In: string;
}

/** What the sealer made of an arrival: kept so that a restart neither asks nor seals again. */
export interface SealedFacts {
  /** SHA-256 of what is to be delivered, lower-case hexadecimal. */
  readonly sha256Out: string;
  /** The sealer's receipt for what the server keeps until delivery. */
  readonly receipt?: string;
  /** The result's record; absent for batches, whose package carries a report. */
  readonly record?: ResultRecord;
}

/** What the file system said of the sealed file before it was put into `out/`: any hard link made of it changes this. */
export interface LinkWitness {
  readonly links: number;
  /** Time of the last status change in nanoseconds (POSIX: `link()` marks it for update). */
  readonly changed: string;
}

/**
 * The state of one arrival. Each record holds all of it, the newest one is in force:
 * claimed → sealed → delivering → delivered → finished, or claimed → failing → finished, or → restarted.
 */
export type ArrivalRecord =
  | (ArrivalBase & { readonly phase: 'claimed' })
  | (ArrivalBase & { readonly phase: 'sealed'; readonly sealed: SealedFacts })
  | (ArrivalBase & {
      /** The one commit point of a delivery lies after this record: `outName` appears, or does not. */
      readonly phase: 'delivering';
      readonly sealed: SealedFacts;
      readonly outName: string;
      /** Null on shares without hard links, where the sealed file itself is renamed: gone is delivered. */
      readonly witness: LinkWitness | null;
    })
  | (ArrivalBase & { readonly phase: 'delivered'; readonly sealed: SealedFacts; readonly outName: string })
  | (ArrivalBase & { readonly phase: 'failing'; readonly problem: JobProblem })
  /** The file changed after it was claimed: it waits again as `successor`, and what came of this arrival is dead. */
  | (ArrivalBase & { readonly phase: 'restarted'; readonly successor: Uuid; readonly receipt?: string })
  | (ArrivalBase & { readonly phase: 'finished' });

/** That a binding's root was taken into use: the mark by which a mounted share is told from an empty mount point. */
export interface RootRecord {
  readonly format: 1;
  readonly kind: 'root';
  readonly binding: string;
  readonly root: string;
  readonly mark: Uuid;
}

/** One record of the client's journal. */
export type FolderRecord = ArrivalRecord | RootRecord;

/**
 * The client's own durable state: a local, append-only, fsynced log, never in the exchange folder. The folder exchange
 * never takes a step that could not be judged after a crash before the record that announces it is durable.
 */
export interface ArrivalJournal {
  /** Durable when it resolves; concurrent appends may be committed together. */
  append(record: FolderRecord): Promise<void>;
  /** All records since the last compaction, oldest first. */
  replay(): AsyncIterable<FolderRecord> | Iterable<FolderRecord>;
  /** Replaces everything by what `live` gives when no append is under way. All or nothing. */
  compact(live: () => readonly FolderRecord[]): Promise<void>;
}

/** The journal with what it says in memory: the newest record of each live arrival and root. */
export interface JournalView {
  append(record: FolderRecord): Promise<void>;
  arrival(id: Uuid): ArrivalRecord | undefined;
  /** Live arrivals of a binding: all that are not finished. */
  arrivalsOf(binding: string): readonly ArrivalRecord[];
  root(binding: string): RootRecord | undefined;
}

/** After how many finished arrivals the journal is rewritten without them. */
const compactEvery = 10_000;

/** Reads a journal into memory (live arrivals only) and rewrites it without the finished ones now and every so often. */
export async function openJournalView(journal: ArrivalJournal): Promise<JournalView> {
  const arrivals = new Map<Uuid, ArrivalRecord>();
  const roots = new Map<string, RootRecord>();
  let finished = 0;
  const note = (record: FolderRecord): void => {
    if (record.kind === 'root') roots.set(record.binding, record);
    else if (record.phase !== 'finished') arrivals.set(record.arrival, record);
    else {
      arrivals.delete(record.arrival);
      finished += 1;
    }
  };
  const live = (): FolderRecord[] => [...roots.values(), ...arrivals.values()];
  for await (const record of journal.replay()) note(record);
  if (finished > 0) await journal.compact(live);
  finished = 0;
  return {
    async append(record) {
      // Noted first: a compaction between the two would otherwise drop a record that was just acknowledged. A record
      // that is known early harms nothing: each announces a step, or tells of one that is done. Only the last one is
      // forgotten late: a compaction then keeps the record before it, and the end is found out again.
      const ends = record.kind === 'arrival' && record.phase === 'finished';
      if (!ends) note(record);
      await journal.append(record);
      if (ends) note(record);
      if (finished < compactEvery) return;
      finished = 0;
      await journal.compact(live);
    },
    arrival: (id) => arrivals.get(id),
    arrivalsOf: (binding) => [...arrivals.values()].filter((record) => record.binding === binding),
    root: (binding) => roots.get(binding),
  };
}
