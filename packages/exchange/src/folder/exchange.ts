// SPDX-License-Identifier: Apache-2.0
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { SignetError } from '@signet/base';
import type { FolderBinding } from './binding.ts';
import { openJournalView } from './journal.ts';
import type { FolderExchangeOptions } from './options.ts';
import { fairSlots } from './slots.ts';
import { BindingWatch } from './watch.ts';

/** How a binding stands. */
export interface BindingStatus {
  readonly binding: string;
  /** Files that stand still in `in/` and were not claimed yet. */
  readonly ready: number;
  /** Arrivals under way now. */
  readonly working: number;
  /** Arrivals that wait to be tried again. */
  readonly waiting: number;
  /** Why the folder cannot be used now. */
  readonly problem: SignetError | undefined;
}

/** A running folder exchange. */
export interface FolderExchange {
  status(): readonly BindingStatus[];
  /** Takes nothing new, ends what is under way (it is recovered at the next start) and resolves when all is still. */
  stop(): Promise<void>;
}

/**
 * Starts watching the folders: first what a former run left in this client's own `work/` directories is gone on with,
 * then each `in/` is scanned. Folders that are away are waited for.
 *
 * @throws SignetError `exchange.bindings-overlap`
 */
export async function startFolderExchange(options: FolderExchangeOptions): Promise<FolderExchange> {
  refuseOverlap(options.bindings);
  await rm(options.spool, { recursive: true, force: true });
  await mkdir(options.spool, { recursive: true, mode: 0o700 });
  const ending = new AbortController();
  const { signal } = ending;
  const shared = {
    options,
    journal: await openJournalView(options.journal),
    slots: fairSlots(options.inFlight),
    signal,
  };
  const watches = options.bindings.map((binding) => new BindingWatch(binding, shared));
  const loops = watches.map((watch) => keepLooking(watch, signal));
  return {
    status: () =>
      watches.map((watch) => ({ binding: watch.binding.name, problem: watch.problem, ...watch.counts })),
    async stop() {
      ending.abort();
      await Promise.all(loops);
      await Promise.all(watches.map((watch) => watch.idle()));
    },
  };
}

async function keepLooking(watch: BindingWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await watch.look();
    await delay(watch.binding.scanSeconds * 1000, undefined, { signal }).catch(() => undefined);
  }
}

/** Two bindings over one folder would take each other's documents at random. */
function refuseOverlap(bindings: readonly FolderBinding[]): void {
  for (const [index, first] of bindings.entries()) {
    const second = bindings
      .slice(index + 1)
      .find((other) => other.root === first.root || other.name === first.name);
    if (second === undefined) continue;
    throw new SignetError('exchange.bindings-overlap', {
      first: first.name,
      second: second.name,
      root: first.root,
    });
  }
}
