// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';
import { SignetError } from '@signet/base';
import type { SealingApi } from '@signet/exchange/rest';
import type { ProcessConfiguration } from '@signet/sealing';
import { Command } from 'commander';
import { parse, stringify } from 'yaml';
import { connect, withAccess } from '../access.ts';
import { table } from '../terminal/table.ts';

interface ProcessOptions {
  readonly access: string;
  readonly json?: boolean;
}

const applyExample = `
The file is YAML or JSON, one process. A smallest one:

  format: 1
  process: invoices
  documentFormat: pades
  level: B-T
  credential: company-seal
  timeStamp: { pool: standard }

Applying makes a new version; a version never changes, and every seal names the version that made it.`;

/** `signet process`: the processes of a server. */
export function processCommand(): Command {
  const command = new Command('process').description('Show and change how a server seals (its processes)');
  withAccess(command.command('list'))
    .description('the processes that this identity may use')
    .option('--json', 'JSON instead of a table')
    .action((options: ProcessOptions) => withServer(options, (api) => list(api, options)));
  withAccess(command.command('show'))
    .description('one process as a configuration file')
    .argument('<process>')
    .option('--json', 'JSON instead of YAML')
    .action((name: string, options: ProcessOptions) =>
      withServer(options, (api) => show(api, name, options)),
    );
  withAccess(command.command('apply'))
    .description('make a process, or a new version of one')
    .argument('<file>', 'process configuration, YAML or JSON')
    .addHelpText('after', applyExample)
    .action((file: string, options: ProcessOptions) => withServer(options, (api) => apply(api, file)));
  return command;
}

/** Runs one call with a connection that is closed afterwards. */
export async function withServer<T>(
  options: { readonly access: string },
  call: (api: SealingApi) => Promise<T>,
): Promise<T> {
  const api = connect(options.access);
  try {
    return await call(api);
  } finally {
    await api.close();
  }
}

async function list(api: SealingApi, { json }: ProcessOptions): Promise<void> {
  const processes = await api.processes();
  if (json) {
    process.stdout.write(`${JSON.stringify(processes, undefined, 2)}\n`);
    return;
  }
  const rows = processes.map(
    ({ process: name, version, level, transfer, signatureAlgorithm, description }) => {
      const ways = [transfer.document ? 'document' : '', transfer.hash ? 'hash' : '']
        .filter((way) => way !== '')
        .join(', ');
      return [name, String(version), `PAdES ${level}`, ways, signatureAlgorithm, description ?? ''];
    },
  );
  process.stdout.write(
    table([['process', 'version', 'level', 'transfer', 'algorithm', 'description'], ...rows]),
  );
}

async function show(api: SealingApi, name: string, { json }: ProcessOptions): Promise<void> {
  const body = await api.request('GET', `/admin/processes/${encodeURIComponent(name)}`);
  process.stdout.write(json ? `${JSON.stringify(body, undefined, 2)}\n` : stringify(body));
}

async function apply(api: SealingApi, file: string): Promise<void> {
  const configuration = readConfiguration(file);
  const path = `/admin/processes/${encodeURIComponent(configuration.process)}`;
  const { version } = (await api.request('PUT', path, configuration)) as { readonly version: number };
  process.stdout.write(`${configuration.process}: version ${version} is in force.\n`);
}

/** Only the name is looked at here, for the address; the server judges the rest and names the key that is wrong. */
function readConfiguration(file: string): ProcessConfiguration {
  const configuration = parse(readFileSync(file, 'utf8')) as ProcessConfiguration | null;
  if (typeof configuration?.process !== 'string')
    throw new SignetError('config.no-process-name', { path: file });
  return configuration;
}
