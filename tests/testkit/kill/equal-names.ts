// SPDX-License-Identifier: Apache-2.0
// Documents that come under the same few names again and again, and the account of what came out.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestClient } from '../sealing-client.ts';
import { arrivalsInWork, type FolderFigures } from './folder-load.ts';
import type { SealingHouse } from './house.ts';
import type { Judge } from './judge.ts';
import { numberedPdf, numberOf } from './numbered-pdf.ts';

/** How equal names are handed in. */
export interface EqualNamesOptions {
  readonly house: SealingHouse;
  readonly binding: string;
  readonly names: readonly string[];
  /** How many documents come under each name. */
  readonly rounds: number;
  readonly next: () => number;
  /** Where outputs and originals are taken to again and again; without it they stay, under names that are free. */
  readonly takenTo?: string;
}

/** Hands in under each name as soon as `in/` has none of it. */
export class EqualNames {
  readonly #options: EqualNamesOptions;
  readonly #client: TestClient;
  readonly #handedIn = new Set<number>();
  readonly #work: Promise<unknown>;
  #taken = 0;

  constructor(options: EqualNamesOptions) {
    this.#options = options;
    this.#client = options.house.client;
    if (options.takenTo !== undefined)
      for (const folder of folders) mkdirSync(join(options.takenTo, folder), { recursive: true });
    this.#work = Promise.all(options.names.map((name) => this.#handIn(name)));
  }

  async #handIn(name: string): Promise<void> {
    const { house, binding, rounds, next } = this.#options;
    const client = this.#client;
    for (let round = 0; round < rounds && !house.ended.aborted; round += 1) {
      while (existsSync(join(client.root(binding), 'in', name))) await sleep(10);
      const number = next();
      await client.drop(binding, name, numberedPdf(number));
      this.#handedIn.add(number);
    }
  }

  /** Takes away what came out; each under a number of its own. */
  take(): void {
    const { binding, takenTo } = this.#options;
    const client = this.#client;
    if (takenTo === undefined) return;
    for (const folder of folders) {
      for (const name of client.names(binding, folder)) {
        renameSync(
          join(client.root(binding), folder, name),
          join(takenTo, folder, `${this.#taken++}-${name}`),
        );
      }
    }
  }

  /** Resolves when all has been handed in and nothing is under way any more. */
  async done(): Promise<void> {
    await this.#work;
    const { binding } = this.#options;
    const client = this.#client;
    const isUnderWay = () =>
      client.names(binding, 'in').length + arrivalsInWork(client.root(binding)).length > 0;
    while (isUnderWay()) await sleep(100);
    this.take();
  }

  /** Judges every output, and looks for every original. */
  figures(judge: Judge): FolderFigures {
    const { binding } = this.#options;
    const client = this.#client;
    const faults: string[] = [];
    const outputs = this.#numbersIn('out', (file, number) => {
      const fault = judge(file, numberedPdf(number));
      if (fault !== undefined) faults.push(`${number}: ${fault}`);
    });
    const invalid = faults.length;
    const archived = this.#numbersIn('archive', () => undefined);
    const all = [...this.#handedIn];
    const failed = client.names(binding, 'failed').filter((name) => name.endsWith('.pdf'));
    const lost = all.filter((number) => !outputs.includes(number));
    const twice = outputs.filter((number, index) => outputs.indexOf(number) !== index);
    faults.push(...lost.map((number) => `${number}: lost`), ...failed.map((name) => `${name}: failed`));
    return {
      handedIn: all.length,
      sealed: new Set(outputs).size,
      lost: lost.length,
      twice: twice.length,
      failed: failed.length,
      waiting: client.names(binding, 'in').length + arrivalsInWork(client.root(binding)).length,
      invalid,
      notArchived: all.filter((number) => archived.filter((one) => one === number).length !== 1).length,
      faults: faults.slice(0, 10),
    };
  }

  /** Numbers of the documents that files in `out/` or `archive/` begin with, one for each file of ours. */
  #numbersIn(folder: Folder, look: (file: Buffer, number: number) => void): number[] {
    const { binding, takenTo } = this.#options;
    const client = this.#client;
    const directory = takenTo === undefined ? join(client.root(binding), folder) : join(takenTo, folder);
    const numbers: number[] = [];
    for (const name of readdirSync(directory)) {
      const file = readFileSync(join(directory, name));
      const number = numberOf(file);
      if (number === undefined || !this.#handedIn.has(number)) continue;
      if (folder === 'archive' && !file.equals(numberedPdf(number))) continue;
      numbers.push(number);
      look(file, number);
    }
    return numbers;
  }
}

const folders = ['out', 'archive'] as const;
type Folder = (typeof folders)[number];
