// SPDX-License-Identifier: Apache-2.0
import { Command, InvalidArgumentError } from 'commander';
import { type AccessOptions, collect, withAccess } from './access-option.ts';

interface CreateOptions extends AccessOptions {
  readonly process: readonly string[];
  readonly scope: readonly string[];
  readonly days: number;
}

/** `signet token`: who may use a server. */
export function tokenCommand(): Command {
  const command = new Command('token').description('API tokens of a server: who may use what, until when');
  withAccess(command.command('create'))
    .description('make a token; it is shown once and stored hashed')
    .argument('<name>', 'who will use it')
    .option('--process <name>', 'process it may use (repeatable); none given: all', collect, [])
    .option(
      '--scope <scope>',
      'seal, seal-hash, validate, admin, metrics (repeatable); none given: seal, validate',
      collect,
      [],
    )
    .option('--days <n>', 'days until it expires', numberOfDays, 365)
    .action(async (name: string, { access, process, scope, days }: CreateOptions) => {
      const { createToken } = await import('../administration/tokens.ts');
      await createToken(access, { name, processes: process, scopes: scope, days });
    });
  withAccess(command.command('list'))
    .description('all tokens, never their secrets')
    .option('--json', 'JSON instead of a table')
    .action(async ({ access, json = false }: AccessOptions & { readonly json?: boolean }) => {
      const { listTokens } = await import('../administration/tokens.ts');
      await listTokens(access, json);
    });
  withAccess(command.command('revoke'))
    .description('end a token at once')
    .argument('<name>')
    .action(async (name: string, { access }: AccessOptions) => {
      const { revokeToken } = await import('../administration/tokens.ts');
      await revokeToken(access, name);
    });
  return command;
}

function numberOfDays(text: string): number {
  const days = Number(text);
  if (Number.isInteger(days) && days >= 1) return days;
  throw new InvalidArgumentError('It must be a whole number of days, 1 or more.');
}
