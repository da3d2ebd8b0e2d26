// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';

/** The programs' own entries. They are spawned, never imported. */
const entries = {
  server: fileURLToPath(import.meta.resolve('../../../server/src/main.ts')),
  client: fileURLToPath(import.meta.resolve('../../../client/src/main.ts')),
};

/** Path of a program's entry, to be run by this Node. */
export function programEntry(program: 'server' | 'client'): string {
  return entries[program];
}

/** `signet server …`: everything behind it is the server program's own command line. */
export function serverCommand(): Command {
  return passOn('server', 'Run a Sealing Server, or set one up (server init --help)');
}

/** `signet client …`: everything behind it is the client program's own command line. */
export function clientCommand(): Command {
  return passOn('client', 'Run a Sealing Client, or enrol one (client init --help)');
}

function passOn(program: 'server' | 'client', description: string): Command {
  return new Command(program)
    .description(description)
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument('[arguments...]', `what the ${program} understands; ${program} --help shows it`)
    .action(async (args: string[]) => {
      process.exitCode = await runProgram(program, args);
    });
}

/** Runs a program in the foreground with the terminal's signals handed on; gives its exit code. */
function runProgram(program: 'server' | 'client', args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [entries[program], ...args], { stdio: 'inherit' });
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const name of signals) process.off(name, pass);
      resolve(code ?? (signal === 'SIGINT' ? 130 : 143));
    });
  });
}
