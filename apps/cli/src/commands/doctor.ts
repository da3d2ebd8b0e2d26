// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { withAccess } from '../access.ts';
import { exitCodes } from '../terminal/exit-codes.ts';
import { withServer } from './process.ts';

interface Check {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** `signet doctor`: what is wrong with a node, in words, before the first document comes. */
export function doctorCommand(): Command {
  return withAccess(new Command('doctor'))
    .description('Have a server look at itself: database, credentials, certificates, time-stamping, clock')
    .option('--json', 'JSON instead of lines')
    .action((options: { readonly access: string; readonly json?: boolean }) =>
      withServer(options, async (api) => {
        const { checks } = (await api.request('GET', '/admin/doctor')) as {
          readonly checks: readonly Check[];
        };
        const lines = checks.map(
          ({ check, ok, detail }) => `${ok ? 'good ' : 'WRONG'}  ${check}: ${detail}\n`,
        );
        process.stdout.write(options.json ? `${JSON.stringify(checks, undefined, 2)}\n` : lines.join(''));
        process.exitCode = checks.every(({ ok }) => ok) ? exitCodes.good : exitCodes.failed;
      }),
    );
}
