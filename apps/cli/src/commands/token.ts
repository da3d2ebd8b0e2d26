// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { withAccess } from '../access.ts';
import { table } from '../terminal/table.ts';
import { withServer } from './process.ts';

interface CreateOptions {
  readonly access: string;
  readonly process: readonly string[];
  readonly scope: readonly string[];
  readonly days: string;
}

interface TokenRow {
  readonly name: string;
  readonly scopes: readonly string[];
  readonly processes: readonly string[] | '*';
  readonly expiresAt: string | null;
  readonly revokedAt: string | null;
}

const collect = (value: string, earlier: readonly string[]) => [...earlier, value];

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
    .option('--days <n>', 'days until it expires', '365')
    .action((name: string, options: CreateOptions) => create(name, options));
  withAccess(command.command('list'))
    .description('all tokens, never their secrets')
    .option('--json', 'JSON instead of a table')
    .action((options: { readonly access: string; readonly json?: boolean }) => list(options));
  withAccess(command.command('revoke'))
    .description('end a token at once')
    .argument('<name>')
    .action((name: string, options: { readonly access: string }) =>
      withServer(options, async (api) => {
        await api.request('DELETE', `/admin/tokens/${encodeURIComponent(name)}`);
        process.stdout.write(`${name} is revoked.\n`);
      }),
    );
  return command;
}

function create(name: string, options: CreateOptions): Promise<void> {
  return withServer(options, async (api) => {
    const { token } = (await api.request('POST', '/admin/tokens', {
      name,
      processes: options.process.length > 0 ? options.process : '*',
      scopes: options.scope.length > 0 ? options.scope : ['seal', 'validate'],
      days: Number(options.days),
    })) as { readonly token: string };
    process.stdout.write(`${token}\n`);
    process.stderr.write('This is shown once. Keep it where only its user can read it.\n');
  });
}

function list(options: { readonly access: string; readonly json?: boolean }): Promise<void> {
  return withServer(options, async (api) => {
    const tokens = (await api.request('GET', '/admin/tokens')) as readonly TokenRow[];
    if (options.json) {
      process.stdout.write(`${JSON.stringify(tokens, undefined, 2)}\n`);
      return;
    }
    const rows = tokens.map(({ name, scopes, processes, expiresAt, revokedAt }) => [
      name,
      scopes.join(', '),
      processes === '*' ? 'all' : processes.join(', '),
      expiresAt ?? 'never',
      revokedAt ? `revoked ${revokedAt}` : 'in force',
    ]);
    process.stdout.write(table([['name', 'may', 'processes', 'expires', 'state'], ...rows]));
  });
}
