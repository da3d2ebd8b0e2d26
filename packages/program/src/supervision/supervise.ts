// SPDX-License-Identifier: Apache-2.0
import cluster, { type Worker } from 'node:cluster';
import { isSignetError, SignetError } from '@signet/base';
import { backOff } from './back-off.ts';
import { isChildMessage } from './messages.ts';

/** What a supervisor is to keep running. */
export interface SupervisionOptions {
  /** Path of the module that each child runs; it calls `runSupervisedChild`. */
  readonly entry: string;
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly count: number;
  /** Starts that may fail in a row before any child was ready; then `ready` rejects. Default 3. */
  readonly patience?: number;
  /** Milliseconds that children get to finish what is in flight. Default 30,000. */
  readonly graceMilliseconds?: number;
  readonly log: SupervisionLog;
  /** Answers what children ask by `askSupervisor`. */
  readonly answer?: (question: string) => Promise<string | undefined>;
}

/** What a supervisor tells while it works. */
export interface SupervisionLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
}

/** A running supervisor. */
export interface Supervision {
  /**
   * Resolves when all children serve for the first time.
   *
   * @throws SignetError the children's own error if trying again cannot help; `config.workers-failing` if none came up
   */
  readonly ready: Promise<void>;
  /** Ids of the live children's processes. */
  processIds(): readonly number[];
  /** Tells the children to finish and end, ends those that do not; resolves when all are gone. */
  stop(): Promise<void>;
}

/** A child that served this long is healthy: its next death starts the back-off anew. */
const healthyMilliseconds = 10_000;

/**
 * Starts children and starts each again, with back-off, when it dies. Children that listen on the same port share it by
 * node:cluster: the listening socket is held here alone, so that it is gone when this process is, whatever the children
 * do, and a port in use is an error and not a shared one (as SO_REUSEPORT would have it).
 */
export function supervise(options: SupervisionOptions): Supervision {
  cluster.setupPrimary({ exec: options.entry, args: [...(options.args ?? [])], execArgv: [] });
  return new Supervisor(options);
}

class Supervisor implements Supervision {
  readonly ready: Promise<void>;
  readonly #options: SupervisionOptions;
  readonly #children = new Set<Worker>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #firstReady = Promise.withResolvers<void>();
  #readyCount = 0;
  #failures = 0;
  #stopping = false;

  constructor(options: SupervisionOptions) {
    this.#options = options;
    this.ready = this.#firstReady.promise;
    // Who does not wait for readiness must not be killed by its rejection.
    this.ready.catch(() => undefined);
    for (let slot = 0; slot < options.count; slot += 1) this.#keep();
  }

  processIds(): readonly number[] {
    return [...this.#children].flatMap(({ process: { pid } }) => (pid === undefined ? [] : [pid]));
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const timer of this.#timers) clearTimeout(timer);
    const gone = [...this.#children].map((child) =>
      endChild(child, this.#options.graceMilliseconds ?? 30_000),
    );
    await Promise.all(gone);
  }

  /** Keeps one child running: each of its deaths leads to the next start. */
  #keep(): void {
    const pause = backOff({ first: 100, ceiling: 10_000 });
    const start = (): void => {
      const child = cluster.fork(this.#options.environment);
      this.#children.add(child);
      let readyAt: number | undefined;
      child.on('message', (message: unknown) => {
        if (!isChildMessage(message)) return;
        if (message.signet === 'ready') {
          readyAt = performance.now();
          this.#becameReady(child);
        } else if (message.signet === 'failed') {
          this.#failedToStart(new SignetError(message.code, message.details));
        } else void this.#answer(child, message);
      });
      child.on('error', (error) => this.#options.log.warn({ err: error }, 'child: its channel failed'));
      child.once('exit', (code, signal) => {
        this.#children.delete(child);
        if (this.#stopping) return;
        if (readyAt === undefined) this.#failedToStart(undefined);
        else if (performance.now() - readyAt > healthyMilliseconds) pause.reset();
        const milliseconds = pause.next();
        this.#options.log.warn(
          { child: child.process.pid, code, signal, milliseconds },
          'child died; starting again',
        );
        const timer = setTimeout(() => {
          this.#timers.delete(timer);
          start();
        }, milliseconds);
        this.#timers.add(timer);
      });
    };
    start();
  }

  async #answer(child: Worker, { id, question }: { id: number; question: string }): Promise<void> {
    const answer = await this.#options.answer?.(question).catch((error: unknown) => {
      this.#options.log.warn({ err: error, question }, 'a question of a child could not be answered');
      return undefined;
    });
    if (child.isConnected()) child.send({ signet: 'answer', id, ...(answer !== undefined && { answer }) });
  }

  #becameReady(child: Worker): void {
    this.#options.log.info({ child: child.process.pid }, 'child ready');
    this.#readyCount += 1;
    if (this.#readyCount === this.#options.count) this.#firstReady.resolve();
  }

  /** Called for the error that a child told, and again for its exit; only the first start gives up. */
  #failedToStart(error: SignetError | undefined): void {
    if (this.#readyCount > 0) return;
    if (isSignetError(error) && !error.row.retryable) this.#firstReady.reject(error);
    if (error === undefined) this.#failures += 1;
    if (this.#failures < (this.#options.patience ?? 3) * this.#options.count) return;
    this.#firstReady.reject(new SignetError('config.workers-failing', { failures: this.#failures }));
  }
}

function endChild(child: Worker, graceMilliseconds: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(() => child.process.kill('SIGKILL'), graceMilliseconds + 1000);
  child.once('exit', () => {
    clearTimeout(timer);
    resolve();
  });
  if (child.isDead()) {
    clearTimeout(timer);
    resolve();
  } else if (child.isConnected()) {
    child.send({ signet: 'stop' }, (error) => error && child.process.kill('SIGTERM'));
  } else child.process.kill('SIGTERM');
  return promise;
}
