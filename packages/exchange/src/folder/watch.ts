// SPDX-License-Identifier: Apache-2.0
import { isSignetError, SignetError, type Uuid } from '@signet/base';
import type { FolderBinding } from './binding.ts';
import { type Carried, carry, newArrival } from './carry.ts';
import { claim } from './claim.ts';
import { systemCode } from './durable.ts';
import type { JournalView } from './journal.ts';
import type { FolderExchangeOptions } from './options.ts';
import type { ArrivalParts, LiveArrival } from './parts.ts';
import { recover } from './recovery.ts';
import { backOffSeconds, Gate } from './retry.ts';
import { type ExchangeRoot, openRoot } from './root.ts';
import { type FolderScanner, folderScanner, type ReadyFile } from './scanner.ts';
import type { FairSlots } from './slots.ts';

/** What all bindings share. */
export interface SharedParts {
  readonly options: FolderExchangeOptions;
  readonly journal: JournalView;
  readonly slots: FairSlots;
  readonly signal: AbortSignal;
}

/** Watches one binding's folder: looks, claims, carries. */
export class BindingWatch {
  readonly binding: FolderBinding;
  readonly #shared: SharedParts;
  readonly #gate: Gate;
  readonly #scanner: FolderScanner;
  /** Arrivals in this process's hands, by id: under way or waiting. */
  readonly #held = new Set<Uuid>();
  /** Places that were asked for. */
  readonly #running = new Set<Promise<void>>();
  /** Those that were given, at work. */
  readonly #steps = new Set<Promise<boolean>>();
  #waiting: LiveArrival[] = [];
  #ready: ReadyFile[] = [];
  #root: ExchangeRoot | undefined;
  problem: SignetError | undefined;

  constructor(binding: FolderBinding, shared: SharedParts) {
    this.binding = binding;
    this.#shared = shared;
    this.#gate = new Gate(shared.options.retry);
    this.#scanner = folderScanner(`${binding.root}/in`, binding, shared.options.clock);
  }

  get counts() {
    return { ready: this.#ready.length, working: this.#steps.size, waiting: this.#waiting.length };
  }

  /** One look: opens the folder if it was away, scans, and has as much worked on as there are places. Never throws. */
  async look(): Promise<void> {
    try {
      this.#root ??= await this.#open();
      const scan = await this.#scanner.scan();
      this.#ready = [...scan.ready];
      const [unreadable] = scan.unreadable;
      this.#report(
        unreadable === undefined
          ? undefined
          : new SignetError('exchange.name-unreadable', { name: unreadable }),
      );
    } catch (error) {
      this.#away(error);
    }
    this.#pump();
  }

  /** Resolves when nothing of this binding is under way. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #open(): Promise<ExchangeRoot> {
    const { journal, options } = this.#shared;
    // What is under way knows where it stands; recovery would find it half way and take it up a second time.
    await Promise.allSettled(this.#steps);
    const root = await openRoot(this.binding, journal, options.clock);
    for (const live of await recover(this.#parts(root), this.#held)) this.#hold(live);
    return root;
  }

  #hold(live: LiveArrival): void {
    this.#held.add(live.id);
    this.#waiting.push(live);
  }

  #parts(root: ExchangeRoot): ArrivalParts {
    const { options, journal, signal } = this.#shared;
    const { sealer, spool, observer, clock } = options;
    return { binding: this.binding, root, sealer, journal, spool, observer, clock, gate: this.#gate, signal };
  }

  #now(): number {
    return this.#shared.options.clock.now().getTime();
  }

  #away(error: unknown): void {
    this.#root = undefined;
    this.#ready = [];
    const reason = systemCode(error) ?? 'unknown';
    const problem = isSignetError(error)
      ? error
      : new SignetError('exchange.root-away', { root: this.binding.root, reason }, error);
    this.#report(problem);
  }

  #report(problem: SignetError | undefined): void {
    if (this.problem?.message === problem?.message) return;
    this.problem = problem;
    this.#shared.options.observer.folder(this.binding.name, problem);
  }

  /** Asks for as many places as there may be work for; what is worked on is chosen when a place is there. */
  #pump(): void {
    const due = this.#waiting.filter((live) => live.dueAt <= this.#now()).length;
    const wanted = Math.min(due + this.#ready.length, this.#shared.options.inFlight) - this.#running.size;
    for (let n = 0; n < wanted; n += 1) {
      const place = this.#takePlace().then((found) => {
        this.#running.delete(place);
        // Where nothing was found to do, the next look asks again.
        if (found && !this.#shared.signal.aborted) this.#pump();
      });
      this.#running.add(place);
    }
  }

  async #takePlace(): Promise<boolean> {
    const release = await this.#shared.slots.take(this.binding.name);
    try {
      if (this.#shared.signal.aborted) return false;
      const step = this.#workOne();
      this.#steps.add(step);
      return await step.finally(() => this.#steps.delete(step));
    } finally {
      release();
    }
  }

  /** Carries one arrival as far as it goes now; gives whether there was one. */
  async #workOne(): Promise<boolean> {
    const root = this.#root;
    const pass = root === undefined ? undefined : this.#gate.enter(this.#now());
    if (root === undefined || pass === undefined) return false;
    try {
      const live = this.#takeDue() ?? (await this.#claimNext(root));
      if (live === undefined) return false;
      const parts = this.#parts(root);
      this.#conclude(live, await carry(live, parts), parts);
      return true;
    } finally {
      this.#gate.leave(pass);
    }
  }

  #takeDue(): LiveArrival | undefined {
    const now = this.#now();
    let next: LiveArrival | undefined;
    for (const live of this.#waiting)
      if (live.dueAt <= now && (next === undefined || live.dueAt < next.dueAt)) next = live;
    if (next !== undefined) this.#waiting = this.#waiting.filter((other) => other !== next);
    return next;
  }

  async #claimNext(root: ExchangeRoot): Promise<LiveArrival | undefined> {
    try {
      for (let file = this.#ready.shift(); file !== undefined; file = this.#ready.shift()) {
        const claimed = await claim(file, root.folders, this.#shared.options.clock);
        if (claimed === undefined) continue;
        this.#held.add(claimed.arrival);
        return newArrival(claimed.arrival, claimed.path, claimed.settled);
      }
    } catch (error) {
      this.#away(error);
    }
    return undefined;
  }

  /** Draws the conclusion from what carrying gave. */
  #conclude(live: LiveArrival, carried: Carried, parts: ArrivalParts): void {
    if (carried.kind === 'waits') {
      this.#defer(live, carried.error, parts);
      return;
    }
    this.#held.delete(live.id);
    if (carried.kind === 'restarted') {
      carried.successor.dueAt = this.#now() + this.#stillMilliseconds();
      this.#hold(carried.successor);
    }
  }

  #defer(live: LiveArrival, error: SignetError, parts: ArrivalParts): void {
    if (isSignetError(error, 'exchange.root-away')) this.#away(error);
    // A folder may be missing, or the share may have come back with other abilities: look at the root anew.
    if (isSignetError(error, 'general.io')) this.#root = undefined;
    const isWatched = error.code === 'exchange.document-changed';
    live.failures = isWatched ? 0 : live.failures + 1;
    const seconds = isWatched
      ? this.#stillMilliseconds() / 1000
      : backOffSeconds(live.failures, this.#shared.options.retry);
    live.dueAt = this.#now() + seconds * 1000;
    this.#waiting.push(live);
    parts.observer.deferred(
      { binding: this.binding.name, arrival: live.id, path: live.path },
      error,
      seconds,
    );
  }

  #stillMilliseconds(): number {
    return Math.max(this.binding.stillSeconds, this.binding.scanSeconds) * 1000;
  }
}
