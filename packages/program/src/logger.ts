// SPDX-License-Identifier: Apache-2.0

import { isSignetError } from '@signet/base';
import {
  type DestinationStream,
  destination,
  type Logger,
  type LoggerOptions,
  pino,
  stdSerializers,
} from 'pino';

export type { Logger } from 'pino';

/** How much a program's log says. */
export interface LogSettings {
  readonly level: string;
  /** Name of the part that writes: `supervisor`, `worker`. */
  readonly part: string;
}

/** Keys under which a secret could come into a log line; whatever stands there is replaced before it is written. */
const secretKeys = [
  'password',
  'secret',
  'token',
  'authorization',
  'cookie',
  'masterKey',
  'key',
  'pin',
  'login',
];

/**
 * The log of one process: JSON lines on standard output. The lines of one turn of the event loop are written together at
 * its end, and synchronously, so that the last words of a dying process are not lost. Secrets are redacted by key; documents' names are never handed to it.
 */
export function createLogger(settings: LogSettings): Logger {
  const options: LoggerOptions = {
    level: settings.level,
    base: { part: settings.part, pid: process.pid },
    redact: { paths: secretKeys.flatMap((key) => [key, `*.${key}`, `*.*.${key}`]), censor: '[secret]' },
    serializers: { err: describeError },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label) => ({ level: label }) },
  };
  return pino(options, standardOutputByTurns());
}

/** Gathers what one turn writes: a write for each line is a twentieth of what a worker does under load. */
function standardOutputByTurns(): DestinationStream {
  const output = destination({ dest: 1, sync: true });
  let lines = '';
  const flush = (): void => {
    if (lines === '') return;
    const gathered = lines;
    lines = '';
    output.write(gathered);
  };
  process.once('exit', flush);
  return {
    write(line) {
      if (lines === '') setImmediate(flush);
      lines += line;
    },
  };
}

/** Errors in the log keep what they never show at an edge: stack and cause. */
function describeError(error: unknown): unknown {
  if (!isSignetError(error)) return error instanceof Error ? stdSerializers.err(error) : error;
  const cause = error.cause === undefined ? {} : { cause: describeError(error.cause) };
  return { code: error.code, message: error.message, stack: error.stack, ...cause };
}
