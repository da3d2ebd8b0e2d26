// SPDX-License-Identifier: Apache-2.0
// Applications that hand documents in by REST, each under a key, and ask again until they have an answer.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSignetError, type Uuid, uuidv7 } from '@signet/base';
import type { SealingApi } from '@signet/exchange/rest';
import type { Random } from '../mutate.ts';
import type { Judge } from './judge.ts';
import { numberedPdf } from './numbered-pdf.ts';

/** What became of the documents that were handed in by REST in one way. */
export interface RestFigures {
  readonly handedIn: number;
  readonly sealed: number;
  /** Ended with an error that no repetition helps against. */
  readonly refused: number;
  /** Asked again under its key, a document came back as another one, or by another job. */
  readonly twice: number;
  readonly invalid: number;
  /** Calls made in all, repetitions among them. */
  readonly calls: number;
  readonly faults: readonly string[];
}

/** How an application seals: `wait` for the answer, or have it done `later` and fetch it. */
export type RestWay = 'wait' | 'later';

/** How REST is loaded. */
export interface RestLoadOptions {
  readonly api: SealingApi;
  readonly way: RestWay;
  /** Whether a key is answered by the same job each time: a client has a job of its own for every call. */
  readonly sameJob: boolean;
  /** Where the answers are kept. */
  readonly directory: string;
  readonly next: () => number;
  /** Documents under way at a time. */
  readonly lanes: number;
  /** Milliseconds from one document of a lane to the next. */
  readonly pause: number;
  readonly random: Random;
  /** Ends what nobody stopped. */
  readonly ended: AbortSignal;
}

interface Answer {
  readonly job: Uuid;
  readonly bytes: Buffer;
}

interface Known {
  readonly key: string;
  readonly job: Uuid;
  readonly sha256: string;
}

/** One call of so many is given up by its caller while it is under way, and made again at once. */
const impatientEvery = 10;

/** Hands documents in until told to stop. */
export class RestLoad {
  readonly #options: RestLoadOptions;
  readonly #known = new Map<number, Known>();
  readonly #faults: string[] = [];
  readonly #lanes: Promise<unknown>;
  #loading = true;
  #handedIn = 0;
  #refused = 0;
  #twice = 0;
  #calls = 0;

  constructor(options: RestLoadOptions) {
    this.#options = options;
    mkdirSync(options.directory, { recursive: true });
    this.#lanes = Promise.all(Array.from({ length: options.lanes }, () => this.#lane()));
  }

  async #lane(): Promise<void> {
    const { next, pause, directory, ended } = this.#options;
    while (this.#loading && !ended.aborted) {
      const [number, key] = [next(), uuidv7()];
      this.#handedIn += 1;
      const answer = await this.#inTheEnd(number, () => this.#sealed(number, key));
      if (answer !== undefined) {
        writeFileSync(join(directory, `${number}.pdf`), answer.bytes);
        this.#known.set(number, { key, job: answer.job, sha256: digest(answer.bytes) });
      }
      await sleep(pause);
    }
  }

  #sealed(number: number, idempotencyKey: string): Promise<Answer> {
    const { api, way, random } = this.#options;
    const signal = random.below(impatientEvery) === 0 ? AbortSignal.timeout(random.below(100)) : undefined;
    const document = { bytes: numberedPdf(number), name: `document-${number}.pdf` };
    const request = { process: 'b-t', document, idempotencyKey, ...(signal && { signal }) };
    return way === 'wait' ? waitFor(api, request) : fetchLater(api, request);
  }

  /** Calls until there is an answer: every failure on the way must be one that passes. */
  async #inTheEnd(number: number, call: () => Promise<Answer>): Promise<Answer | undefined> {
    for (;;) {
      this.#calls += 1;
      try {
        return await call();
      } catch (error) {
        if (!isSignetError(error)) throw error;
        if (this.#options.ended.aborted) return undefined;
        if (!error.row.retryable) {
          this.#refused += 1;
          this.#faults.push(`${number}: ${error.code}`);
          return undefined;
        }
        await sleep(50);
      }
    }
  }

  /** Hands nothing more in; resolves when all has been answered. */
  async stopLoading(): Promise<void> {
    this.#loading = false;
    await this.#lanes;
  }

  /** Asks for every document again under its key: the same job and the same bytes must come. */
  async askAgain(): Promise<void> {
    const rest = [...this.#known];
    const lane = async (): Promise<void> => {
      for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
        const [number, { key, job, sha256 }] = next;
        const again = await this.#inTheEnd(number, () => this.#sealed(number, key));
        if (again === undefined) continue;
        const isSameJob = !this.#options.sameJob || again.job === job;
        if (isSameJob && digest(again.bytes) === sha256) continue;
        this.#twice += 1;
        this.#faults.push(`${number}: ${isSameJob ? 'other bytes' : 'another job'} for its key`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, lane));
  }

  /** Judges every answer. */
  figures(judge: Judge): RestFigures {
    let invalid = 0;
    for (const number of this.#known.keys()) {
      const output = readFileSync(join(this.#options.directory, `${number}.pdf`));
      const fault = judge(output, numberedPdf(number));
      if (fault === undefined) continue;
      invalid += 1;
      this.#faults.push(`${number}: ${fault}`);
    }
    return {
      handedIn: this.#handedIn,
      sealed: this.#known.size,
      refused: this.#refused,
      twice: this.#twice,
      invalid,
      calls: this.#calls,
      faults: this.#faults.slice(0, 10),
    };
  }
}

type KeyedRequest = Parameters<SealingApi['sealLater']>[0];

async function waitFor(api: SealingApi, request: KeyedRequest): Promise<Answer> {
  const { job, document } = await api.seal(request, 'memory');
  return { job, bytes: bytesOf(document) };
}

async function fetchLater(api: SealingApi, request: KeyedRequest): Promise<Answer> {
  let view = await api.sealLater(request);
  for (; view.state === 'accepted' || view.state === 'sealing'; view = await api.job(view.job))
    await sleep(100);
  return { job: view.job, bytes: bytesOf(await api.jobDocument(view.job, 'memory')) };
}

function bytesOf(document: Awaited<ReturnType<SealingApi['jobDocument']>>): Buffer {
  if (!('bytes' in document)) throw new TypeError('a document that was asked for in memory is there');
  return Buffer.from(document.bytes);
}

function digest(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
