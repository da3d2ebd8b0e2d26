// SPDX-License-Identifier: Apache-2.0
import { SignetError } from '@signet/base';

/** How calls are committed together. */
export interface GroupCommitOptions<Call> {
  /** Makes the calls durable and settles each of them; must not reject. */
  readonly commit: (calls: readonly Call[]) => Promise<void>;
  /** Calls that share a key never go into one commit: the later one must see what the earlier one did. */
  readonly keysOf: (call: Call) => readonly string[];
  /** Calls in one commit at most. */
  readonly maximum: number;
}

/**
 * Collects concurrent calls and commits them together, so that many share one wait for the disk. A commit begins as soon
 * as the one before it has ended: nothing is held back to make groups larger, load alone does that.
 */
export class GroupCommit<Call> {
  readonly #options: GroupCommitOptions<Call>;
  #waiting: Call[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(options: GroupCommitOptions<Call>) {
    this.#options = options;
  }

  /** @throws SignetError `storage.closed` */
  add(call: Call): void {
    if (this.#closed) throw new SignetError('storage.closed');
    this.#waiting.push(call);
    this.#running ??= this.#run();
  }

  /** Takes no more calls and waits until the last one is settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // What else this tick brings belongs to the first group.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#options.commit(this.#take());
    this.#running = undefined;
  }

  #take(): Call[] {
    const group: Call[] = [];
    const later: Call[] = [];
    const seen = new Set<string>();
    for (const call of this.#waiting) {
      const keys = this.#options.keysOf(call);
      const fits = group.length < this.#options.maximum && !keys.some((key) => seen.has(key));
      (fits ? group : later).push(call);
      // A call left for later also holds back those behind it that share a key with it.
      for (const key of keys) seen.add(key);
    }
    this.#waiting = later;
    return group;
  }
}
