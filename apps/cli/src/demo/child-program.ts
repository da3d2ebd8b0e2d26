// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SignetError } from '@signet/base';

/** A program that the demo started. */
export interface ChildProgram {
  readonly name: string;
  /** Asks it to end and waits until it has. */
  stop(): Promise<void>;
}

/** Runs one command to its end. @throws SignetError `config.demo-step` with its last words */
export function runToEnd(what: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new SignetError('config.demo-step', { what, words: `${stdout}${stderr}`.trim().slice(-2000) });
}

/** Starts a program in the background with its words in a file, and waits until its `/readyz` says yes. */
export async function startProgram(options: {
  readonly name: string;
  readonly args: readonly string[];
  readonly log: string;
  readonly url: string;
  /** PEM of the CA of its TLS certificate. */
  readonly ca: string;
}): Promise<ChildProgram> {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'a');
  const child = spawn(process.execPath, options.args, { stdio: ['ignore', log, log], detached: false });
  closeSync(log);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await untilReady(child, options);
  return {
    name: options.name,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await ended;
    },
  };
}

async function untilReady(
  child: ChildProcess,
  {
    name,
    url,
    ca,
    log,
  }: { readonly name: string; readonly url: string; readonly ca: string; readonly log: string },
): Promise<void> {
  const certificates = readFileSync(ca);
  const end = Date.now() + 60_000;
  while (Date.now() < end && child.exitCode === null && child.signalCode === null) {
    if ((await status(`${url}/readyz`, certificates)) === 200) return;
    await sleep(50);
  }
  child.kill('SIGTERM');
  throw new SignetError('config.demo-step', { what: `starting the ${name}`, words: lastWords(log) });
}

function status(url: string, ca: Buffer): Promise<number> {
  return new Promise((resolve) => {
    const request = get(url, { ca, timeout: 2000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
  });
}

function lastWords(log: string): string {
  return readFileSync(log, 'utf8').trim().slice(-2000);
}
