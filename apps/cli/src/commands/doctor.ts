// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { type AccessOptions, withAccess } from './access-option.ts';

/** `signet doctor`: what is wrong with a node, in words, before the first document comes. */
export function doctorCommand(): Command {
  return withAccess(new Command('doctor'))
    .description('Have a server look at itself: database, credentials, certificates, time-stamping, clock')
    .option('--json', 'JSON instead of lines')
    .action(async ({ access, json = false }: AccessOptions & { readonly json?: boolean }) => {
      const { askDoctor } = await import('../administration/doctor.ts');
      process.exitCode = await askDoctor(access, json);
    });
}
