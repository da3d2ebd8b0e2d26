// SPDX-License-Identifier: Apache-2.0
// The Sealing Client's command line; `./signet client …` passes its arguments on to here.
import { asSignetError } from '@signet/base';
import { exitCodeOf, exitCodes } from '@signet/program';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { type InitOptions, initialise } from './init/init.ts';
import type { TemplateBinding } from './settings/index.ts';
import { runClient } from './supervisor/run.ts';

const program = new Command('signet client')
  .description('The Sealing Client')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true });

program
  .command('run', { isDefault: true })
  .description('run the client until it gets SIGTERM or SIGINT')
  .requiredOption('--config <file>', 'its configuration (client.yaml)')
  .action(async ({ config }: { config: string }) => {
    const client = await runClient(config);
    let stopping = false;
    const stop = (): void => {
      if (stopping) return;
      stopping = true;
      void client.stop().then(() => process.exit(exitCodes.stopped), fail);
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
  });

program
  .command('init')
  .description('enrol with a server and write a commented configuration')
  .requiredOption('--server <url>', 'the Sealing Server, https://host:port', serverUrl)
  .requiredOption('--code <code>', 'the enrolment code that an administrator made')
  .requiredOption('--dir <directory>', 'where to write; made if it is not there')
  .option('--ca <file>', 'PEM file of the CA that is trusted for the server')
  .option('--fingerprint <sha256>', 'or the fingerprint of a certificate that the server shows', fingerprint)
  .option('--host <address>', 'address on which applications reach the client', '127.0.0.1')
  .option('--port <number>', 'port on which applications reach the client', portNumber, 8444)
  .option('--name <name...>', 'further host names for the certificate of that listener')
  .option(
    '--binding <name=folder>',
    'an exchange folder: NAME=FOLDER[,process=PROCESS][,transfer=hash]; may be repeated',
    addBinding,
  )
  .action((options: InitOptions) => initialise(options));

try {
  await program.parseAsync();
} catch (error) {
  fail(error);
}

function serverUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'https:' && url.pathname === '/' && url.search === '') return url.origin;
  throw new InvalidArgumentError('It has the form https://host:port.');
}

function fingerprint(text: string): string {
  if (/^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i.test(text)) return text;
  throw new InvalidArgumentError('A SHA-256 fingerprint has 64 hexadecimal digits.');
}

function portNumber(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 1 to 65535.');
}

function addBinding(text: string, earlier: readonly TemplateBinding[] = []): TemplateBinding[] {
  const [, name, root, options = ''] =
    /^([a-z0-9][a-z0-9-]{0,62})=([^,]+)((?:,[a-z]+=[^,]+)*)$/.exec(text) ?? [];
  if (name === undefined || root === undefined)
    throw new InvalidArgumentError('It has the form NAME=FOLDER.');
  const named = Object.fromEntries(
    options
      .split(',')
      .slice(1)
      .map((option) => option.split('=', 2)),
  );
  const { process, transfer = 'document', ...unknown } = named as Record<string, string>;
  if (Object.keys(unknown).length > 0 || (transfer !== 'document' && transfer !== 'hash')) {
    throw new InvalidArgumentError(
      'After the folder there may be ,process=PROCESS and ,transfer=document|hash.',
    );
  }
  return [...earlier, { name, root, transfer, ...(process === undefined ? {} : { process }) }];
}

/** Says why in one sentence and ends; the log has the rest. */
function fail(error: unknown): never {
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : exitCodes.usage);
  const { message, code, cause } = asSignetError(error);
  process.stderr.write(`signet client: ${message} [${code}]\n`);
  if (code === 'general.internal' && cause instanceof Error) process.stderr.write(`${cause.stack}\n`);
  process.exit(exitCodeOf(error));
}
