// SPDX-License-Identifier: Apache-2.0
// An application that hands documents in by folder and takes the sealed ones away, and the account of both.
import { type Dirent, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestClient } from '../sealing-client.ts';
import type { SealingHouse } from './house.ts';
import type { Judge } from './judge.ts';
import { numberedPdf, numberOf } from './numbered-pdf.ts';

/** What became of the documents that were handed in by one folder. */
export interface FolderFigures {
  readonly handedIn: number;
  readonly sealed: number;
  /** Nowhere any more. */
  readonly lost: number;
  /** Sealed forms beyond the first of one document. */
  readonly twice: number;
  readonly failed: number;
  /** Still in `in/` or `work/`. */
  readonly waiting: number;
  /** Outputs that are not the original with a good seal after it. */
  readonly invalid: number;
  /** Originals that are not in `archive/`, unchanged. */
  readonly notArchived: number;
  /** What is wrong with the first few. */
  readonly faults: readonly string[];
}

/** How a folder is loaded. */
export interface FolderLoadOptions {
  readonly house: SealingHouse;
  readonly binding: string;
  /** Where what was taken away is kept. */
  readonly directory: string;
  /** Numbers of the documents: every call gives another one. */
  readonly next: () => number;
  /** How many documents are handed in, in all; default: until told to stop. */
  readonly count?: number;
  /** How many documents may be under way at most. */
  readonly underWay: number;
  /** Milliseconds from one document to the next. */
  readonly pause: number;
}

/** Hands documents in until told to stop, and takes what comes out away as soon as it is there. */
export class FolderLoad {
  readonly #options: FolderLoadOptions;
  readonly #client: TestClient;
  readonly #handedIn = new Set<number>();
  readonly #sealed = new Set<number>();
  #outputs = 0;
  #loading = true;
  #collecting = true;
  readonly #done: Promise<unknown>;
  readonly #load: Promise<void>;

  constructor(options: FolderLoadOptions) {
    this.#options = options;
    this.#client = options.house.client;
    mkdirSync(options.directory, { recursive: true });
    this.#load = this.#handIn();
    this.#done = Promise.all([this.#load, this.#collect()]);
  }

  async #handIn(): Promise<void> {
    const { house, binding, next, count = Number.POSITIVE_INFINITY, underWay, pause } = this.#options;
    while (this.#loading && this.#handedIn.size < count && !house.ended.aborted) {
      await sleep(pause);
      if (this.#handedIn.size - this.#sealed.size >= underWay) continue;
      const number = next();
      await this.#client.drop(binding, `document-${number}.pdf`, numberedPdf(number));
      this.#handedIn.add(number);
    }
  }

  async #collect(): Promise<void> {
    while (this.#collecting && !this.#options.house.ended.aborted) {
      this.#takeOutputs();
      await sleep(50);
    }
    this.#takeOutputs();
  }

  /** Takes outputs away under a number of their own, so that a second one of the same name is seen. */
  #takeOutputs(): void {
    const { binding, directory } = this.#options;
    const client = this.#client;
    const out = join(client.root(binding), 'out');
    for (const name of client.names(binding, 'out')) {
      renameSync(join(out, name), join(directory, `${this.#outputs}-${name}`));
      this.#outputs += 1;
      const number = Number(/^document-(\d+)\.pdf$/.exec(name)?.[1]);
      this.#sealed.add(number);
    }
  }

  /** Resolves when all that is to be handed in has been. */
  async handedIn(): Promise<void> {
    await this.#load;
  }

  /** Hands nothing more in. */
  async stopLoading(): Promise<void> {
    this.#loading = false;
    await this.#load;
  }

  /** Documents that have not come to their end: neither sealed with the original put away, nor failed. */
  underWay(): number {
    const { binding } = this.#options;
    const client = this.#client;
    const ended = client.names(binding, 'failed').filter((name) => name.endsWith('.pdf')).length;
    return Math.max(this.#handedIn.size - this.#sealed.size - ended, this.#inHand());
  }

  #inHand(): number {
    const { binding } = this.#options;
    // In this order: what is claimed meanwhile is seen twice, and not missed.
    const waiting = this.#client.names(binding, 'in');
    return waiting.length + arrivalsInWork(this.#client.root(binding)).length;
  }

  /** Stops, and judges every output. */
  async figures(judge: Judge): Promise<FolderFigures> {
    this.#collecting = false;
    await this.#done;
    const { binding, directory } = this.#options;
    const client = this.#client;
    const faults: string[] = [];
    const outputsOf = new Map<number, number>();
    let invalid = 0;
    for (const name of readdirSync(directory)) {
      const output = readFileSync(join(directory, name));
      const number = numberOf(output);
      const known = number !== undefined && this.#handedIn.has(number);
      const fault = known ? judge(output, numberedPdf(number)) : 'it was never handed in';
      if (fault !== undefined) faults.push(`${name}: ${fault}`);
      if (fault !== undefined) invalid += 1;
      if (known) outputsOf.set(number, (outputsOf.get(number) ?? 0) + 1);
    }
    const failed = client.names(binding, 'failed').filter((name) => name.endsWith('.pdf'));
    const waiting = [...client.names(binding, 'in'), ...arrivalsInWork(client.root(binding))];
    const elsewhere = new Set([...failed, ...waiting].map((name) => Number(/(\d+)\.pdf$/.exec(name)?.[1])));
    const missing = [...this.#handedIn].filter((number) => !outputsOf.has(number) && !elsewhere.has(number));
    const twice = [...outputsOf].filter(([, count]) => count > 1);
    const notArchived = [...outputsOf.keys()].filter((number) => !this.#isArchived(number));
    faults.push(
      ...missing.map((number) => `${number}: lost`),
      ...twice.map(([number, count]) => `${number}: released ${count} times`),
      ...failed.map((name) => `${name}: failed\n${problemOf(client, binding, name)}`),
      ...notArchived.map((number) => `${number}: not in archive/`),
    );
    return {
      handedIn: this.#handedIn.size,
      sealed: outputsOf.size,
      lost: missing.length,
      twice: twice.reduce((sum, [, count]) => sum + count - 1, 0),
      failed: failed.length,
      waiting: waiting.length,
      invalid,
      notArchived: notArchived.length,
      faults: faults.slice(0, 10),
    };
  }

  #isArchived(number: number): boolean {
    const { binding } = this.#options;
    try {
      return this.#client.read(binding, 'archive', `document-${number}.pdf`).equals(numberedPdf(number));
    } catch {
      return false;
    }
  }
}

/** Names of the documents that lie in `work/`, of whatever client. */
export function arrivalsInWork(root: string): readonly string[] {
  return documentsBelow(join(root, 'work'));
}

function documentsBelow(directory: string): readonly string[] {
  return entriesOf(directory).flatMap((entry) => {
    if (entry.isDirectory()) return documentsBelow(join(directory, entry.name));
    return entry.isFile() && !entry.name.startsWith('.') ? [entry.name] : [];
  });
}

/** What a directory holds: nothing, where it has gone since it was seen. */
function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function problemOf(client: TestClient, binding: string, name: string): string {
  try {
    return client.read(binding, 'failed', `${name}.problem.txt`).toString();
  } catch {
    return '';
  }
}
