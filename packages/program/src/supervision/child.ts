// SPDX-License-Identifier: Apache-2.0
import { asSignetError } from '@signet/base';
import { type ChildMessage, isSupervisorMessage } from './messages.ts';

/** How a child looks after itself. */
export interface ChildOptions {
  /** Builds everything and starts to serve; gives what is to be done at the end. */
  start(): Promise<{ stop(): Promise<void> }>;
  /** Milliseconds that `stop` may take; then the process ends all the same. Default 30,000. */
  readonly graceMilliseconds?: number;
  /** Told why it cannot start or go on, for its log. */
  failed(error: unknown): void;
}

/**
 * Runs the work of a supervised child process: tells the parent when it is ready or why it cannot be, stops when told
 * (by the parent or SIGTERM), and ends at once when the parent is gone: a child without a parent would be a second
 * owner beside the children of the next one.
 */
export async function runSupervisedChild(options: ChildOptions): Promise<void> {
  endWithParent();
  // A terminal sends Ctrl-C to the whole group; the supervisor decides and tells.
  process.on('SIGINT', () => undefined);
  process.on('uncaughtException', (error) => {
    options.failed(error);
    process.exit(1);
  });
  try {
    const running = await options.start();
    const stop = once(() => void stopWithin(running.stop, options));
    process.on('SIGTERM', stop);
    process.on('message', (message) => isSupervisorMessage(message) && message.signet === 'stop' && stop());
    tell({ signet: 'ready' });
  } catch (error) {
    options.failed(error);
    const { code, details } = asSignetError(error, `process ${process.pid}`);
    tell({ signet: 'failed', code, details }, () => process.exit(1));
  }
}

let questions = 0;

/**
 * Asks the supervisor something, by its `answer` option.
 *
 * @returns undefined if it has no answer, or none within five seconds
 */
export function askSupervisor(question: string): Promise<string | undefined> {
  questions += 1;
  const id = questions;
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const listen = (message: unknown): void => {
    if (!isSupervisorMessage(message) || message.signet !== 'answer' || message.id !== id) return;
    finish(message.answer);
  };
  const finish = (answer: string | undefined): void => {
    clearTimeout(timer);
    process.off('message', listen);
    resolve(answer);
  };
  const timer = setTimeout(finish, 5000, undefined);
  process.on('message', listen);
  tell({ signet: 'ask', id, question });
  return promise;
}

function endWithParent(): void {
  const parent = process.ppid;
  process.on('disconnect', () => process.exit(0));
  // The channel closes with the parent; the check of its id is for a channel that another process still holds open.
  setInterval(() => process.ppid !== parent && process.exit(0), 1000).unref();
}

async function stopWithin(stop: () => Promise<void>, options: ChildOptions): Promise<void> {
  setTimeout(() => process.exit(1), options.graceMilliseconds ?? 30_000).unref();
  try {
    await stop();
    process.exit(0);
  } catch (error) {
    options.failed(error);
    process.exit(1);
  }
}

function tell(message: ChildMessage, then?: () => void): void {
  if (process.send === undefined || !process.connected) then?.();
  else process.send(message, () => then?.());
}

function once(action: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    action();
  };
}
