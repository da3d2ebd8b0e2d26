// SPDX-License-Identifier: Apache-2.0
import { Command, CommanderError } from 'commander';
import { augmentCommand } from './commands/augment.ts';
import { demoCommand } from './commands/demo.ts';
import { doctorCommand } from './commands/doctor.ts';
import { processCommand } from './commands/process.ts';
import { clientCommand, serverCommand } from './commands/programs.ts';
import { qtspCommand } from './commands/qtsp.ts';
import { sealCommand } from './commands/seal.ts';
import { tokenCommand } from './commands/token.ts';
import { validateCommand } from './commands/validate.ts';
import { exitCodes } from './terminal/exit-codes.ts';

const help = `
Start here:
  signet demo                     everything set up by itself, documents sealed, ready to be tried
  signet seal --p12 seal.p12 --password-file pin.txt --level B-B --out sealed invoice.pdf
  signet validate --trust root.pem sealed/invoice.pdf

A node of your own:
  signet server init --dir node   configuration, TLS and the first administrator
  signet server --config node/server.yaml
  signet client init --server https://host:8443 --code CODE --dir client
  signet client --config client/client.yaml

Exit codes: 0 done, 1 a document failed, 2 the command failed, 3 (validate) nothing failed but not all could be judged.
Error codes are explained in docs/errors.md.`;

/**
 * Builds the command line. What a command does is loaded when it is run: the shape alone costs little. Programs are
 * started by spawning them; nothing of an app is imported.
 */
export function commandLine(): Command {
  const commands = [
    demoCommand(),
    sealCommand(),
    augmentCommand(),
    validateCommand(),
    processCommand(),
    tokenCommand(),
    doctorCommand(),
    serverCommand(),
    clientCommand(),
    qtspCommand(),
  ];
  const program = new Command('signet')
    .description('Seals documents with an organisation’s electronic seal, and verifies them')
    .addHelpText('after', help)
    .configureHelp({ showGlobalOptions: true });
  for (const command of commands) program.addCommand(command);
  return tellErrorsOurWay(program);
}

/** Wrong use is told and then thrown, in every command at any depth: commands that are added inherit no settings. */
function tellErrorsOurWay(command: Command): Command {
  command.exitOverride().showHelpAfterError('(--help shows how)');
  for (const below of command.commands) tellErrorsOurWay(below);
  return command;
}

/** Runs one command line and gives its exit code. A coded error is told in its sentence, anything else with its trace. */
export async function run(args: readonly string[]): Promise<number> {
  try {
    await commandLine().parseAsync(args, { from: 'user' });
    return Number(process.exitCode ?? exitCodes.good);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.good : exitCodes.error;
    const { tellError } = await import('./terminal/tell-error.ts');
    tellError(error);
    return exitCodes.error;
  }
}

if (import.meta.main) {
  // A reader that has seen enough (head, less) closes the pipe; that is no fault.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
  process.exitCode = await run(process.argv.slice(2));
}
