// SPDX-License-Identifier: Apache-2.0
import { startDemoQtsp } from '@signet/qtsp';
import { Command } from 'commander';
import { demoLayout } from '../demo/layout.ts';
import { demoPki } from '../demo/set-up.ts';
import { portNumber } from './demo.ts';

/** `signet qtsp`: the demo's trust services alone. */
export function qtspCommand(): Command {
  return new Command('qtsp')
    .description(
      'Run the trust services of a demo alone: time-stamps, OCSP, revocation lists, CA certificates',
    )
    .option('--dir <folder>', 'folder of the demo; its PKI is made if there is none', 'demo')
    .option('--base-port <n>', 'first of the demo’s ports (default: 18440)', portNumber)
    .action(async (options: { readonly dir: string; readonly basePort?: number }) => {
      const layout = demoLayout(options.dir, options.basePort);
      const { http, timeStamps } = layout.ports;
      const pki = await demoPki(layout);
      const qtsp = await startDemoQtsp({ pki, httpPort: http, httpsPort: timeStamps });
      process.stdout.write(
        `time-stamps       ${qtsp.timeStampUrl}\nOCSP, CRL, AIA    ${qtsp.httpUrl}\nroot              ${pki.rootFile}\n`,
      );
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      await qtsp.stop();
    });
}
