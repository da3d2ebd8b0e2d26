// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { type AccessOptions, withAccess } from './access-option.ts';

interface ShowOptions extends AccessOptions {
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
    .action(async ({ access, json = false }: ShowOptions) => {
      const { listProcesses } = await import('../administration/processes.ts');
      await listProcesses(access, json);
    });
  withAccess(command.command('show'))
    .description('one process as a configuration file')
    .argument('<process>')
    .option('--json', 'JSON instead of YAML')
    .action(async (name: string, { access, json = false }: ShowOptions) => {
      const { showProcess } = await import('../administration/processes.ts');
      await showProcess(access, name, json);
    });
  withAccess(command.command('apply'))
    .description('make a process, or a new version of one')
    .argument('<file>', 'process configuration, YAML or JSON')
    .addHelpText('after', applyExample)
    .action(async (file: string, { access }: AccessOptions) => {
      const { applyProcess } = await import('../administration/processes.ts');
      await applyProcess(access, file);
    });
  return command;
}
