// SPDX-License-Identifier: Apache-2.0
import { Command } from 'commander';
import { portNumber } from './demo.ts';

/** `signet qtsp`: the demo's trust services alone. */
export function qtspCommand(): Command {
  return new Command('qtsp')
    .description(
      'Run the trust services of a demo alone: time-stamps, OCSP, revocation lists, CA certificates',
    )
    .option('--dir <folder>', 'folder of the demo; its PKI is made if there is none', 'demo')
    .option('--base-port <n>', 'first of the demo’s ports (default: 18440)', portNumber)
    .action(async ({ dir, basePort }: { readonly dir: string; readonly basePort?: number }) => {
      const { runQtsp } = await import('../demo/run-qtsp.ts');
      await runQtsp(dir, basePort);
    });
}
