// SPDX-License-Identifier: Apache-2.0
// The Sealing Server's command line; `./signet server …` passes its arguments on to here.
import { asSignetError } from '@signet/base';
import { exitCodeOf, exitCodes } from '@signet/program';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type InitOptions, initialise } from './init/init.ts';
import { runNode } from './supervisor/run.ts';

const program = new Command('signet server')
  .description('The Sealing Server')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

program
  .command('run', { isDefault: true })
  .description('run the server until it gets SIGTERM or SIGINT')
  .requiredOption('--config <file>', 'its configuration (server.yaml)')
  .action(async ({ config }: { config: string }) => {
    const node = await runNode(config);
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      void node.stop().then(() => process.exit(exitCodes.stopped), fail);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });

program
  .command('init')
  .description('write a commented configuration, TLS files, a master key, and the first administrator')
  .requiredOption('--dir <directory>', 'where to write; made if it is not there')
  .option('--host <address>', 'address to listen on', '127.0.0.1')
  .option('--port <number>', 'port to listen on', portNumber, 8443)
  .option('--name <name...>', 'further host names and addresses for the certificate of the local CA')
  .option('--database-owner <reference>', 'a database of your own: URL of its owner role (file:, env:)')
  .option('--database-application <reference>', 'URL of its application role')
  .option('--database-queue <reference>', 'URL of its queue role')
  .option('--database-ca <file>', 'the CA of its certificate (PEM)')
  .option('--tls-cert <file>', 'your own certificate, then its issuers (PEM), in place of the local CA')
  .option('--tls-key <file>', 'its private key (PEM)')
  .option('--allow-private <host...>', 'hosts of private address that may be reached (host or host:port)')
  .option(
    '--revocation-host <host...>',
    'where OCSP, revocation lists and issuers may be asked for (host or host:port)',
  )
  .action((options: InitOptions) => initialise(options));

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

/** Says why in one sentence and ends; the log has the rest. */
function fail(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.usage);
  const { message, code, cause } = asSignetError(error);
  process.stderr.write(`signet server: ${message} [${code}]\n`);
  if (code === 'general.internal' && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
  process.exit(exitCodeOf(error));
}
