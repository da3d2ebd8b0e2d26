// SPDX-License-Identifier: Apache-2.0
import { Command, InvalidArgumentError } from 'commander';
import { type AccessOptions, collect, withAccess } from './access-option.ts';

interface RightsOptions extends AccessOptions {
  readonly process: readonly string[];
  readonly scope: readonly string[];
}

interface CreateOptions extends RightsOptions {
  readonly days: number;
}

interface EnrolOptions extends RightsOptions {
  readonly hours: number;
}

/** `signet token`: who may use a server. */
export function tokenCommand(): Command {
  const command = new Command('token').description('Identities of a server: who may use what, until when');
  withRights(command.command('create'))
    .description('make a token; it is shown once and stored hashed')
    .argument('<name>', 'who will use it')
    .option('--days <n>', 'days until it expires', wholeNumber, 365)
    .action(async (name: string, { access, process, scope, days }: CreateOptions) => {
      const { createToken } = await import('../administration/tokens.ts');
      await createToken(access, { name, processes: process, scopes: scope, days });
    });
  withRights(command.command('enrol'))
    .description('make a code with which a client enrols its own certificate once (client init --code)')
    .argument('<name>', 'name of the client')
    .option('--hours <n>', 'hours until the code runs out', wholeNumber, 24)
    .action(async (name: string, { access, process, scope, hours }: EnrolOptions) => {
      const { createEnrolmentCode } = await import('../administration/tokens.ts');
      await createEnrolmentCode(access, { name, processes: process, scopes: scope, hours });
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

/** Adds the options that say what an identity may do. */
function withRights(command: Command): Command {
  return withAccess(command)
    .option('--process <name>', 'process it may use (repeatable); none given: all', collect, [])
    .option(
      '--scope <scope>',
      'seal, seal-hash, validate, admin, metrics (repeatable); none given: seal, validate',
      collect,
      [],
    );
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  throw new InvalidArgumentError('It must be a whole number, 1 or more.');
}
